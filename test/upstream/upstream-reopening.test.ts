import { expect, test } from 'vitest';
import type { Upstream } from '../../src/upstream/upstream.ts';
import { DETECTION } from '../support/detection.ts';
import { startUpstream } from '../support/upstream.ts';
import { settingsOf, start, staticOf, until, verdictOnce } from './watch.ts';

/** Sends requests, none of which ends, until one has to wait. */
function sendUntilOneWaits(upstream: Upstream): number {
  let sent = 0;
  for (; sent < 1_000 && upstream.admit() === 'forward'; sent += 1) {
    expect(upstream.pick(null)).not.toBeNull();
  }
  return sent;
}

test('an upstream that comes back from an outage gets ten requests at first, and one more for each reply', async () => {
  const app = await startUpstream();
  const detection = { ...DETECTION, reopenMs: 3_600_000 }; // So that only replies open it.
  const { upstream } = start(settingsOf({ discovery: staticOf(app.url), detection }));
  expect(sendUntilOneWaits(upstream)).toBe(1_000);
  const endpoint = upstream.pick(null) ?? expect.fail('no endpoint');
  for (let request = 0; request <= 1_000; request += 1) upstream.release(endpoint, false);

  await app.refuse();
  await verdictOnce(upstream, 'down');
  await app.accept();
  await until(upstream, () => upstream.belief.verdict.state !== 'down');

  expect(sendUntilOneWaits(upstream)).toBe(10);
  expect(upstream.admit(false)).toBe('wait');
  upstream.replied(endpoint);
  upstream.release(endpoint, true);
  expect(sendUntilOneWaits(upstream)).toBe(2); // The place that was left, and the one that it earned.
});

test('an upstream that was only suspect is not bounded', async () => {
  const app = await startUpstream();
  const { upstream } = start(settingsOf({ discovery: staticOf(app.url) }));
  await until(upstream, () => upstream.counts.probesOk > 0);
  upstream.requestFailed('response_timeout');
  await verdictOnce(upstream, 'up');
  expect(sendUntilOneWaits(upstream)).toBe(1_000);
});
