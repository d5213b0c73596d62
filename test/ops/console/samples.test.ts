import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { Samples, type Step, sum, total } from '../../../src/ops/console/samples.ts';
import type { GatewayCounts } from '../../../src/ops/gateway-counts.ts';
import { newCounts } from '../../../src/upstream/counts.ts';
import { addDuration } from '../../../src/upstream/durations.ts';

const START = Date.parse('2023-07-19T15:24:00.000Z');

function sampled() {
  const classes = [0, 0, 0, 0, 0, 0];
  const answer = {
    upstream: 'app',
    reason: 'outage',
    cause: 'no_endpoints',
    kind: 'person',
  } as const;
  const sent = { ...answer, disposition: 'unknown', count: 0 } as const;
  const unsent = { ...answer, disposition: 'not_processed', count: 0 } as const;
  const answers = new Map<
    string,
    GatewayCounts['answers'] extends ReadonlyMap<string, infer A> ? A : never
  >();
  const upstream = { name: 'app', counts: newCounts() };
  const upstreams = [upstream];
  const samples = new Samples(
    {
      gatewayCounts: () => ({ relayed: [undefined, classes], answers }),
      upstreams: () => upstreams,
    },
    START,
  );
  onTestFinished(() => samples[Symbol.dispose]());
  const answered = (disposition: 'unknown' | 'not_processed', count: number): void => {
    answers.set(disposition, { ...(disposition === 'unknown' ? sent : unsent), count });
  };
  return { samples, classes, answered, upstream, upstreams };
}

test('what came in ten seconds is one step, by what became of it', () => {
  const { samples, classes, answered } = sampled();
  classes[2] = 5;
  classes[5] = 2;
  samples.sample(START + 1_000);
  classes[4] = 1;
  answered('not_processed', 7);
  answered('unknown', 1);
  samples.sample(START + 9_000);
  samples.sample(START + 10_000);
  const first = { good: 6, upstreamErrors: 2, notProcessed: 7, unknown: 1 };
  const none = { good: 0, upstreamErrors: 0, notProcessed: 0, unknown: 0 };
  expect(samples.steps).toEqual([
    { at: START, ...first },
    { at: START + 10_000, ...none },
  ]);
});

test('whatever the clock does, nothing is counted twice, and an hour is kept in order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -30_000, max: 60_000 }), fc.nat(9))),
      (turns) => {
        const { samples, classes } = sampled();
        let now = START;
        for (const [later, requests] of turns) {
          now += later;
          classes[2] = (classes[2] ?? 0) + requests;
          samples.sample(now);
        }
        const all = samples.steps.reduce((sums: Omit<Step, 'at'>, step) => sum(sums, step), {
          ...{ good: 0, upstreamErrors: 0, notProcessed: 0, unknown: 0 },
        });
        expect(total(all)).toBe(classes[2]);
        const times = samples.steps.map(({ at }) => at);
        expect(times).toEqual([...new Set(times)].sort((one, two) => one - two));
      },
    ),
  );
});

test('an hour is kept', () => {
  const { samples } = sampled();
  for (let step = 0; step < 400; step += 1) samples.sample(START + step * 10_000);
  expect(samples.steps).toHaveLength(361);
});

test('what an earlier run has left comes before, and the step of the start goes on', () => {
  const { samples, classes } = sampled();
  const left = { good: 3, upstreamErrors: 1, notProcessed: 4, unknown: 0 };
  classes[2] = 2;
  samples.sample(START + 1_000);
  samples.restore([
    { at: START - 30_000, ...left },
    { at: START, ...left },
  ]);
  samples.sample(START + 10_000);
  expect(samples.steps).toEqual([
    { at: START - 30_000, ...left },
    { at: START, ...left, good: 5 },
    { at: START + 10_000, good: 0, upstreamErrors: 0, notProcessed: 0, unknown: 0 },
  ]);
});

test('the pace is that of the last ten seconds; an upstream that is made anew begins anew', () => {
  const { samples, upstream, upstreams } = sampled();
  expect(samples.paceOf('app')).toBeNull();
  for (let second = 0; second <= 20; second += 1) {
    upstream.counts.requests += 10;
    upstream.counts.failures.no_endpoints += second < 10 ? 10 : 5;
    samples.sample(START + second * 1_000);
  }
  expect(samples.paceOf('app')).toMatchObject({ perSecond: 10, failedPercent: 50 });
  upstreams[0] = { name: 'app', counts: newCounts() };
  samples.sample(START + 21_000);
  expect(samples.paceOf('app')).toBeNull();
  samples.sample(START + 22_000);
  expect(samples.paceOf('app')).toMatchObject({ perSecond: 0, failedPercent: null, p50Ms: null });
  upstreams.length = 0;
  samples.sample(START + 23_000);
  expect(samples.paceOf('app')).toBeNull();
});

test.for([
  { took: [7, 7, 7, 7], p50: [5, 10], p95: [5, 10] },
  { took: [1, 1, 1, 1, 1, 1, 1, 1, 1, 900], p50: [0, 1], p95: [500, 1_000] },
  { took: [90_000], p50: [30_000, 30_000], p95: [30_000, 30_000] },
])('requests that took $took ms have quantiles within their buckets', ({ took, p50, p95 }) => {
  const { samples, upstream } = sampled();
  samples.sample(START);
  for (const ms of took) addDuration(upstream.counts.durations, ms);
  samples.sample(START + 1_000);
  const pace = samples.paceOf('app');
  for (const [found, [low = 0, high = 0]] of [
    [pace?.p50Ms ?? -1, p50],
    [pace?.p95Ms ?? -1, p95],
  ] as const) {
    expect(found).toBeGreaterThanOrEqual(low);
    expect(found).toBeLessThanOrEqual(high);
  }
});
