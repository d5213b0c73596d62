import { expect, test } from 'vitest';
import { traceIdOf } from '../../src/gateway/trace-id.ts';
import { ask } from '../support/ask.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const GOOD = `00-${TRACE}-00f067aa0ba902b7-01`;

test.for([
  { given: GOOD, found: TRACE },
  { given: `${GOOD}-more`, found: TRACE },
  { given: GOOD.toUpperCase(), found: null },
  { given: `ff${GOOD.slice(2)}`, found: null },
  { given: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, found: null },
  { given: `00-${TRACE}-${'0'.repeat(16)}-01`, found: null },
  { given: `${GOOD}","level":"error`, found: null },
  { given: '', found: null },
])('$given is of the trace $found', ({ given, found }) => {
  expect(traceIdOf(['Accept', '*/*', 'TraceParent', given])).toBe(found);
});

test('an answer’s line has the trace of the request, and none where the request has none', async () => {
  const { url, logged } = await startGateway(oneUpstream(['http://127.0.0.1:9']));
  await ask(`${url}/`, { headers: { traceparent: GOOD } });
  await logged('answered', { trace_id: TRACE });
  const got = await ask(`${url}/`);
  const line = await logged('answered', { reference: got.headers['x-request-id'] });
  expect(line).not.toHaveProperty('trace_id');
});
