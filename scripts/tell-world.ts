import { breachesOf } from '../test/simulation/invariants.ts';
import { simulate } from '../test/simulation/simulate.ts';
import type { WorldPlan } from '../test/simulation/world-plan.ts';

/** Tells the history of the world whose plan is given, as a counterexample prints it: what was, and what was believed. */
const [given] = process.argv.slice(2);
if (given === undefined) throw new Error("usage: node scripts/tell-world.ts '{ the plan }'");
// What simulates it is a test's own output, which nobody else writes.
const history = await simulate(JSON.parse(given) as WorldPlan);
const { truth, chronicle } = history;

const events = [
  ...truth.map(({ from, level, sign, share, isClear }) => ({
    at: from,
    told: [
      'is',
      level,
      sign,
      `share ${share.toFixed(2)}`,
      isClear ? null : 'probes or discovery disturbed',
    ],
  })),
  ...chronicle.turns.map(({ at, belief: { verdict } }) => ({
    at,
    told: ['  believed', verdict.state, verdict.state === 'up' ? null : verdict.cause],
  })),
].sort((one, other) => one.at - other.at);
for (const { at, told } of events) {
  console.log(at.toFixed(0).padStart(9), told.filter((word) => word !== null).join(' '));
}
console.log(chronicle.counts);
console.log(breachesOf(history));
