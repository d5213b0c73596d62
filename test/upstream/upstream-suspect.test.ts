import { describe, expect, onTestFinished, test } from 'vitest';
import type { Verdict } from '../../src/outage/verdict.ts';
import type { Endpoint } from '../../src/upstream/endpoint.ts';
import type { ProbeResult } from '../../src/upstream/probe.ts';
import { Upstream } from '../../src/upstream/upstream.ts';
import { startUpstream } from '../support/upstream.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { pageProbe, recordingLog, settingsOf, start, staticOf, until } from './watch.ts';

const URLS = ['http://10.0.0.1:80', 'http://10.0.0.2:80', 'http://10.0.0.3:80'];

/** An upstream in virtual time, whose endpoints take 50 ms to do as a test says. */
function startInVirtualTime(everyMs = 3_600_000) {
  const clock = new VirtualClock();
  const asked: Endpoint[] = [];
  const states: Verdict['state'][] = [];
  let serves = true;
  const settings = settingsOf({
    discovery: staticOf(...URLS),
    probe: { path: null, grpc: false, everyMs, timeoutMs: 1_000, statuses: [200] },
  });
  const upstream = new Upstream(settings, {
    log: recordingLog().log,
    clock,
    random: () => 0.5,
    probe: (endpoint, stop) => {
      asked.push(endpoint);
      const { promise, resolve } = Promise.withResolvers<ProbeResult | null>();
      const result: ProbeResult = serves
        ? { ok: true, cause: null, ms: 50 }
        : { ok: false, cause: 'connection_refused', ms: 50 };
      clock.after(50, () => resolve(result));
      stop.addEventListener('abort', () => resolve(null));
      return promise;
    },
    onBelief: ({ verdict }) => states.push(verdict.state),
    onRemoved: () => undefined,
  });
  onTestFinished(() => upstream[Symbol.asyncDispose]());
  upstream.start();
  const failAll = () => {
    serves = false;
  };
  return { upstream, clock, states, failAll, asked: () => asked.splice(0) };
}

describe('a failing signal', () => {
  test('makes one round of probes, at once, however many requests fail with it', async () => {
    const { upstream, clock, states, asked } = startInVirtualTime();
    await clock.advance(10_000);
    asked();
    for (let request = 0; request < 10_000; request += 1) {
      upstream.requestFailed('connection_reset');
    }
    expect(states).toEqual(['suspect']);
    await clock.advance(2);
    expect(asked().map(({ url }) => url)).toEqual(URLS);
    for (let request = 0; request < 10_000; request += 1) {
      upstream.requestFailed('connection_reset');
    }
    await clock.advance(250);
    expect(asked()).toEqual([]);
  });

  test('makes one round of real probes', async () => {
    const app = await startUpstream();
    const probe = { ...pageProbe, everyMs: 3_600_000 };
    const { upstream } = start(settingsOf({ discovery: staticOf(app.url), probe }));
    await until(upstream, () => upstream.counts.probesOk === 1);
    for (let request = 0; request < 10_000; request += 1) {
      upstream.requestFailed('connection_reset');
    }
    await until(upstream, () => upstream.counts.probesOk === 2);
    expect(app.requests).toBe(2);
  });
});

describe('a shutdown', () => {
  test('in the middle of a round that would have confirmed an outage is no verdict', async () => {
    const { upstream, clock, states, failAll } = startInVirtualTime(1_000);
    await clock.advance(500);
    failAll();
    await clock.advance(1_125); // The first round has failed, the second is under way.
    expect(states).toEqual(['suspect']);
    await upstream[Symbol.asyncDispose]();
    await clock.advance(60_000);
    expect(states).toEqual(['suspect']);
  });
});
