import { setTimeout as delay } from 'node:timers/promises';
import type { Chronicle } from './chronicle.ts';
import type { OriginProcess } from './origin-process.ts';
import type { Fault, Plan, UpstreamName } from './plan.ts';
import { APP_NAME } from './settings.ts';
import type { Stage } from './stage.ts';

/** A time in which an upstream was not what it should be, or was closed for planned work. Milliseconds since the epoch. */
export interface Spell {
  readonly upstream: UpstreamName;
  readonly what: Fault['kind'] | 'maintenance';
  /** It befell every endpoint. */
  readonly isTotal: boolean;
  readonly from: number;
  readonly to: number;
}

/** Lets all faults of the plan happen, and writes down when they did. */
export async function runFaults(plan: Plan, stage: Stage, chronicle: Chronicle): Promise<Spell[]> {
  const startedAt = performance.now();
  const spells: Spell[] = [];
  const run = async (fault: Fault) => {
    await delay(Math.max(0, startedAt + fault.at - performance.now()));
    const all = stage.origins[fault.upstream];
    const targets = fault.targets.flatMap((place) => all[place] ?? []);
    const from = Date.now();
    await begin(fault, targets, stage);
    await delay(fault.forMs);
    await takeBack(fault, targets, stage);
    const isTotal = targets.length === all.length || fault.kind === 'unlisted';
    const what = fault.kind;
    spells.push({ upstream: fault.upstream, what, isTotal, from, to: Date.now() });
    chronicle.count(`faults: ${what}`);
  };
  await Promise.all(lanesOf(plan.faults).map((lane) => inTurn(lane, run)));
  return spells;
}

/** Endpoints that ended without anybody's wish: nothing that the gateway can do anything about. */
export function deathsOf({ origins }: Stage, chronicle: Chronicle): Spell[] {
  return [...origins.app, ...origins.api, ...origins.files].flatMap(({ place, deaths }) =>
    deaths.map((death) => {
      chronicle.count('faults: an endpoint ended by itself');
      return { upstream: place.upstream, what: 'kill', isTotal: false, ...death };
    }),
  );
}

/** Those of one upstream come one after the other, and those of all side by side. */
function lanesOf(faults: readonly Fault[]): (readonly Fault[])[] {
  return [...Map.groupBy(faults, ({ upstream }) => upstream).values()];
}

/** Does one after the other. */
export async function inTurn<Thing>(
  things: readonly Thing[],
  run: (thing: Thing) => Promise<void>,
): Promise<void> {
  for (const thing of things) await run(thing);
}

async function begin(
  { kind }: Fault,
  targets: readonly OriginProcess[],
  { names }: Stage,
): Promise<void> {
  if (kind === 'unlisted') names.remove(APP_NAME);
  else if (kind === 'kill') await Promise.all(targets.map((target) => target.kill()));
  else if (kind === 'stop') for (const target of targets) target.stop();
  else await Promise.all(targets.map((target) => target.turnTo(kind)));
}

async function takeBack(
  { kind }: Fault,
  targets: readonly OriginProcess[],
  { list }: Stage,
): Promise<void> {
  if (kind === 'unlisted') list();
  else if (kind === 'kill') await Promise.all(targets.map((target) => target.start()));
  else if (kind === 'stop') for (const target of targets) target.goOn();
  else await Promise.all(targets.map((target) => target.turnTo('well')));
}
