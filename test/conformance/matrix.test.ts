import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ROWS } from './cases/rows.ts';
import { faultsOf, type Outcomes } from './matrix.ts';
import type { Row } from './row.ts';

const ROW: Row = { id: 'a', rfc: 'RFC 9112 §2', holds: 'It holds.', send: [], checks: [] };
const [PASSES, FAILS]: readonly Outcomes[] = [
  new Map([['a', []]]),
  new Map([['a', ['it does not']]]),
];

test.for([
  { name: 'passes', row: ROW, candor: PASSES, peer: PASSES, faults: [] },
  { name: 'fails', row: ROW, candor: FAILS, peer: FAILS, faults: ['a: it does not'] },
  {
    name: 'differs as its peers do',
    row: { ...ROW, differs: 'why' },
    candor: FAILS,
    peer: FAILS,
    faults: [],
  },
  {
    name: 'differs from its peers as well',
    row: { ...ROW, differs: 'why' },
    candor: FAILS,
    peer: PASSES,
    faults: ['a: nginx passes it, so the reason on record is not shared'],
  },
  {
    name: 'passes, with a reason on record why it does not',
    row: { ...ROW, differs: 'why' },
    candor: PASSES,
    peer: FAILS,
    faults: ['a passes, and has a reason on record why it does not'],
  },
  { name: 'is played against peers alone', row: ROW, candor: null, peer: FAILS, faults: [] },
])('a row that $name', ({ row, candor, peer, faults }) => {
  const outcomes = new Map([
    ['Candor', candor ?? null],
    ['nginx', peer ?? null],
  ]);
  expect(faultsOf([row], outcomes)).toEqual(faults);
});

test('each row has an id of its own, a place in an RFC, and a sentence', () => {
  expect(new Set(ROWS.map(({ id }) => id)).size).toBe(ROWS.length);
  for (const { rfc, holds } of ROWS) {
    expect(rfc).toMatch(/^RFC \d{4} §\d+(?:\.\d+)*$/);
    expect(holds).toMatch(/^\S.*\.$/);
  }
});

test('the page has a line for each row, by the last whole run of `npm run conformance`', async () => {
  const page = await readFile(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
  const ids = [...page.matchAll(/^\| ([a-z\d-]+\/.*?) \| RFC /gm)].map(([, id]) => id);
  expect(ids).toEqual(ROWS.map(({ id }) => id));
});
