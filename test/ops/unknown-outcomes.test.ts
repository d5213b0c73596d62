import { expect, test } from 'vitest';
import { ask, form } from '../support/ask.ts';
import { startProgram } from '../support/program.ts';
import { startUpstream } from '../support/upstream.ts';

test('a payment that hangs is listed, found by its reference, ticked off and exported', async () => {
  const app = await startUpstream('hang');
  const { url, opsUrl } = await startProgram({
    settings: `listen: 127.0.0.1:0
ops: 127.0.0.1:0
upstreams:
  app: { endpoints: ["${app.url}"], timeouts: { response: 200ms } }
routes:
  - { path: /r/pay, upstream: app, payment: true }
limits: { drain: 100ms }
store: memory
`,
  });
  const paid = await ask(`${url}/r/pay?card=4242`, form({ amount: '100' }));
  expect(paid.status).toBe(504);
  const reference = String(paid.headers['x-request-id']);

  const metrics = (await ask(`${opsUrl}/metrics`)).text;
  expect(metrics).toContain('candor_unknown_outcomes_total{upstream="app",payment="yes"} 1');

  const listed = JSON.parse((await ask(`${opsUrl}/api/unknown-outcomes`)).text);
  expect(listed).toMatchObject({ listed: 1, payments: 1, unticked: 1, notListed: 0 });
  const [write] = listed.unknownOutcomes;
  expect(write).toMatchObject({
    ...{ reference, method: 'POST', route: '/r/pay', clientKind: 'person', status: 504 },
    ...{ payment: true, ticked: null },
  });

  const found = JSON.parse((await ask(`${opsUrl}/api/references/${reference}`)).text);
  expect(found.answers).toMatchObject([
    { status: 504, cause: 'response_timeout', client: { row: 12, name: 'person' }, evidence: null },
  ]);
  expect(found.unknownOutcomes).toEqual([write]);
  expect((await ask(`${opsUrl}/api/references/none`)).status).toBe(404);

  const ticked = await ask(`${opsUrl}/api/unknown-outcomes/${write.id}/tick`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'candor-operator': 'ada' },
    body: JSON.stringify({ note: '=charged once' }),
  });
  expect(JSON.parse(ticked.text)).toMatchObject({ ticked: { by: 'ada', note: '=charged once' } });
  const [act] = JSON.parse((await ask(`${opsUrl}/api/acts`)).text).acts;
  expect(act).toMatchObject({ what: 'outcome_ticked', why: `${reference}: =charged once` });
  const csv = await ask(`${opsUrl}/api/unknown-outcomes.csv`);
  expect(csv.headers['content-type']).toMatch(/^text\/csv/);
  expect(csv.text).toContain(`,yes,${reference},POST,/r/pay,app,person,504,response_timeout,`);
  expect(csv.text).toContain(",ada,'=charged once\r\n");
  expect(csv.text).not.toContain('4242');

  const address = `${opsUrl}/api/unknown-outcomes`;
  expect((await ask(`${address}/999/tick`, { method: 'PUT' })).status).toBe(404);
  expect((await ask(`${address}/${write.id}/tick`)).status).toBe(405);
  const unticked = await ask(`${address}?unticked=1&from=2020-01-01`);
  expect(JSON.parse(unticked.text).unknownOutcomes).toEqual([]);
  expect((await ask(`${address}?from=yesterday`)).status).toBe(400);
  expect((await ask(`${address}?incident=none`)).status).toBe(404);
});
