import { describe, expect, test } from 'vitest';
import { startUpstream } from '../support/upstream.ts';
import { settingsOf, start, staticOf, until, verdictOnce } from './watch.ts';

describe('while its endpoints accept connections and its requests fail, an upstream', () => {
  const sicken = async () => {
    const app = await startUpstream('unavailable');
    const watched = start(settingsOf({ discovery: staticOf(app.url) }));
    const failing = setInterval(() => watched.upstream.requestFailed('upstream_status'), 100);
    const down = await verdictOnce(watched.upstream, 'down');
    clearInterval(failing);
    return { app, down, ...watched };
  };

  test('is down, gives one trial at a time, and takes the trial for its recovery', async () => {
    const { upstream, down, states } = await sicken();
    expect(down.cause).toBe('upstream_status');
    expect(upstream.admit()).toBe('trial');
    expect(upstream.admit()).toBe('answer');
    upstream.trialEnded();
    expect(upstream.admit()).toBe('answer'); // Not sooner than a second after the last one.

    const probes = upstream.counts.probesOk;
    await until(upstream, () => upstream.counts.probesOk > probes + 1);
    expect(upstream.belief.verdict.state).toBe('down');

    await until(upstream, () => upstream.admit() === 'trial');
    upstream.replied(upstream.pick(null)!);
    upstream.trialEnded();
    expect(upstream.belief.verdict.state).toBe('recovering');
    expect(upstream.admit()).toBe('forward');
    await verdictOnce(upstream, 'up');
    expect(states.slice(-2)).toEqual(['recovering', 'up']);
  });

  test('is not tried with a request that may not be repeated', async () => {
    const { upstream } = await sicken();
    expect(upstream.admit(false)).toBe('answer');
    expect(upstream.admit(true)).toBe('trial');
  });

  test('goes back to down when the recovery fails, and keeps the start of the outage', async () => {
    const { upstream, down } = await sicken();
    upstream.replied(upstream.pick(null)!);
    expect(upstream.belief.verdict.state).toBe('recovering');
    upstream.requestFailed('connection_reset');
    expect(upstream.belief.verdict).toMatchObject({
      state: 'down',
      since: down.since,
      cause: 'connection_reset',
    });
  });

  test('is not said to have relapsed by a request that it had left waiting before', async () => {
    const { upstream } = await sicken();
    upstream.replied(upstream.pick(null)!);
    upstream.requestFailed('response_timeout');
    expect(upstream.belief.verdict.state).toBe('recovering');
  });

  test('is not taken for recovered by a connect while a trial runs, or may soon', async () => {
    const { upstream } = await sicken();
    expect(upstream.admit()).toBe('trial');
    const probes = upstream.counts.probesOk;
    await until(upstream, () => upstream.counts.probesOk >= probes + 18); // Longer than a connect is mistrusted.
    expect(upstream.belief.verdict.state).toBe('down');

    upstream.trialEnded();
    const later = upstream.counts.probesOk;
    await until(upstream, () => upstream.counts.probesOk >= later + 3);
    expect(upstream.belief.verdict.state).toBe('down');
    expect(upstream.admit()).toBe('answer'); // The pause is as long as the trial was.
  });
});
