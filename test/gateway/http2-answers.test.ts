import { expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { startGateway } from '../support/gateway.ts';
import { askHttp2, type Http2Got } from '../support/http2-client.ts';
import { startUpstream } from '../support/upstream.ts';

type Headers = Readonly<Record<string, string>>;

interface Case {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Headers;
}

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const ORIGIN = 'https://portal.example.com';

const CASES: readonly Case[] = [
  {
    name: 'a navigation',
    headers: { ...HTML, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  },
  { name: 'a navigation that takes gzip', headers: { ...HTML, 'accept-encoding': 'gzip, br' } },
  {
    name: 'a form',
    method: 'POST',
    headers: { ...HTML, 'content-type': 'application/x-www-form-urlencoded' },
  },
  { name: 'a payment', method: 'POST', path: '/pay', headers: HTML },
  {
    name: 'a frame',
    headers: { ...HTML, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
  },
  { name: 'HEAD', method: 'HEAD', headers: HTML },
  {
    name: 'a fetch with an origin',
    headers: { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors', origin: ORIGIN },
  },
  {
    name: 'a preflight that is answered',
    method: 'OPTIONS',
    path: '/api/x',
    headers: { origin: ORIGIN, 'access-control-request-method': 'PUT' },
  },
  {
    name: 'a preflight',
    method: 'OPTIONS',
    headers: { origin: ORIGIN, 'access-control-request-method': 'PUT' },
  },
  { name: 'gRPC', method: 'POST', headers: { 'content-type': 'application/grpc', te: 'trailers' } },
  { name: 'gRPC-Web', method: 'POST', headers: { 'content-type': 'application/grpc-web+proto' } },
  { name: 'SOAP', method: 'POST', headers: { 'content-type': 'text/xml', soapaction: '"x"' } },
  { name: 'GraphQL', method: 'POST', headers: { accept: 'application/graphql-response+json' } },
  { name: 'an EventSource', headers: { accept: 'text/event-stream', 'sec-fetch-mode': 'cors' } },
  { name: 'an image', headers: { 'sec-fetch-dest': 'image' } },
  { name: 'a script', headers: { 'sec-fetch-dest': 'script' } },
  { name: "an API's own envelope", path: '/api/x', headers: { accept: '*/*' } },
  { name: 'problem details', headers: { accept: 'application/problem+json' } },
  { name: 'XML', headers: { accept: 'application/xml' } },
  { name: 'curl', headers: { accept: '*/*' } },
  { name: 'status.json', path: '/_candor/status.json' },
  { name: 'the healthz of the gateway', path: '/_candor/healthz' },
  { name: 'a problem type', path: '/_candor/problems/not-processed' },
  { name: 'a path that is never forwarded', path: '/_candor/nothing' },
];

test.for(CASES)(
  '$name is answered as through HTTP/1.1',
  async ({ method = 'GET', path = '/', headers = {} }) => {
    const upstream = await startUpstream();
    await upstream.refuse();
    const { url } = await startGateway(
      {
        trustedProxies: ['127.0.0.1/8'],
        statusPage: { url: 'https://status.example.com' },
        upstreams: { app: { endpoints: [upstream.url], hold: '0s' } },
        errors: { own: { code: '{status}', message: '{message}' } },
        routes: [
          { path: '/api/', upstream: 'app', errors: 'own', cors: [ORIGIN] },
          { path: '/pay', upstream: 'app', payment: true },
          { upstream: 'app' },
        ],
      },
      { isQuiet: true },
    );
    const sent = { ...headers, 'x-request-id': 'the-same' };

    const http1 = await ask(`${url}${path}`, { method, headers: sent });
    const http2 = await askHttp2(url, { method, path, headers: sent });

    expect(http2.code).toBe('NO_ERROR');
    expect(http2.status).toBe(http1.status);
    expect(linesOf(http2.fields)).toEqual(linesOf(http1.rawHeaders));
    expect(withoutNumbers(http2.body)).toBe(withoutNumbers(http1.body));
    expect(http2.isHeadOnly).toBe(http1.body.length === 0);
  },
);

/** Field lines in lower case, without those of the connection, and without numbers that are drawn. */
function linesOf(fields: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (let index = 0; index < fields.length; index += 2) {
    const name = (fields[index] ?? '').toLowerCase();
    if (name === 'connection' || name === 'keep-alive' || name === 'date') continue;
    const isDrawn = name === 'retry-after' || name === 'grpc-retry-pushback-ms';
    lines.push(`${name}: ${isDrawn ? 'drawn' : fields[index + 1]}`);
  }
  return lines;
}

function withoutNumbers(body: Http2Got['body']): string {
  return body.subarray(0, 2).equals(GZIP) ? 'compressed' : body.toString().replaceAll(/\d+/g, '0');
}

const GZIP = Buffer.from([0x1f, 0x8b]);
