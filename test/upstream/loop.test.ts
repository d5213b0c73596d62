import { expect, onTestFinished, test } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/upstream/clock.ts';
import { Loop } from '../../src/upstream/loop.ts';
import { takeUnforeseen } from '../support/unforeseen.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

function startLoop(pauseMs: number) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  let turns = 0;
  let running = 0;
  let next = Promise.withResolvers<void>();
  const turn = async () => {
    running += 1;
    expect(running).toBe(1);
    await Promise.resolve();
    running -= 1;
    turns += 1;
    next.resolve();
    next = Promise.withResolvers<void>();
  };
  const loop = new Loop(
    { turn, pauseMs: () => pauseMs, clock: SYSTEM_CLOCK, gridMs: 100 },
    stop.signal,
  );
  return { loop, stop, turns: () => turns, nextTurn: () => next.promise };
}

test('a loop takes its turns one after the other', async () => {
  const { nextTurn, turns } = startLoop(1);
  while (turns() < 5) await nextTurn();
});

test('a loop that is woken does not wait for the end of its pause', async () => {
  const { loop, nextTurn, turns } = startLoop(3_600_000);
  await nextTurn();
  await Promise.resolve();
  const turn = nextTurn();
  loop.wakeWithin(5);
  loop.wakeWithin(1000); // Later than what was asked for before: nothing changes.
  await turn;
  expect(turns()).toBe(2);
});

test('a loop that is woken while its turn runs follows it with another', async () => {
  const { loop, nextTurn, turns } = startLoop(3_600_000);
  loop.wakeWithin(0);
  while (turns() < 2) await nextTurn();
});

test('a loop that is stopped in its pause is done at once', async () => {
  const { loop, nextTurn, stop, turns } = startLoop(3_600_000);
  await nextTurn();
  stop.abort();
  await loop.done;
  loop.wakeWithin(0);
  expect(turns()).toBe(1);
});

test('a turn that fails by an error of ours costs itself: the next one comes, and the error is told', async () => {
  const unforeseen = takeUnforeseen();
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const { promise: third, resolve } = Promise.withResolvers<void>();
  let turns = 0;
  const turn = async () => {
    turns += 1;
    if (turns < 3) throw new TypeError('a bug');
    resolve();
  };
  const loop = new Loop({ turn, pauseMs: () => 1, clock: SYSTEM_CLOCK, gridMs: 100 }, stop.signal);
  await third;
  stop.abort();
  await loop.done;
  expect(unforeseen).toEqual([new TypeError('a bug'), new TypeError('a bug')]);
});

test('long pauses of many loops end together, short ones when they are over', async () => {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const turnsOf = (pauseMs: number) => {
    const turns: number[] = [];
    const turn = async () => void turns.push(clock.monotonic());
    void new Loop({ turn, pauseMs: () => pauseMs, clock, gridMs: 100 }, stop.signal);
    return turns;
  };
  const [short, long, longer] = [turnsOf(310), turnsOf(1_990), turnsOf(2_040)];
  await clock.advance(4_100);
  stop.abort();
  expect(short?.slice(0, 4)).toEqual([0, 310, 620, 930]);
  expect(long).toEqual([0, 2_000, 4_000]);
  expect(longer).toEqual([0, 2_000, 4_000]);
});
