import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { AnswerFacts } from '../../src/outage/answer-facts.ts';
import { References } from '../../src/outage/references.ts';
import { type OutcomeWish, UnknownOutcomes } from '../../src/outage/unknown-outcomes.ts';
import { unknownOutcomesCsv } from '../../src/outage/unknown-outcomes-csv.ts';
import { storeHere } from '../support/store-here.ts';

const AT = Date.parse('2023-07-19T15:24:00Z');
const ALL: OutcomeWish = { from: 0, to: Number.MAX_SAFE_INTEGER, upstream: null };

const FACTS: AnswerFacts = {
  ...{ reason: 'outage', cause: 'response_timeout', disposition: 'unknown', retrySafe: false },
  ...{ signIn: false, isUnknownWrite: true, upstream: 'app', verdict: 'down', since: AT },
  ...{ route: '/r/pay', isPayment: false, method: 'POST', clientKind: 'person', status: 504 },
  ...{ receivedStatus: null, receivedFrom: null, evidence: null },
};
const PAYMENT = { ...FACTS, isPayment: true };

async function outcomes(): Promise<UnknownOutcomes> {
  const store = storeHere();
  const kept = new UnknownOutcomes(store);
  onTestFinished(() => kept[Symbol.dispose]());
  return kept;
}

test('payments come first, then the newest', async () => {
  const kept = await outcomes();
  kept.add(AT, 'a', FACTS);
  kept.add(AT + 1, 'b', PAYMENT);
  kept.add(AT + 2, 'c', FACTS);
  kept.add(AT + 3, 'd', PAYMENT);
  kept.add(AT + 4, 'e', { ...FACTS, upstream: 'login' });
  const references = async (wish = ALL) =>
    (await kept.list(wish)).map(({ reference }) => reference);
  expect(await references()).toEqual(['d', 'b', 'e', 'c', 'a']);
  expect(await references({ ...ALL, from: AT + 2, upstream: 'app' })).toEqual(['d', 'c']);
});

test('one is ticked off, and the tick is taken back', async () => {
  const kept = await outcomes();
  kept.add(AT, 'a', PAYMENT);
  const [first] = await kept.list(ALL);
  const tick = { at: AT + 9, by: 'ada', note: 'charged once' };
  expect(await kept.tick(first?.id ?? 0, tick)).toMatchObject({ reference: 'a', ticked: tick });
  expect(await kept.list(ALL, { isUnticked: true })).toEqual([]);
  expect(await kept.totals(ALL)).toEqual({ listed: 1, payments: 1, unticked: 0, notListed: 0 });
  expect(await kept.tick(first?.id ?? 0, null)).toMatchObject({ ticked: null });
  expect(await kept.tick(999, tick)).toBeNull();
});

test('in a storm the most of a minute are listed, the others counted, and payments all listed', async () => {
  const kept = await outcomes();
  for (let count = 0; count < 1_000; count += 1) {
    kept.add(AT + count, `${count}`, count % 10 === 0 ? PAYMENT : FACTS);
  }
  expect(await kept.totals(ALL)).toMatchObject({ listed: 700, payments: 100, notListed: 300 });
  kept.add(AT + 60_000, 'next', FACTS);
  expect(await kept.totals(ALL)).toMatchObject({ listed: 701, notListed: 300 });
});

test('a reference is found while the answer is kept, and people have a ring of their own', () => {
  const references = new References(2);
  references.add(1, 'person', FACTS);
  for (const at of [2, 3, 4]) references.add(at, `api-${at}`, { ...FACTS, clientKind: 'api' });
  references.add(5, 'api-4', { ...FACTS, clientKind: 'api', status: 503 });
  expect(references.find('person')).toEqual([{ at: 1, reference: 'person', facts: FACTS }]);
  expect(references.find('api-2')).toEqual([]);
  expect(references.find('api-4').map(({ at }) => at)).toEqual([5, 4]);
});

const OUTCOME = {
  ...{ id: 1, at: AT, reference: 'r', upstream: 'app', route: '/r/pay', method: 'POST' },
  ...{ clientKind: 'person', status: 504, cause: null, isPayment: true, ticked: null },
};

test('the CSV has a line of headings, a line for each, and one for those that are not listed', () => {
  const ticked = { at: AT + 1_000, by: 'ada', note: 'charged, "once"' };
  expect(unknownOutcomesCsv([OUTCOME, { ...OUTCOME, ticked }], 3)).toBe(
    [
      'time,payment,reference,method,route,upstream,client,status,cause,checked,checked_by,note',
      '2023-07-19T15:24:00.000Z,yes,r,POST,/r/pay,app,person,504,,,,',
      '2023-07-19T15:24:00.000Z,yes,r,POST,/r/pay,app,person,504,,2023-07-19T15:24:01.000Z,ada,"charged, ""once"""',
      ',,,,,,,,,,,3 more writes are not listed; none of them is a payment',
      '',
    ].join('\r\n'),
  );
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
