import { expect, test } from 'vitest';
import { afterPatience } from '../../src/upstream/patience.ts';
import { DETECTION } from '../support/detection.ts';
import { startUpstream } from '../support/upstream.ts';
import { pageProbe, settingsOf, staticOf, watch } from './watch.ts';

/** Keeps the process from everything else, as a long collection of garbage does. */
function stall(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('patience lasts as long as it should', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const startedAt = performance.now();
  afterPatience(100, resolve);
  await promise;
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(95);
});

test('patience that is cancelled never ends', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let hasEnded = false;
  const cancel = afterPatience(20, () => {
    hasEnded = true;
  });
  cancel();
  afterPatience(60, resolve);
  await promise;
  expect(hasEnded).toBe(false);
});

test('time in which the process was busy with itself does not count', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const startedAt = performance.now();
  afterPatience(100, resolve);
  stall(400);
  await promise;
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(400 + 75 - 5);
});

test('an application is not blamed for the time that the gateway was busy', async () => {
  const app = await startUpstream();
  const { upstream, beliefs } = watch(
    settingsOf({ discovery: staticOf(app.url), probe: pageProbe, detection: DETECTION }),
  );
  const check = upstream.check();
  stall(3 * pageProbe.timeoutMs);
  expect(await check).toEqual({ serves: true });
  expect(beliefs).toEqual([]);
});
