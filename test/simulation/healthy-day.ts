import { expect } from 'vitest';
import { chanceOf } from './chance.ts';
import { simulate } from './simulate.ts';
import type { WorldPlan } from './world-plan.ts';

const HOURS = 24;

/**
 * Days on which nothing is wrong: 24 hours at 10 requests a second, of which 1 % get the application's own
 * 500, while 1 % of the probes are slow. None may have an incident.
 */
export async function liveHealthyDays(seeds: { from: number; to: number }): Promise<void> {
  let requests = 0;
  let probes = 0;
  let errors = 0;
  for (let seed = seeds.from; seed < seeds.to; seed += 1) {
    const plan = healthyDay(seed);
    const { chronicle, incidentCount } = await simulate(plan, { isBrief: true });
    requests += chronicle.counts.requests;
    probes += chronicle.counts.probes;
    errors += chronicle.counts.errors;
    const found = {
      incidentCount,
      failed: chronicle.counts.failed,
      answered: chronicle.counts.answered,
    };
    expect(found, JSON.stringify(plan)).toEqual({ incidentCount: 0, failed: 0, answered: 0 });
  }
  const days = seeds.to - seeds.from;
  const counted = `${requests} requests, ${errors} with a 500, ${probes} probes`;
  console.log(`${days} healthy days of ${HOURS} h: ${counted}, 0 incidents`);
}

/** Of one to five endpoints, whose health pages or whose connections are probed, listed or discovered. */
function healthyDay(seed: number): WorldPlan {
  const chance = chanceOf(seed);
  const isPage = chance() < 0.5;
  return {
    seed,
    lengthMs: HOURS * 3_600_000,
    endpoints: 1 + Math.floor(5 * chance()),
    rate: 10,
    isEven: false,
    latencyMs: 20,
    postShare: 0.1,
    leaveMs: null,
    connectMs: 2_000,
    responseMs: 60_000,
    holdMs: 1_000,
    probe: { kind: isPage ? 'page' : 'connect', everyMs: 2_000, timeoutMs: 1_000 },
    discovery: { kind: chance() < 0.5 ? 'static' : 'dns', everyMs: 1_000, answerMs: 5 },
    weather: { probeLoss: isPage ? 0 : 0.01, slowPages: isPage ? 0.01 : 0, errors: 0.01 },
    faults: [],
  };
}
