import fc from 'fast-check';
import { expect } from 'vitest';
import { breachesOf } from './invariants.ts';
import { worldPlan } from './plan-arbitrary.ts';
import { simulate } from './simulate.ts';

/**
 * Both can be set, to look further, or at a run again. The seed is the same each time unless it is set, so
 * that a run that fails tells of a change and not of luck; `CANDOR_SEED=any` takes another one.
 */
const WORLDS = Number(process.env.CANDOR_WORLDS ?? 10_000);
const { CANDOR_SEED = '4242' } = process.env;
const SEED = CANDOR_SEED === 'any' ? Date.now() % 2 ** 31 : Number(CANDOR_SEED);
/** Of so many test files, each takes its part: they run side by side. */
const PARTS = 2;

/** Lets one part of the random worlds happen, and checks in each all that is promised. A world that breaks something is shrunk. */
export async function liveRandomWorlds(part: number): Promise<void> {
  const seed = SEED + part;
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
    await fc.assert(property, { numRuns: Math.ceil(WORLDS / PARTS), seed });
  } finally {
    const hours = (simulatedMs / 3_600_000).toFixed(1);
    console.log(`${worlds} worlds of seed ${seed}: ${requests} requests, ${hours} simulated hours`);
  }
}
