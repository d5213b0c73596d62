import { setTimeout as delay } from 'node:timers/promises';
import { chanceOf } from '../simulation/chance.ts';
import { runActs } from './acts.ts';
import { Chronicle } from './chronicle.ts';
import { endProgram, findBadIncidents, findUnexplained, waitForPeace } from './closing.ts';
import { deathsOf, runFaults, type Spell } from './faults.ts';
import { Http1Line } from './http1-line.ts';
import { Http2Line } from './http2-line.ts';
import { judgeWrites, readLedgers } from './ledger.ts';
import type { Plan } from './plan.ts';
import { Samples } from './samples.ts';
import { openStage, type Stage } from './stage.ts';
import { type Actor, carry, listen, visit } from './traffic.ts';
import { tunnel } from './tunnels.ts';

/** How many of each act at once. */
export interface Crowd {
  readonly visitors: number;
  readonly carriers: number;
  readonly listeners: number;
  readonly tunnellers: number;
  /** Visitors besides, in the first quarter: what is bounded is to fill up before memory is looked at, in the second half. */
  readonly rush: number;
}

/** What somebody does until the end. */
export type Role = (actor: Actor, end: AbortSignal) => Promise<void>;

/** All that a soak has found out. */
export interface Outcome {
  readonly plan: Plan;
  readonly seconds: number;
  readonly chronicle: Chronicle;
  readonly spells: readonly Spell[];
  readonly incidents: number;
  readonly residentBytes: readonly number[];
  readonly descriptors: readonly number[];
  /** How late the soak's own timers were, at the 99th percentile. */
  readonly latenessMs: number;
  /** By the kernel, for want of memory. */
  readonly droppedSegments: number;
  /** The log of the program. */
  readonly log: string;
}

/** The crowd of a whole soak: about 150 requests a second, and 700 in the rush. */
const CROWD: Crowd = { visitors: 24, carriers: 6, listeners: 4, tunnellers: 6, rush: 96 };

/** Runs the whole program through a plan. `extra` are roles besides those of the crowd. */
export async function soak(
  plan: Plan,
  crowd: Crowd = CROWD,
  extra: readonly Role[] = [],
): Promise<Outcome> {
  await using stage = await openStage();
  using samples = new Samples(stage.program.pid);
  const startedAt = performance.now();
  const chronicle = new Chronicle();
  const end = new AbortController();
  void stage.program.ended.then(() => end.abort()); // Before its time, where it has died.
  const running = raise({ plan, stage, chronicle, crowd, extra }, end.signal);
  const [spells, works] = await Promise.all([
    runFaults(plan, stage, chronicle),
    runActs(plan, stage, chronicle),
    delay(plan.lengthMs, undefined, { signal: end.signal }).catch(() => undefined),
  ]);
  const { latenessMs, droppedSegments } = samples;
  const [residentBytes, descriptors] = [[...samples.residentBytes], [...samples.descriptors]];
  end.abort();
  await Promise.all(running);

  const incidents = await waitForPeace(stage.program, chronicle);
  await endProgram(stage.program, chronicle);
  const all = [...spells, ...works, ...deathsOf(stage, chronicle)];
  findUnexplained(chronicle, all);
  findBadIncidents(chronicle, all, incidents);
  const ledgers = Object.values(stage.origins)
    .flat()
    .map(({ place }) => place.ledger);
  for (const { kind, detail } of judgeWrites(chronicle.told, readLedgers(ledgers))) {
    chronicle.add(kind, detail);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    ...{ plan, seconds, chronicle, spells: all, incidents: incidents.length },
    ...{ residentBytes, descriptors, latenessMs, droppedSegments, log: stage.program.output },
  };
}

interface Raising {
  readonly plan: Plan;
  readonly stage: Stage;
  readonly chronicle: Chronicle;
  readonly crowd: Crowd;
  readonly extra: readonly Role[];
}

/** Sends everybody in, spread over the four ways to speak with the gateway; each leaves when it has ended. */
function raise(
  { plan: { seed, lengthMs }, stage, chronicle, crowd, extra }: Raising,
  end: AbortSignal,
): readonly Promise<void>[] {
  const { plainUrl, secureUrl } = stage;
  const ways = [
    () => new Http1Line(plainUrl),
    () => new Http2Line(secureUrl),
    () => new Http1Line(secureUrl),
    () => new Http2Line(plainUrl),
  ];
  const rushEnd = AbortSignal.any([end, AbortSignal.timeout(lengthMs / 4)]);
  const rush: Role = (actor) => visit(actor, rushEnd);
  const roles: readonly Role[] = [
    ...Array<Role>(crowd.visitors).fill(visit),
    ...Array<Role>(crowd.carriers).fill(carry),
    ...Array<Role>(crowd.listeners).fill(listen),
    ...extra,
    ...Array<Role>(crowd.rush).fill(rush),
  ];
  const acting = roles.map(async (role, place) => {
    const line = ways[place % ways.length]?.();
    if (line === undefined) return;
    const chance = chanceOf(seed * 1_000 + place);
    await role({ name: `${role.name}-${place}`, line, chronicle, chance }, end);
    line.close();
  });
  const tunnels = Array.from({ length: crowd.tunnellers }, (_, place) => {
    const url = (place % 2 === 0 ? plainUrl : secureUrl).replace('http', 'ws');
    const chance = chanceOf(seed * 1_000 + 500 + place);
    return tunnel({ name: `tunnel-${place}`, url, chronicle, chance }, end);
  });
  return [...acting, ...tunnels];
}
