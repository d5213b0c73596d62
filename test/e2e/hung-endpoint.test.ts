import { expect, test } from 'vitest';
import { startProgram } from '../support/program.ts';
import { endpointProcesses } from './endpoints.ts';
import { Load } from './load.ts';

const CLIENTS = 24;

test('an endpoint that hangs costs the requests to the others nothing, and gets few', async () => {
  const endpoints = await endpointProcesses(3);
  await Promise.all(endpoints.map((endpoint) => endpoint.start()));
  const urls = endpoints.map(({ url }) => url).join(', ');
  const { url } = await startProgram({
    settings: `listen: 127.0.0.1:0\nops: 127.0.0.1:0\nstore: memory\nupstreams:\n  app:\n    endpoints: [${urls}]\n    timeouts: { response: 60s }\n`,
  });
  const load = new Load(url, CLIENTS);
  await load.goesOn(1_000);
  const before = load.p99(0);

  const [hung] = endpoints;
  hung?.hang();
  await load.goesOn(500);
  const from = load.served;
  await load.goesOn(2_000);
  const during = load.p99(from);
  await hung?.stop();
  await load.end();

  expect(during).toBeLessThan(before * 3 + 20);
  // As many as were under way there and as are at each of the others; in turn it would get all clients by and by.
  expect(hung?.processed.length).toBeLessThan(CLIENTS * 0.7);
}, 60_000);
