import { expect, test } from 'vitest';
import { endpointOf } from '../../src/upstream/endpoint.ts';

test.for([
  {
    url: 'http://10.0.0.5:8080',
    endpoint: { url: 'http://10.0.0.5:8080', host: '10.0.0.5', port: 8080 },
  },
  { url: 'http://app', endpoint: { url: 'http://app:80', host: 'app', port: 80 } },
  { url: 'https://app/', endpoint: { url: 'https://app:443', host: 'app', port: 443 } },
  { url: 'http://[::1]', endpoint: { url: 'http://[::1]:80', host: '::1', port: 80 } },
])('$url is the endpoint $endpoint.url', ({ url, endpoint }) => {
  expect(endpointOf(url)).toEqual(endpoint);
});
