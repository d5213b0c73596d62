import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { request } from '../support/raw-client.ts';
import { startUpstream } from '../support/upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n';

test('one of three that fails every other request is set aside alone, and takes nobody down', async () => {
  const [sick, ...well] = [await startUpstream(), await startUpstream(), await startUpstream()];
  let count = 0;
  sick?.behave((_, response) => {
    count += 1;
    if (count % 2 === 0) response.end('served\n');
    else response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>503</h1>');
  });
  const urls = [sick, ...well].map((one) => one?.url ?? '');
  const { url, upstream, logged } = await startGateway(oneUpstream(urls));

  const statuses: number[] = [];
  const isSetAside = () => upstream().endpoints[0]?.setAside === true;
  while (!isSetAside()) statuses.push((await request(url, GET)).status);
  expect(statuses.filter((status) => status !== 200).length).toBeLessThanOrEqual(6);
  await logged('endpoint set aside', { endpoint: sick?.url, cause: 'upstream_status' });

  const before = count;
  for (let asked = 0; asked < 10; asked += 1) expect((await request(url, GET)).status).toBe(200);
  expect(count).toBe(before);
  expect(upstream().belief.verdict.state).not.toBe('down');
});
