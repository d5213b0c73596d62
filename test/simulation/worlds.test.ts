import fc from 'fast-check';
import { expect, test } from 'vitest';
import { breachesOf } from './invariants.ts';
import { worldPlan } from './plan-arbitrary.ts';
import { simulate } from './simulate.ts';

/** Both can be set, to look further, or at a run again. */
const WORLDS = Number(process.env.CANDOR_WORLDS ?? 10_000);
const SEED = Number(process.env.CANDOR_SEED ?? Date.now() % 2 ** 31);

test('in no world is anything broken that is promised', { timeout: 600_000 }, async () => {
  let worlds = 0;
  let requests = 0;
  let simulatedMs = 0;
  const property = fc.asyncProperty(worldPlan, async (plan) => {
    const history = await simulate(plan);
    worlds += 1;
    requests += history.chronicle.counts.requests;
    simulatedMs += plan.lengthMs;
    expect(breachesOf(history)).toEqual([]);
  });
  try {
    await fc.assert(property, { numRuns: WORLDS, seed: SEED });
  } finally {
    const hours = (simulatedMs / 3_600_000).toFixed(1);
    console.log(`${worlds} worlds of seed ${SEED}: ${requests} requests, ${hours} simulated hours`);
  }
});
