import { expect, test } from 'vitest';
import { VirtualClock } from './virtual-clock.ts';

test('timers fire at their time, in order, and those of one time in the order of their setting', async () => {
  const clock = new VirtualClock();
  const fired: [string, number][] = [];
  const set = (name: string, delayMs: number) =>
    clock.after(delayMs, () => void fired.push([name, clock.monotonic()]));
  set('late', 300);
  set('first', 100);
  set('second', 100);
  set('cancelled', 200)();
  set('at once', 0);
  await clock.advance(299);
  expect(fired).toEqual([
    ['at once', 1],
    ['first', 100],
    ['second', 100],
  ]);
  expect(clock.pending).toBe(1);
  await clock.advance(1);
  expect(fired.at(-1)).toEqual(['late', 300]);
});

test('between two timers all promises settle that can, and what they set fires in its turn', async () => {
  const clock = new VirtualClock();
  const fired: number[] = [];
  clock.after(100, async () => {
    for (let link = 0; link < 1_000; link += 1) await Promise.resolve();
    clock.after(50, () => void fired.push(clock.monotonic()));
  });
  clock.after(120, () => void fired.push(clock.monotonic()));
  await clock.advance(200);
  expect(fired).toEqual([120, 150]);
});

test('the wall clock can jump; the other goes on, and so do the timers', async () => {
  const clock = new VirtualClock();
  const startedAt = clock.now();
  let isFired = false;
  clock.after(100, () => {
    isFired = true;
  });
  clock.jump(-3_600_000);
  await clock.advance(100);
  expect(isFired).toBe(true);
  expect(clock.now() - startedAt).toBe(-3_600_000 + 100);
  expect(clock.monotonic()).toBe(100);
});
