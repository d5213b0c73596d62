import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TrialGate } from '../../src/upstream/trial-gate.ts';

const AT = 5_000;

test('one trial runs at a time, and the next one a second after the last began', () => {
  const gate = new TrialGate(1_000);
  expect(gate.take(AT)).toBe(true);
  expect(gate.take(AT + 60_000)).toBe(false);
  gate.end(AT + 10);
  expect(gate.take(AT + 999)).toBe(false);
  expect(gate.take(AT + 1000)).toBe(true);
});

test('a trial that took long is followed by a pause as long', () => {
  const gate = new TrialGate(1_000);
  gate.take(AT);
  gate.end(AT + 60_000);
  expect(gate.take(AT + 119_999)).toBe(false);
  expect(gate.isToCome(AT + 120_999)).toBe(true);
  expect(gate.isToCome(AT + 121_000)).toBe(false); // Nobody took it: nobody asks.
  expect(gate.take(AT + 120_000)).toBe(true);
});

test('the end of no trial changes nothing', () => {
  const gate = new TrialGate(1_000);
  gate.end(AT);
  expect(gate.isToCome(AT)).toBe(false);
  expect(gate.take(AT)).toBe(true);
});

describe('news', () => {
  test('ends the pause', () => {
    const gate = new TrialGate(1_000);
    gate.take(AT);
    gate.end(AT + 3_000);
    expect(gate.take(AT + 3_100)).toBe(false);
    gate.hurry(AT + 3_200);
    expect(gate.isToCome(AT + 4_199)).toBe(true);
    expect(gate.take(AT + 3_200)).toBe(true);
  });

  test('lets one more through beside a trial that hangs', () => {
    const gate = new TrialGate(1_000);
    gate.take(AT);
    gate.hurry(AT + 10);
    expect(gate.take(AT + 10)).toBe(true);
    expect(gate.take(AT + 11)).toBe(false);
    gate.end(AT + 20);
    expect(gate.isToCome(AT + 60_000)).toBe(true); // One of the two still runs.
    expect(gate.take(AT + 60_000)).toBe(false);
  });

  test('that comes again and again lets one through a second', () => {
    const gate = new TrialGate(1_000);
    gate.take(AT);
    let trials = 0;
    for (let now = AT + 1; now < AT + 10_000; now += 100) {
      gate.hurry(now);
      if (!gate.take(now)) continue;
      gate.end(now + 1);
      trials += 1;
    }
    expect(trials).toBe(10);
  });

  test('is kept until somebody asks, and is not to come for longer than a pause', () => {
    const gate = new TrialGate(1_000);
    gate.take(AT);
    gate.hurry(AT + 100);
    gate.end(AT + 3_000);
    expect(gate.take(AT + 3_001)).toBe(true);
    gate.end(AT + 3_002);
    gate.hurry(AT + 5_000);
    expect(gate.isToCome(AT + 6_000)).toBe(false);
  });
});

test('whatever comes, no more trials begin in a second than one by itself and one for news', () => {
  const steps = fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 300 }),
      what: fc.constantFrom('take', 'take', 'end', 'hurry'),
    }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(steps, (all) => {
      const gate = new TrialGate(1_000);
      const began: number[] = [];
      let now = AT;
      for (const { afterMs, what } of all) {
        now += afterMs;
        if (what === 'hurry') gate.hurry(now);
        else if (what === 'end') gate.end(now);
        else if (gate.take(now)) began.push(now);
      }
      for (const from of began) {
        const within = began.filter((at) => at >= from && at < from + 1_000);
        expect(within.length).toBeLessThanOrEqual(2);
      }
    }),
    { numRuns: 1_000 },
  );
});
