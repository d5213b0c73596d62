import { saveResults } from './results-file.ts';

/** What one way to run 200 upstreams took, and what it may take. */
export interface ScaleResult {
  readonly kind: string;
  /** Of one core. */
  readonly perCent: number;
  readonly mebibytes: number;
  readonly mostPerCent: number;
  readonly mostMebibytes: number;
  /** What one client got that asked again and again; null where none was there. */
  readonly answers: { readonly perSecond: number; readonly p99: number } | null;
}

/** Whether it took no more than it may. */
export function holds(result: ScaleResult): boolean {
  return result.perCent < result.mostPerCent && result.mebibytes < result.mostMebibytes;
}

/** One line for the terminal. */
export function lineOf(result: ScaleResult): string {
  const { kind, perCent, mebibytes, mostPerCent, mostMebibytes, answers } = result;
  const line =
    `${kind.padEnd(8)} ${perCent.toFixed(2).padStart(6)} % of a core (limit ${mostPerCent})` +
    `  ${mebibytes.toFixed(0).padStart(4)} MiB (limit ${mostMebibytes})`;
  return answers === null ? line : `${line}  ${said(answers)}`;
}

/** Writes the part of `bench/RESULTS.md` on very many endpoints. */
export function saveReport(
  results: readonly ScaleResult[],
  { upstreams, endpoints, seconds }: Record<'upstreams' | 'endpoints' | 'seconds', number>,
): void {
  const rows = results.map((result) => {
    const { kind, perCent, mebibytes, mostPerCent, mostMebibytes, answers } = result;
    const cells = [
      kind,
      `${perCent.toFixed(2)} %`,
      `${mostPerCent} %`,
      `${mebibytes.toFixed(0)} MiB`,
      `${mostMebibytes} MiB`,
      answers === null ? '–' : said(answers),
      holds(result) ? 'pass' : 'FAIL',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  saveResults(
    'scale',
    `## Scale: what knowing costs

Written by \`npm run bench:scale\` on ${new Date().toISOString().slice(0, 10)}; what it does: [docs/benchmark.md](../docs/benchmark.md#scale).
${upstreams} upstreams of ${endpoints} endpoints each, ${seconds} s each.

| | CPU, of one core | limit | memory | limit | one client gets | |
| --- | ---: | ---: | ---: | ---: | --- | --- |
${rows.join('\n')}
`,
  );
}

function said({ perSecond, p99 }: NonNullable<ScaleResult['answers']>): string {
  return `${perSecond.toFixed(0)} answers a second, p99 ${p99.toFixed(1)} ms`;
}
