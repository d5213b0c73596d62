import fc from 'fast-check';
import { expect } from 'vitest';
import { breachesOf } from './invariants.ts';
import { worldPlan } from './plan-arbitrary.ts';
import { simulate } from './simulate.ts';

/** Both can be set, to look further, or at a run again. */
const WORLDS = Number(process.env.CANDOR_WORLDS ?? 10_000);
const SEED = Number(process.env.CANDOR_SEED ?? Date.now() % 2 ** 31);
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
