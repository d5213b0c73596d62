import { expect, test } from 'vitest';
import { Turnstile } from '../../src/upstream/turnstile.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** Somebody who waits for so many turns, and notes each with its name. */
function waitingFor(turns: number, name: string, notes: string[]) {
  let left = turns;
  return {
    takeTurn() {
      notes.push(name);
      left -= 1;
      return left > 0;
    },
  };
}

test('a burst passes at once, and then so many a second', async () => {
  const clock = new VirtualClock();
  const turnstile = new Turnstile(100, clock);
  let passed = 0;
  const passAll = () => {
    while (turnstile.pass()) passed += 1;
  };
  passAll();
  expect(passed).toBe(30);
  for (let tick = 0; tick < 100; tick += 1) {
    await clock.advance(100);
    passAll();
  }
  expect(passed).toBe(30 + 1_000);
});

test('however long it stood still, the burst is no larger', async () => {
  const clock = new VirtualClock();
  const turnstile = new Turnstile(100, clock);
  await clock.advance(3_600_000);
  let passed = 0;
  while (turnstile.pass()) passed += 1;
  expect(passed).toBe(30);
});

test('those that wait have their turns in rotation, and nobody passes them', async () => {
  const clock = new VirtualClock();
  const turnstile = new Turnstile(100, clock);
  while (turnstile.pass());
  const notes: string[] = [];
  turnstile.join(waitingFor(100, 'many', notes), false);
  turnstile.join(waitingFor(2, 'few', notes), false);
  await clock.advance(40);
  expect(notes).toEqual(['many', 'few', 'many', 'few']);
  await clock.advance(20);
  expect(turnstile.pass()).toBe(false);
  await clock.advance(940);
  expect(notes).toHaveLength(100);
});

test('those with precedence come first', async () => {
  const clock = new VirtualClock();
  const turnstile = new Turnstile(100, clock);
  while (turnstile.pass());
  const notes: string[] = [];
  turnstile.join(waitingFor(3, 'other', notes), false);
  turnstile.join(waitingFor(3, 'first', notes), true);
  await clock.advance(60);
  expect(notes).toEqual(['first', 'first', 'first', 'other', 'other', 'other']);
});

test('who leaves has no turn, and no timer is left when nobody waits', async () => {
  const clock = new VirtualClock();
  const turnstile = new Turnstile(100, clock);
  while (turnstile.pass());
  const notes: string[] = [];
  const gone = waitingFor(3, 'gone', notes);
  turnstile.join(gone, true);
  turnstile.leave(gone);
  await clock.advance(1_000);
  expect(notes).toEqual([]);
  expect(clock.pending).toBe(0);
  expect(turnstile.pass()).toBe(true);
});
