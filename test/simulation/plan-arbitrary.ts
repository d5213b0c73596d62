import fc from 'fast-check';
import { FAULT_KINDS, type Fault, type WorldPlan } from './world-plan.ts';

/** High rates get short worlds, so that none has many more requests than these. */
const MOST_REQUESTS = 6_000;
const LEAST_MS = 4_000;

const duration = fc.oneof(
  fc.integer({ min: 50, max: 900 }),
  fc.integer({ min: 1_000, max: 6_000 }),
  fc.integer({ min: 6_000, max: 40_000 }),
);
const share = fc.oneof(
  fc.constant(1),
  fc.integer({ min: 1, max: 99 }).map((part) => part / 100),
);

/** 1 to 200, few of them more often than many. */
const endpointCount = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 3, arbitrary: fc.integer({ min: 4, max: 20 }) },
  { weight: 1, arbitrary: fc.integer({ min: 21, max: 200 }) },
);

/** 0.1 to 10,000 requests a second, each order of magnitude as often. */
const rate = fc
  .integer({ min: 0, max: 100 })
  .map((power) => Number((0.1 * 10 ** (power / 20)).toPrecision(3)));

const faultShape = fc.record({
  kind: fc.constantFrom(...FAULT_KINDS),
  at: fc.integer({ min: 0, max: 1_000 }),
  forMs: duration,
  first: fc.nat({ max: 199 }),
  reach: fc.constantFrom('all', 'all', 'one', 'some'),
  part: fc.nat({ max: 200 }),
  share,
});

const shape = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  lengthMs: fc.integer({ min: 30_000, max: 120_000 }),
  endpoints: endpointCount,
  rate,
  isEven: fc.boolean(),
  latencyMs: fc.constantFrom(1, 5, 20, 100, 400),
  postShare: fc.constantFrom(0, 0.1, 0.5),
  leaveMs: fc.constantFrom(null, null, null, 5_000),
  connectMs: fc.constantFrom(500, 2_000),
  responseMs: fc.constantFrom(2_000, 10_000, 60_000),
  holdMs: fc.constantFrom(0, 1_000),
  probe: fc.record({
    kind: fc.constantFrom('connect' as const, 'page' as const),
    everyMs: fc.constantFrom(1_000, 2_000, 5_000),
    timeoutMs: fc.constantFrom(300, 1_000),
  }),
  discovery: fc.record({
    kind: fc.constantFrom('static', 'dns', 'swarm', 'swarm_events'),
    everyMs: fc.constantFrom(500, 1_000, 5_000),
    answerMs: fc.constantFrom(1, 20, 200),
  }),
  weather: fc.record({
    probeLoss: fc.constantFrom(0, 0, 0, 0.01, 0.1),
    slowPages: fc.constantFrom(0, 0, 0, 0.01, 0.1),
    errors: fc.constantFrom(0, 0.01),
  }),
  faults: fc.array(faultShape, { maxLength: 4 }),
});

/** Any world. */
export const worldPlan: fc.Arbitrary<WorldPlan> = shape.map(({ faults, ...rest }) => {
  const lengthMs = Math.min(rest.lengthMs, Math.max(LEAST_MS, (MOST_REQUESTS / rest.rate) * 1_000));
  const plan = { ...rest, lengthMs: Math.round(lengthMs) };
  return {
    ...plan,
    faults: faults.map(({ at, first, reach, part, ...fault }): Fault => {
      const { endpoints } = plan;
      const some = 1 + (part % endpoints);
      return {
        ...fault,
        at: Math.round((at / 1_000) * plan.lengthMs),
        first: first % endpoints,
        targets: reach === 'all' ? endpoints : reach === 'one' ? 1 : some,
      };
    }),
  };
});
