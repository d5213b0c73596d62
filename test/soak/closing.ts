import { setTimeout as delay } from 'node:timers/promises';
import type { LogLine, Program } from '../support/program.ts';
import type { Chronicle } from './chronicle.ts';
import type { Spell } from './faults.ts';
import type { UpstreamName } from './plan.ts';

/** What the ops API tells of an incident, as far as it is looked at. */
export interface RecordedIncident {
  readonly id: string;
  readonly upstream: UpstreamName;
  readonly startedAt: string;
  readonly resolvedAt: string | null;
}

/** A fault's requests may be told of its end so much later: time-outs, and a recovery that relapses. */
const AFTERMATH_MS = 12_000;
/** What breaks off breaks with its connection. */
const BREAKING_MS = 4_000;
/** Faults that any probe sees, and how long it takes at most until they are certain. */
const PLAIN_FAULTS: ReadonlySet<Spell['what']> = new Set(['kill', 'refuse', 'unlisted']);
const CERTAIN_MS = 3_000;
const UP_WITHIN_MS = 20_000;

/** What is an error to whoever is on call, and no fault of the program's. */
const EXPECTED_ERRORS: ReadonlySet<string> = new Set([
  'verdict changed',
  'incident opened',
  'settings refused, the running ones stay',
  'certificate refused, the running one stays',
]);

/** Finds answers, and replies that broke off, where there was no fault and no planned work. */
export function findUnexplained(chronicle: Chronicle, spells: readonly Spell[]): void {
  for (const { what, upstream, from, to, detail } of chronicle.troubles) {
    const reachMs = what === 'answer' ? AFTERMATH_MS : BREAKING_MS;
    const isExplained = spells.some(
      (spell) => spell.upstream === upstream && spell.from <= to && from <= spell.to + reachMs,
    );
    if (!isExplained) chronicle.add(`${what} without a fault`, `${upstream}: ${detail}`);
  }
}

/** Holds the incidents on record against the faults: none without a fault, and no plain outage without one. */
export function findBadIncidents(
  chronicle: Chronicle,
  spells: readonly Spell[],
  incidents: readonly RecordedIncident[],
): void {
  const overlaps = (spell: Spell, { upstream, startedAt, resolvedAt }: RecordedIncident) =>
    spell.upstream === upstream &&
    spell.from <= (resolvedAt === null ? Number.POSITIVE_INFINITY : Date.parse(resolvedAt)) &&
    Date.parse(startedAt) <= spell.to + AFTERMATH_MS;
  for (const incident of incidents) {
    if (incident.resolvedAt === null) chronicle.add('incident', `${incident.id} is still open`);
    const hasFault = spells.some((spell) => overlaps(spell, incident));
    if (!hasFault) chronicle.add('incident', `${incident.id}: there was no fault`);
  }
  for (const spell of spells) {
    const { upstream, what, isTotal, from, to } = spell;
    if (!isTotal || !PLAIN_FAULTS.has(what) || to - from < CERTAIN_MS) continue;
    if (incidents.some((incident) => overlaps(spell, incident))) continue;
    chronicle.add('incident', `none of ${upstream} for ${what} at ${new Date(from).toISOString()}`);
  }
}

/** Waits until every upstream is believed to be up, and returns the incidents on record. */
export async function waitForPeace(
  program: Program,
  chronicle: Chronicle,
): Promise<readonly RecordedIncident[]> {
  if (!program.isRunning) return []; // Which `endProgram` tells.
  const until = performance.now() + UP_WITHIN_MS;
  let ill = await verdictsThatAreNotUp(program);
  while (ill.length > 0 && performance.now() < until) {
    await delay(100);
    ill = await verdictsThatAreNotUp(program);
  }
  for (const upstream of ill) chronicle.add('verdict', `${upstream} at the end`);
  const { incidents } = await ask<{ incidents: RecordedIncident[] }>(
    program,
    'incidents?limit=1000',
  );
  return incidents;
}

async function verdictsThatAreNotUp(program: Program): Promise<string[]> {
  const { upstreams } = await ask<{ upstreams: { name: string; verdict: string }[] }>(
    program,
    'upstreams',
  );
  return upstreams
    .filter(({ verdict }) => verdict !== 'up')
    .map(({ name, verdict }) => `${name} is ${verdict}`);
}

/** The shapes are those of docs/ops-api.md. */
async function ask<Shape>({ opsUrl }: Program, path: string): Promise<Shape> {
  const reply = await fetch(`${opsUrl}/api/${path}`);
  return (await reply.json()) as Shape;
}

/** Ends the program as an operator does, and looks at whether it lived as one process, without errors of its own. */
export async function endProgram(program: Program, chronicle: Chronicle): Promise<void> {
  program.signal('SIGTERM');
  const { code, signal } = await program.ended;
  if (code !== 0) chronicle.add('process', `ended with ${code ?? signal}`);
  const starts = program.lines.filter(({ msg }) => msg === 'started').length;
  if (starts !== 1) chronicle.add('process', `started ${starts} times`);
  if (program.errorOutput !== '') chronicle.add('process', `says: ${program.errorOutput}`);
  for (const line of program.lines.filter(isUnexpected)) {
    chronicle.add('error in the log', JSON.stringify(line));
  }
}

function isUnexpected({ level, msg }: LogLine): boolean {
  return level === 'fatal' || (level === 'error' && !EXPECTED_ERRORS.has(msg));
}
