import { expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { startGateway } from '../support/gateway.ts';

test.for([
  { host: 'app.chargeover.com', says: 'Sorry, ChargeOver is unavailable' },
  { host: 'APP.chargeover.com.:8443', says: 'Sorry, ChargeOver is unavailable' },
  { host: 'shop.example.org', says: 'Sorry, Example Shop is unavailable' },
  { host: 'billing.customer.test', says: 'Sorry, this service is unavailable' },
])('a visitor of $host reads "$says"', async ({ host, says }) => {
  const { url, upstream } = await startGateway({
    // Port 1 of this machine: nobody listens there.
    upstreams: { app: { endpoints: ['http://127.0.0.1:1'] } },
    brand: { name: 'ChargeOver', hosts: ['*.chargeover.com'] },
    brands: [{ name: 'Example Shop', hosts: ['shop.example.org'], timeZone: 'UTC' }],
  });
  await expect.poll(() => upstream().belief.verdict.state).toBe('down');

  const page = await ask(url, { headers: { Host: host, Accept: 'text/html' } });
  expect(page.status).toBe(503);
  expect(page.text).toContain(`>${says}</h1>`);

  const status = await ask(`${url}/_candor/status.json`, { headers: { Host: host } });
  expect(JSON.parse(status.text)).toMatchObject({ heading: says });
});
