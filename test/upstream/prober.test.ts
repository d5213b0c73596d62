import { expect, onTestFinished, test } from 'vitest';
import type { Cause } from '../../src/outage/cause.ts';
import type { Verdict } from '../../src/outage/verdict.ts';
import type { Endpoint } from '../../src/upstream/endpoint.ts';
import { EndpointSet } from '../../src/upstream/endpoint-set.ts';
import { Pace } from '../../src/upstream/pace.ts';
import type { ProbeResult } from '../../src/upstream/probe.ts';
import { Prober } from '../../src/upstream/prober.ts';
import { DETECTION } from '../support/detection.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const EVERY_MS = 2_000;

/** A prober in virtual time, whose endpoints do as a test says, and all that it has told. */
function startProber(count: number, pace = new Pace(), firstTookMs = 10) {
  const clock = new VirtualClock();
  const random = () => 0.5;
  const endpoints = new EndpointSet({ settings: DETECTION, now: () => clock.now(), random });
  endpoints.update(Array.from({ length: count }, (_, index) => `http://10.0.0.${index + 1}:80`));
  const sick = new Set<Endpoint>();
  const asked: Endpoint[] = [];
  const failures: Cause[] = [];
  const spared = { fresh: 0, putOff: 0 };
  const stop = new AbortController();
  let served = 0;
  let state: Verdict['state'] = 'up';
  let tookMs = firstTookMs;
  const prober = new Prober(
    {
      endpoints,
      everyMs: EVERY_MS,
      urgentMs: DETECTION.probeMs,
      lateCause: 'connection_timeout',
      seat: pace.join(),
      clock,
      random,
      state: () => state,
      probe: (endpoint) => {
        asked.push(endpoint);
        const { promise, resolve } = Promise.withResolvers<ProbeResult | null>();
        const result: ProbeResult = sick.has(endpoint)
          ? { ok: false, cause: 'connection_refused', ms: tookMs }
          : { ok: true, cause: null, ms: tookMs };
        const cancel = clock.after(tookMs, () => resolve(result));
        stop.signal.addEventListener('abort', () => {
          cancel();
          resolve(null);
        });
        return promise;
      },
      onSpared: ({ fresh, putOff }) => {
        spared.fresh += fresh;
        spared.putOff += putOff;
      },
      onResult: (endpoint, result) => void endpoints.probed(endpoint, result, clock.now()),
      onServed: () => {
        served += 1;
      },
      onFailed: (cause) => void failures.push(cause),
    },
    stop.signal,
  );
  const done = prober.run();
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  return {
    prober,
    clock,
    endpoints,
    all: endpoints.list(),
    sick,
    failures,
    spared,
    stop,
    done,
    served: () => served,
    asked: () => asked.splice(0),
    setState: (value: Verdict['state']) => {
      state = value;
    },
    takes: (ms: number) => {
      tookMs = ms;
    },
  };
}

/** A pace at which others wish for so much that hardly anything is left. */
function crowdedPace(): Pace {
  const pace = new Pace();
  pace.join().share(100_000, 1_000);
  return pace;
}

test('while few endpoints are probed, each is in each round', async () => {
  const { clock, asked, all, spared } = startProber(20);
  await clock.advance(5 * EVERY_MS - 1);
  const times = Map.groupBy(asked(), ({ url }) => url);
  expect(times.size).toBe(all.length);
  for (const each of times.values()) expect(each).toHaveLength(5);
  expect(spared).toEqual({ fresh: 0, putOff: 0 });
});

test('beyond the pace a round asks in turn, and each endpoint has its turn', async () => {
  const { clock, asked, all, served, spared } = startProber(20, crowdedPace());
  await clock.advance(20 * EVERY_MS - 1);
  expect(asked()).toEqual(all);
  expect(served()).toBe(20); // News in each round.
  expect(spared).toEqual({ fresh: 0, putOff: 20 * 19 });
});

test('where none of those asked serves, all are asked at once, before anything is said', async () => {
  const { clock, asked, all, sick, failures, served } = startProber(20, crowdedPace());
  await clock.advance(100);
  const [first, second] = all;
  if (second === undefined) throw new Error('there are twenty');
  expect(asked()).toEqual([first]);
  sick.add(second);
  await clock.advance(EVERY_MS);
  expect(asked()).toEqual([second, ...all]);
  expect(failures).toEqual([]);
  expect(served()).toBe(2);
});

test('where none of all serves, that is said once', async () => {
  const { clock, asked, all, sick, failures } = startProber(20, crowdedPace());
  await clock.advance(100);
  asked();
  for (const endpoint of all) sick.add(endpoint);
  await clock.advance(EVERY_MS);
  expect(asked()).toHaveLength(21);
  expect(failures).toEqual(['connection_refused']);
});

test('an endpoint that is set aside is in each round, whatever the pace', async () => {
  const { clock, asked, all, sick, endpoints } = startProber(20, crowdedPace());
  const [, , , ill] = all;
  if (ill === undefined) throw new Error('there are twenty');
  sick.add(ill);
  endpoints.failed(ill, 'connection_refused', clock.now());
  await clock.advance(10 * 1_000 - 1); // Once a second from then on.
  expect(asked().filter((endpoint) => endpoint === ill)).toHaveLength(9);
});

test('an endpoint that has just served a request is not asked, and asked again when it is idle', async () => {
  const { clock, asked, all, endpoints, failures, spared } = startProber(3);
  await clock.advance(1_500);
  asked();
  const [busy, ...idle] = all;
  if (busy === undefined) throw new Error('there are three');
  endpoints.served(busy, clock.now());
  await clock.advance(1_000);
  expect(asked()).toEqual(expect.arrayContaining(idle));
  expect(spared).toEqual({ fresh: 1, putOff: 0 });
  await clock.advance(EVERY_MS);
  expect(asked()).toEqual(all);
  expect(failures).toEqual([]);
});

test('endpoints that fail say nothing of an upstream whose other endpoint has just served', async () => {
  const { clock, asked, all, endpoints, sick, failures } = startProber(3);
  await clock.advance(1_500);
  asked();
  const [busy, ...ill] = all;
  if (busy === undefined) throw new Error('there are three');
  for (const endpoint of ill) sick.add(endpoint);
  endpoints.served(busy, clock.now());
  await clock.advance(1_000);
  expect(asked()).toHaveLength(2);
  expect(failures).toEqual([]);
});

test('one who wants to know is not held up by a quiet round whose endpoint hangs', async () => {
  const { prober, clock, asked, all, setState } = startProber(20, crowdedPace(), 60_000);
  await clock.advance(10);
  expect(asked()).toEqual([all[0]]);
  setState('suspect');
  prober.hurry();
  await clock.advance(10);
  expect(asked()).toEqual(all);
});

test('however many want to know, and however often, there is one round in 300 ms', async () => {
  const { prober, clock, asked, all, setState } = startProber(20);
  await clock.advance(1_000);
  asked();
  setState('suspect');
  for (let request = 0; request < 10_000; request += 1) prober.hurry();
  await clock.advance(100);
  expect(asked()).toEqual(all);
  for (let request = 0; request < 10_000; request += 1) prober.hurry();
  await clock.advance(150);
  expect(asked()).toEqual([]);
  await clock.advance(60);
  expect(asked()).toEqual(all);
});

test('other endpoints are asked at once', async () => {
  const { prober, clock, asked, endpoints } = startProber(20);
  await clock.advance(500);
  asked();
  endpoints.update(['http://10.0.1.1:80', 'http://10.0.1.2:80']);
  prober.startOver(endpoints.list());
  await clock.advance(10);
  expect(asked()).toEqual(endpoints.list());
});

test('probes cut short by shutdown are no verdict, in a round and in a quiet one', async () => {
  for (const pace of [new Pace(), crowdedPace()]) {
    const { clock, stop, done, failures, served, asked, endpoints } = startProber(3, pace, 60_000);
    await clock.advance(10);
    expect(asked().length).toBeGreaterThan(0);
    stop.abort();
    await done;
    await clock.advance(100_000);
    expect(failures).toEqual([]);
    expect(served()).toBe(0);
    expect(asked()).toEqual([]);
    expect(endpoints.views().every(({ lastProbe }) => lastProbe === null)).toBe(true);
  }
});

test('a check is one round for all who ask, and says why none serves', async () => {
  const { prober, clock, asked, all, sick } = startProber(3);
  await clock.advance(1_000);
  asked();
  for (const endpoint of all) sick.add(endpoint);
  const checks = Promise.all(Array.from({ length: 1_000 }, () => prober.check()));
  await clock.advance(100);
  expect(new Set(await checks)).toEqual(new Set(['connection_refused']));
  expect(asked()).toEqual(all);
});

test('a check waits for a second, and then says what it waited for in vain', async () => {
  const { prober, clock, takes } = startProber(3);
  await clock.advance(1_000);
  takes(60_000);
  const check = prober.check();
  await clock.advance(1_000);
  expect(await check).toBe('connection_timeout');
});
