import type { UnknownOutcome } from './unknown-outcomes.ts';

const COLUMNS: readonly (readonly [name: string, of: (outcome: UnknownOutcome) => string])[] = [
  ['time', ({ at }) => new Date(at).toISOString()],
  ['payment', ({ isPayment }) => (isPayment ? 'yes' : 'no')],
  ['reference', ({ reference }) => reference],
  ['method', ({ method }) => method],
  ['route', ({ route }) => route ?? ''],
  ['upstream', ({ upstream }) => upstream],
  ['client', ({ clientKind }) => clientKind],
  ['status', ({ status }) => String(status)],
  ['cause', ({ cause }) => cause ?? ''],
  ['checked', ({ ticked }) => (ticked === null ? '' : new Date(ticked.at).toISOString())],
  ['checked_by', ({ ticked }) => ticked?.by ?? ''],
  ['note', ({ ticked }) => ticked?.note ?? ''],
];

/** What a spreadsheet takes for the start of a formula, after blanks that it does not look at. */
const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/;

/**
 * The list as CSV (RFC 4180), with a line of headings. `notListed` writes are told in a last line.
 *
 * A text that a spreadsheet would run as a formula gets an apostrophe before it: a reference may come
 * from a trusted proxy, and so from a client.
 */
export function unknownOutcomesCsv(outcomes: readonly UnknownOutcome[], notListed = 0): string {
  const lines = [
    COLUMNS.map(([name]) => name),
    ...outcomes.map((outcome) => COLUMNS.map(([, of]) => cellOf(of(outcome)))),
  ];
  const omitted = `${notListed} more writes are not listed; none of them is a payment`;
  if (notListed > 0) lines.push(COLUMNS.map(([name]) => (name === 'note' ? omitted : '')));
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function cellOf(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n;\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
