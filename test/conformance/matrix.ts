import type { Intermediary } from './intermediaries.ts';
import type { Row } from './row.ts';

/** What is wrong with each row, by its id; nothing where it passes. */
export type Outcomes = ReadonlyMap<string, readonly string[]>;

/** By the name of the proxy; null: not installed. */
type ByProxy = ReadonlyMap<string, Outcomes | null>;

/** The matrix as Markdown: totals, then a row of the tables in each line. */
export function report(
  rows: readonly Row[],
  intermediaries: readonly Intermediary[],
  outcomes: ByProxy,
): string {
  const names = intermediaries.map(({ name }) => name);
  const lines = rows.map((row) =>
    tableLine([
      `${row.id}`,
      row.rfc,
      ...names.map((name) => cell(row, outcomes.get(name) ?? null)),
    ]),
  );
  return [
    tableLine([
      '',
      ...intermediaries.map(({ name, version }) => `${name} ${version() ?? ''}`.trim()),
    ]),
    tableLine(['---', ...names.map(() => '---')]),
    tableLine([
      `of ${rows.length} rows pass`,
      ...intermediaries.map((proxy) => total(rows, proxy, outcomes)),
    ]),
    '',
    tableLine(['row', 'where it is written', ...names]),
    tableLine(['---', '---', ...names.map(() => '---')]),
    ...lines,
    ...reasons(rows),
  ].join('\n');
}

/** What must not be: rows that Candor fails without a reason on record, and records that have grown old. */
export function faultsOf(rows: readonly Row[], outcomes: ByProxy): string[] {
  const candor = outcomes.get('Candor');
  if (candor == null) return [];
  return rows.flatMap(({ id, differs }) => {
    const wrong = candor.get(id) ?? [];
    if (differs === undefined) return wrong.length === 0 ? [] : [`${id}: ${wrong.join('; ')}`];
    if (wrong.length === 0) return [`${id} passes, and has a reason on record why it does not`];
    const peers = [...outcomes].filter(([name, of]) => name !== 'Candor' && of !== null);
    return peers
      .filter(([, of]) => of?.get(id)?.length === 0)
      .map(([name]) => `${id}: ${name} passes it, so the reason on record is not shared`);
  });
}

function total(rows: readonly Row[], { name, install }: Intermediary, outcomes: ByProxy): string {
  const all = outcomes.get(name) ?? null;
  if (all === null) return `not installed: \`${install}\``;
  return String(rows.filter(({ id }) => all.get(id)?.length === 0).length);
}

function cell({ id }: Row, outcomes: Outcomes | null): string {
  const wrong = outcomes?.get(id);
  if (wrong === undefined) return '';
  return wrong.length === 0 ? 'pass' : `**fails**: ${wrong.join('; ')}`;
}

function reasons(rows: readonly Row[]): string[] {
  const differing = rows.filter(({ differs }) => differs !== undefined);
  if (differing.length === 0) return [];
  return [
    '',
    'Where Candor differs:',
    '',
    ...differing.map(({ id, differs }) => `- ${id}: ${differs}`),
  ];
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.map((text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
