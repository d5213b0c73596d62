import { availableParallelism, cpus, totalmem } from 'node:os';
import type { LatencyTable } from './latency.ts';
import type { Limit } from './limits.ts';
import { type Options, WARM_UP_TURNS } from './options.ts';
import type { CapturedAnswer, Peer } from './peers/peer.ts';
import { ratioTo, type Table } from './results.ts';
import type { ScenarioKey } from './scenarios.ts';
import { findScenario } from './stand.ts';

/** Everything that a run found out. */
export interface Report {
  readonly date: string;
  readonly machine: string;
  readonly present: readonly PeerLine[];
  readonly missing: readonly Pick<Peer, 'name' | 'install'>[];
  /** Bytes of the pages, by scenario. */
  readonly outagePageBytes: string;
  readonly tables: readonly Table[];
  /** null: not measured in this run. */
  readonly latency: LatencyTable | null;
  readonly limits: readonly Limit[];
}

interface PeerLine {
  readonly name: string;
  readonly version: string;
  readonly about: string;
}

/** Puts a report together from what was measured. */
export function reportOf(found: {
  readonly peers: readonly Peer[];
  readonly outageAnswers: ReadonlyMap<ScenarioKey, CapturedAnswer>;
  readonly tables: readonly Table[];
  readonly latency: LatencyTable | null;
  readonly limits: readonly Limit[];
}): Report {
  const known = found.peers.map((peer) => ({ ...peer, installed: peer.version() }));
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    present: known.flatMap(({ name, about, installed }) =>
      installed === null ? [] : [{ name, about, version: installed }],
    ),
    missing: known.filter(({ installed }) => installed === null),
    outagePageBytes: pageBytes(found.outageAnswers),
    tables: found.tables,
    latency: found.latency,
    limits: found.limits,
  };
}

function pageBytes(answers: ReadonlyMap<ScenarioKey, CapturedAnswer>): string {
  return [...answers].map(([key, { body }]) => `(${key}) ${body.length}`).join(', ');
}

/** The tables and limits as plain Markdown, which reads well on a terminal too. */
export function measurements({ tables, latency, limits, missing }: Report): string {
  return [
    ...tables.map(tableText),
    ...(latency === null ? [] : [latencyText(latency)]),
    limitsText(limits),
    ...missing.map(({ name, install }) => `${name} is not installed: ${install}`),
  ].join('\n\n');
}

/** The part of `bench/RESULTS.md` on what a request costs. */
export function resultsPart(report: Report, options: Options): string {
  const { rounds, seconds, warmUpSeconds } = options;
  const peers = report.present.map(
    ({ name, version, about }) => `| ${name} | ${version} | ${about} |`,
  );
  return `# What a request costs

Written by \`npm run bench\`; how it measures and what that means: [docs/benchmark.md](../docs/benchmark.md).
Only the ratios compare across machines.

- Date: ${report.date}
- Machine: ${report.machine}
- Each peer: ${warmUpSeconds.late} s to warm up, in ${WARM_UP_TURNS} turns, or ${warmUpSeconds.early} s where it is compiled before it starts; then ${rounds} rounds of ${seconds} s, alternating; medians
- The pages, in bytes: ${report.outagePageBytes}

${measurements(report)}

## Peers

| peer | version | as set up here |
| --- | --- | --- |
${peers.join('\n')}
`;
}

/** No host name, no path: what makes two runs comparable, and nothing else. */
function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${availableParallelism()} cores (${first?.model.trim() ?? 'unknown'}), ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

function tableText(table: Table): string {
  const { title, connections, streams } = findScenario(table.scenario);
  const each = streams === 1 ? '' : ` with ${streams} requests at once`;
  const rows = table.rows.map((row) => {
    const [lowest, highest] = row.cpuRange;
    const cells = [
      row.peer,
      row.cpuMicrosecondsPerRequest.toFixed(1),
      `${lowest.toFixed(1)}–${highest.toFixed(1)}`,
      ratioText(ratioTo(table, row.peer)),
      row.requestsPerSecond.toFixed(0),
      String(row.errors),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `## (${table.scenario}) ${title}, ${connections} connections${each}

| peer | CPU µs a request | lowest–highest round | Candor's CPU as a multiple of it | requests/s | errors |
| --- | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}`;
}

function latencyText({ perSecond, rows }: LatencyTable): string {
  const lines = rows.map(({ peer, median, p99, p999, requests, errors }) => {
    const cells = [median, p99, p999].map((microseconds) => microseconds.toFixed(0));
    return `| ${[peer, ...cells, requests, errors].join(' | ')} |`;
  });
  return `## (latency) (a) at ${perSecond} requests a second, half of what saturates Candor

| peer | median µs | p99 µs | p99.9 µs | requests | errors |
| --- | ---: | ---: | ---: | ---: | ---: |
${lines.join('\n')}`;
}

function ratioText(ratio: number | null): string {
  return ratio === null ? '–' : `${ratio.toFixed(2)} ×`;
}

function limitsText(limits: readonly Limit[]): string {
  const rows = limits.map((limit) => {
    const { promise, measured, isAim = false } = limit;
    return `| ${isAim ? 'aim: ' : ''}${promise} | ${measured ?? '–'} | ${verdictOf(limit)} |`;
  });
  return `## What must hold

| limit | measured | |
| --- | ---: | --- |
${rows.join('\n')}`;
}

function verdictOf({ measured, holds, isAim = false }: Limit): string {
  if (measured === null) return 'not measured';
  if (holds) return 'pass';
  return isAim ? 'missed' : 'FAIL';
}
