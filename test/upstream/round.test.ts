import { expect, test, vi } from 'vitest';
import type { Cause } from '../../src/outage/cause.ts';
import { type Endpoint, endpointOf } from '../../src/upstream/endpoint.ts';
import type { ProbeResult } from '../../src/upstream/probe.ts';
import { probeRound } from '../../src/upstream/round.ts';
import { takeUnforeseen } from '../support/unforeseen.ts';

const ok: ProbeResult = { ok: true, cause: null, ms: 1 };
const bad = (cause: Cause): ProbeResult => ({ ok: false, cause, ms: 1 });
const endpointsOf = (count: number): Endpoint[] =>
  Array.from({ length: count }, (_, index) => endpointOf(`http://10.0.0.${index + 1}`));

test.for<{ name: string; results: (ProbeResult | null)[]; outcome: string; failed: Cause | null }>([
  { name: 'no endpoint', results: [], outcome: 'failed', failed: null },
  { name: 'one that serves', results: [ok], outcome: 'served', failed: null },
  {
    name: 'one of three that serves',
    results: [bad('connection_refused'), bad('probe_failed'), ok],
    outcome: 'served',
    failed: null,
  },
  {
    name: 'all that fail',
    results: [bad('probe_failed'), bad('connection_refused'), bad('connection_refused')],
    outcome: 'failed',
    failed: 'connection_refused',
  },
  {
    name: 'one that says nothing beside one that fails',
    results: [null, bad('connection_refused')],
    outcome: 'unknown',
    failed: null,
  },
  { name: 'all that say nothing', results: [null, null], outcome: 'unknown', failed: null },
])('a round over $name is $outcome', async ({ results, outcome, failed }) => {
  const left = [...results];
  const round = probeRound(endpointsOf(results.length), {
    probe: () => Promise.resolve(left.shift() ?? null),
  });
  expect(await round.outcome).toBe(outcome);
  expect(await round.failed).toBe(failed);
});

test('a probe that fails by an error of ours says nothing, and the round comes to its end', async () => {
  const unforeseen = takeUnforeseen();
  const results = [() => Promise.reject(new TypeError('a bug')), async () => bad('probe_failed')];
  const round = probeRound(endpointsOf(2), { probe: async () => results.shift()?.() ?? null });
  expect([await round.outcome, await round.failed]).toEqual(['unknown', null]);
  await vi.waitFor(() => expect(unforeseen).toEqual([new TypeError('a bug')]));
});

test('a round asks each endpoint once, twenty at a time', async () => {
  const endpoints = endpointsOf(100);
  const asked: Endpoint[] = [];
  let running = 0;
  let most = 0;
  const round = probeRound(endpoints, {
    probe: async (endpoint) => {
      asked.push(endpoint);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return ok;
    },
  });
  await round.failed;
  expect(new Set(asked)).toEqual(new Set(endpoints));
  expect(asked).toHaveLength(100);
  expect(most).toBe(20);
});

test('one endpoint at a time waits for its turn, and those that hang hold up no other', async () => {
  const endpoints = endpointsOf(5);
  const asked: Endpoint[] = [];
  const turns: (() => void)[] = [];
  const hang = Promise.withResolvers<null>();
  const round = probeRound(endpoints, {
    turn: () => new Promise<void>((resolve) => turns.push(resolve)),
    probe: (endpoint) => {
      asked.push(endpoint);
      return hang.promise;
    },
  });
  for (let turn = 1; turn <= 5; turn += 1) {
    expect(turns).toHaveLength(1);
    turns.pop()?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual(endpoints.slice(0, turn));
  }
  hang.resolve(null);
  expect(await round.outcome).toBe('unknown');
});
