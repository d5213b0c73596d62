import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Reopening } from '../../src/upstream/reopening.ts';

const AT = 5_000;
const REOPEN_MS = 3_000;

/** How many may be under way at once. */
function boundOf(reopening: Reopening, now: number): number {
  let outstanding = 0;
  while (outstanding < 5_000 && reopening.mayEnter(outstanding, now)) outstanding += 1;
  return outstanding;
}

function begun(outstanding = 0): Reopening {
  const reopening = new Reopening(REOPEN_MS);
  reopening.begin(outstanding, AT);
  return reopening;
}

test('before an outage any number may enter', () => {
  expect(boundOf(new Reopening(REOPEN_MS), AT)).toBe(5_000);
  expect(new Reopening(REOPEN_MS).isOn).toBe(false);
});

test.for([
  { part: 0, bound: 10 },
  { part: 1 / 8, bound: 20 },
  { part: 1 / 2, bound: 160 },
  { part: 7 / 8, bound: 1_280 },
  { part: 1, bound: 5_000 },
])('when $part of the time has passed, $bound may be under way', ({ part, bound }) => {
  expect(boundOf(begun(), AT + part * REOPEN_MS)).toBe(bound);
});

test('each reply makes room for one more', () => {
  const reopening = begun();
  for (let reply = 0; reply < 50; reply += 1) reopening.replied();
  expect(boundOf(reopening, AT)).toBe(60);
});

test('tunnels that have outlived the outage take nobody the place', () => {
  const reopening = begun(400);
  expect(reopening.mayEnter(409, AT)).toBe(true);
  expect(reopening.mayEnter(410, AT)).toBe(false);
});

test('it is over after its time, when the upstream has gone again, and at once where it takes no time', () => {
  const [over, gone, none] = [begun(), begun(), new Reopening(0)];
  expect(over.mayEnter(9_999, AT + REOPEN_MS)).toBe(true);
  gone.end();
  none.begin(0, AT);
  expect([over.isOn, gone.isOn, none.isOn]).toEqual([false, false, false]);
  gone.begin(0, AT + 60_000);
  expect(boundOf(gone, AT + 60_000)).toBe(10);
});

test('the bound never shrinks as time passes and replies come', () => {
  const steps = fc.array(fc.record({ ms: fc.nat({ max: 500 }), replies: fc.nat({ max: 20 }) }));
  fc.assert(
    fc.property(steps, (all) => {
      const reopening = begun();
      let now = AT;
      let bound = 0;
      for (const { ms, replies } of all) {
        now += ms;
        for (let reply = 0; reply < replies; reply += 1) reopening.replied();
        const next = boundOf(reopening, now);
        expect(next).toBeGreaterThanOrEqual(bound);
        bound = next;
      }
    }),
  );
});
