import { saveResults } from '../results-file.ts';
import type { Fault } from './faults.ts';
import type { Findings } from './findings.ts';
import type { Rival } from './rival.ts';

/** All rivals in one fault. */
export interface FaultResult {
  readonly fault: Fault;
  readonly trials: readonly { readonly rival: string; readonly findings: Findings }[];
}

/** One sentence of what must hold of Candor, and what was measured. */
export interface Claim {
  readonly promise: string;
  readonly measured: string;
  readonly holds: boolean;
}

/** What must hold of Candor in these results. */
export function promisesOf(results: readonly FaultResult[]): Claim[] {
  const ours = results.flatMap(({ fault, trials }) => {
    const findings = trials.find(({ rival }) => rival === 'Candor')?.findings;
    return findings === undefined ? [] : [{ key: fault.key, findings }];
  });
  const sum = (count: (findings: Findings) => number) =>
    ours.reduce((total, { findings }) => total + count(findings), 0);
  const raw = sum((findings) => findings.raw);
  const twice = sum(({ postsTwice }) => postsTwice);
  const dead = ours.filter(({ findings }) => !findings.isAlive).length;
  return [
    { promise: 'raw errors over all faults', measured: String(raw), holds: raw === 0 },
    { promise: 'POSTs processed twice', measured: String(twice), holds: twice === 0 },
    { promise: 'Candor ended', measured: String(dead), holds: dead === 0 },
    ...ours.flatMap(({ key, findings }) => promisesOfFault(key, findings)),
  ];
}

/** A second, and what the load and the restart of processes on two cores add. */
const MENDED_MS = 1_000;
const REMOVED_MS = 2_000;

function promisesOfFault(key: string, findings: Findings): Claim[] {
  const { answers, raw, verdictMs, firstReplyMs } = findings;
  if (key === 'rolling') {
    const errors = answers + raw;
    return [
      {
        promise: 'errors of any kind in a rolling restart',
        measured: `${errors}`,
        holds: errors === 0,
      },
    ];
  }
  if (key !== 'removed' && key !== 'all_killed') return [];
  const within = (ms: number | null, most: number) => ms !== null && ms <= most;
  return [
    {
      promise: `${key}: verdict within ${REMOVED_MS} ms`,
      measured: shown(verdictMs),
      holds: within(verdictMs, REMOVED_MS),
    },
    {
      promise: `${key}: first reply within ${MENDED_MS} ms of the mend`,
      measured: shown(firstReplyMs),
      holds: within(firstReplyMs, MENDED_MS),
    },
  ];
}

const HEAD = [
  'peer',
  'raw errors',
  'answers',
  'first answer',
  'verdict',
  'first reply after the mend',
  'back to normal',
  'refused while well',
  'p99 of replies',
  'POSTs twice',
];

/** One fault as a table, with what the raw errors were. */
export function summary({ fault, trials }: FaultResult): string {
  const rows = trials.map(({ rival, findings }) => [rival, ...cellsOf(findings)]);
  const kinds = trials
    .filter(({ findings }) => findings.raw > 0)
    .map(({ rival, findings }) => `${rival}: ${listed(findings.rawKinds)}`);
  const raw = kinds.length === 0 ? '' : `\nRaw errors were: ${kinds.join('; ')}.\n`;
  const lines = [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `### ${fault.title}\n\n${lines.join('\n')}\n${raw}`;
}

/** The part of `bench/RESULTS.md` on detection. */
export function report(
  results: readonly FaultResult[],
  rivals: readonly Rival[],
  promises: readonly Claim[],
): string {
  const held = promises.map(
    ({ promise, measured, holds }) => `| ${promise} | ${measured} | ${holds ? 'pass' : 'FAIL'} |`,
  );
  const peers = rivals.map(({ name, version, about }) => `| ${name} | ${version()} | ${about} |`);
  return `## Detection: what clients see of a fault

Written by \`npm run bench:detection\` on ${new Date().toISOString().slice(0, 10)}; what it does: [docs/benchmark.md](../docs/benchmark.md#detection).
All peers of one fault run side by side on the same machine, each with three endpoints of its own and 100 requests a second, a tenth of
them POSTs. Times are milliseconds from the fault, or from the mend.

${results.map(summary).join('\n')}
### What must hold of Candor

| promise | measured | |
| --- | ---: | --- |
${held.join('\n')}

### The peers' settings

| peer | version | as set up here |
| --- | --- | --- |
${peers.join('\n')}
`;
}

/** Writes that part. */
export function saveReport(text: string): void {
  saveResults('detection', text);
}

function cellsOf(findings: Findings): string[] {
  const { raw, answers, firstAnswerMs, verdictMs, firstReplyMs, normalMs } = findings;
  return [
    ...[raw, answers].map(String),
    ...[firstAnswerMs, verdictMs, firstReplyMs, normalMs].map(shown),
    ...[findings.refusedWhileWell, findings.slowestMs, findings.postsTwice].map(String),
  ];
}

function shown(milliseconds: number | null): string {
  return milliseconds === null ? '–' : String(milliseconds);
}

function listed(kinds: Readonly<Record<string, number>>): string {
  return Object.entries(kinds)
    .map(([what, times]) => `${times} × ${what}`)
    .join(', ');
}
