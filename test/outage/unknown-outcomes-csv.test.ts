import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unknownOutcomesCsv } from '../../src/outage/unknown-outcomes-csv.ts';
import { AT } from './unknown-write.ts';

const OUTCOME = {
  ...{ id: 1, at: AT, reference: 'r', upstream: 'app', route: '/r/pay', method: 'POST' },
  ...{ clientKind: 'person', status: 504, cause: null, isPayment: true, ticked: null },
};

test('the CSV has a line of headings, a line for each, and one for those that are not listed', () => {
  const ticked = { at: AT + 1_000, by: 'ada', note: 'charged, "once"' };
  const other = { ...OUTCOME, isPayment: false, route: null, cause: 'connection_reset' };
  expect(unknownOutcomesCsv([OUTCOME, { ...OUTCOME, ticked }, other], 3)).toBe(
    [
      'time,payment,reference,method,route,upstream,client,status,cause,checked,checked_by,note',
      '2023-07-19T15:24:00.000Z,yes,r,POST,/r/pay,app,person,504,,,,',
      '2023-07-19T15:24:00.000Z,yes,r,POST,/r/pay,app,person,504,,2023-07-19T15:24:01.000Z,ada,"charged, ""once"""',
      '2023-07-19T15:24:00.000Z,no,r,POST,,app,person,504,connection_reset,,,',
      ',,,,,,,,,,,3 more writes are not listed; none of them is a payment',
      '',
    ].join('\r\n'),
  );
});

test('a list that is whole ends with its last write', () => {
  expect(unknownOutcomesCsv([OUTCOME]).trimEnd().split('\r\n')).toHaveLength(2);
});

test('a text that is no formula is left as it is', () => {
  for (const note of ['a=b', 'a\tb', '1-2', "it's", 'a\r\nb']) {
    const csv = unknownOutcomesCsv([{ ...OUTCOME, ticked: { at: AT, by: null, note } }]);
    expect(parse(csv)[1]?.at(-1)).toBe(note);
  }
});

test('no cell of the CSV is a formula, and each line has as many cells as the headings', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom('=', '+', '-', '@', '\t', '\r', ' =', '"'),
      (rest, start) => {
        const text = start + rest;
        const csv = unknownOutcomesCsv([
          { ...OUTCOME, reference: text, ticked: { at: 1, by: text, note: text } },
        ]);
        const cells = parse(csv)[1] ?? [];
        expect(cells).toHaveLength(12);
        for (const cell of cells) expect(cell).not.toMatch(/^\s*[=+\-@]|^[\t\r]/);
        expect(cells[2]?.replace(/^'/, '')).toBe(text);
      },
    ),
  );
});

/** As RFC 4180 has it. */
function parse(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of csv.matchAll(
    /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n)/g,
  )) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ',') rows.push([]);
  }
  return rows;
}
