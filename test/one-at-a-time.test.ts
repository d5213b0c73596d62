import { expect, test } from 'vitest';
import { OneAtATime } from '../src/one-at-a-time.ts';

/** Runs that end when they are told to, each with its number. */
function numberedRuns() {
  const ends: (() => void)[] = [];
  const task = new OneAtATime<number>(async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const number = ends.push(resolve);
    await promise;
    return number;
  });
  return { task, runs: () => ends.length, end: (number: number) => ends[number - 1]?.() };
}

test('who asks while it runs gets the outcome of one more run, that begins after it', async () => {
  const { task, runs, end } = numberedRuns();

  const first = task.ask();
  const others = [task.ask(), task.ask()];
  expect(runs()).toBe(1);
  end(1);
  expect(await first).toBe(1);
  await expect.poll(runs).toBe(2);
  end(2);

  expect(await Promise.all(others)).toEqual([2, 2]);
});

test('who asks in the moment in which a run ends is not forgotten', async () => {
  const { task, runs, end } = numberedRuns();
  const first = task.ask();
  const late = first.then(() => task.ask());
  const waiting = task.ask();
  end(1);
  await expect.poll(runs).toBe(2);
  end(2);

  expect(await late).toBe(2);
  await expect.poll(runs).toBe(3);
  end(3);
  expect(await waiting).toBe(3);
});

test('it is idle when the last run that was asked for is over', async () => {
  const { task, runs, end } = numberedRuns();
  await task.idle();
  void task.ask(); // Its end is told by `idle`.
  void task.ask();
  let isIdle = false;
  const idle = task.idle().then(() => {
    isIdle = true;
  });
  end(1);
  await expect.poll(runs).toBe(2);
  expect(isIdle).toBe(false);
  end(2);

  await idle;
});
