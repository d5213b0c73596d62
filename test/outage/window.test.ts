import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Tally } from '../../src/outage/tally.ts';
import { Window } from '../../src/outage/window.ts';

const SPAN = 10_000;
const BUCKET = SPAN / 20;
const AT = 1_700_000_000_000;

describe('a tally', () => {
  test('counts what fell into its span, exact to one bucket', () => {
    const pauses = fc.array(fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 30_000 })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(pauses, fc.nat({ max: 30_000 }), (gaps, later) => {
        const tally = new Tally(SPAN);
        const times: number[] = [];
        let at = AT;
        for (const gap of gaps) {
          at += gap;
          times.push(at);
          tally.add(at);
        }
        const now = at + later;
        const within = (span: number) => times.filter((time) => time > now - span).length;
        expect(tally.total(now)).toBeLessThanOrEqual(within(SPAN));
        expect(tally.total(now)).toBeGreaterThanOrEqual(within(SPAN - BUCKET));
      }),
    );
  });

  test('of one event a bucket counts as many as it has buckets, for ever', () => {
    const tally = new Tally(SPAN);
    for (let nth = 0; nth < 60; nth++) {
      tally.add(AT + nth * BUCKET);
      expect(tally.total(AT + nth * BUCKET)).toBe(Math.min(nth + 1, 20));
    }
  });

  test('is empty after the clock was set back, and counts on from there', () => {
    const tally = new Tally(SPAN);
    tally.add(AT);
    tally.add(AT - 3_600_000);
    expect(tally.total(AT - 3_600_000)).toBe(1);
  });
});

describe('a window', () => {
  test('tells of requests, of the last success, and of the row of failures since', () => {
    const window = new Window(SPAN);
    window.failed(AT);
    window.succeeded(AT + 100);
    window.failed(AT + 200);
    window.failed(AT + 300);
    expect(window.traffic(AT + 400)).toEqual({
      succeeded: 1,
      failed: 3,
      lastSuccessAt: AT + 100,
      row: { count: 2, since: AT + 200, lastAt: AT + 300 },
      waitingSince: null,
      longestWaitMs: 0,
    });
    expect(window.requests(AT + 400)).toBe(4);
  });

  test('that has seen nothing has nothing to tell', () => {
    expect(new Window(SPAN).traffic(AT)).toEqual({
      succeeded: 0,
      failed: 0,
      lastSuccessAt: null,
      row: null,
      waitingSince: null,
      longestWaitMs: 0,
    });
  });

  test('keeps a row beyond its span, and not for ever', () => {
    const window = new Window(SPAN);
    window.failed(AT);
    expect(window.traffic(AT + 60_000)).toMatchObject({ failed: 0, row: { count: 1 } });
    expect(window.traffic(AT + 121_000)).toMatchObject({ failed: 0, row: null });
    window.failed(AT + 121_000);
    expect(window.traffic(AT + 121_000).row).toMatchObject({ count: 1, since: AT + 121_000 });
  });

  test('goes on with a row two minutes after its last failure, and no later', () => {
    const window = new Window(SPAN);
    window.failed(AT);
    expect(window.traffic(AT + 120_000).row?.count).toBe(1);
    window.failed(AT + 120_000);
    expect(window.traffic(AT + 120_000).row).toMatchObject({ count: 2, since: AT });
    window.failed(AT + 240_001);
    expect(window.traffic(AT + 240_001).row).toMatchObject({ count: 1, since: AT + 240_001 });
  });

  test('forgets failures alone when an outage is over', () => {
    const window = new Window(SPAN);
    window.succeeded(AT);
    window.failed(AT + 1);
    window.clearFailures();
    expect(window.traffic(AT + 2)).toMatchObject({ succeeded: 1, failed: 0, row: null });
  });

  test('knows no last success from before the clock was set back', () => {
    const window = new Window(SPAN);
    window.succeeded(AT);
    expect(window.traffic(AT - 3_600_000).lastSuccessAt).toBeNull();
  });
});
