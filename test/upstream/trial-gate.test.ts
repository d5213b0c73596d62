import { expect, test } from 'vitest';
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

test('news ends the pause, and lets no two trials run at once', () => {
  const gate = new TrialGate(1_000);
  gate.take(AT);
  gate.hurry(AT + 10);
  expect(gate.take(AT + 10)).toBe(false);
  gate.end(AT + 3_000);
  expect(gate.take(AT + 3_100)).toBe(false);
  gate.hurry(AT + 3_200);
  expect(gate.isToCome(AT + 4_199)).toBe(true);
  expect(gate.take(AT + 3_200)).toBe(true);
});
