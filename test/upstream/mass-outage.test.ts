import { expect, onTestFinished, test } from 'vitest';
import type { Cause } from '../../src/outage/cause.ts';
import type { Findings } from '../../src/upstream/discovery.ts';
import type { Endpoint } from '../../src/upstream/endpoint.ts';
import { Pace } from '../../src/upstream/pace.ts';
import { Upstream } from '../../src/upstream/upstream.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { recordingLog, settingsOf, staticOf } from './watch.ts';

const ENDPOINTS = 20;

/** An endpoint that serves has no cause to fail; each takes a millisecond to say so. */
type Mood = Cause | null;

/** Upstreams in virtual time that share one pace, of endpoints that do as a test says. */
function startMany(count: number) {
  const clock = new VirtualClock();
  const pace = new Pace(clock);
  const moods = new Map<string, Mood>();
  const asked: { url: string; at: number }[] = [];
  let mood: Mood = null;
  const probe = async ({ url }: Endpoint, stop: AbortSignal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(1, resolve);
    stop.addEventListener('abort', () => resolve());
    asked.push({ url, at: clock.monotonic() });
    await promise;
    cancel();
    if (stop.aborted) return null;
    const own = moods.get(url);
    const cause = own === undefined ? mood : own;
    return cause === null
      ? ({ ok: true, cause, ms: 1 } as const)
      : ({ ok: false, cause, ms: 1 } as const);
  };
  const upstreams = Array.from({ length: count }, (_, number) => {
    const urls = Array.from({ length: ENDPOINTS }, (_, index) => urlOf(number, index));
    const settings = settingsOf({
      name: `app-${number}`,
      discovery: staticOf(...urls),
      probe: { path: null, grpc: false, everyMs: 2_000, timeoutMs: 1_000, statuses: [] },
    });
    const listed = { urls };
    const source = { ask: () => Promise.resolve(findingsOf(listed.urls)), watch: null };
    const upstream = new Upstream(settings, {
      log: recordingLog().log,
      clock,
      random: () => 0.5,
      probe,
      pace,
      source,
      onBelief: () => undefined,
      onRemoved: () => undefined,
    });
    onTestFinished(() => upstream[Symbol.asyncDispose]());
    upstream.start();
    const list = (more: string) => {
      listed.urls = [...urls, more];
    };
    return { upstream, urls, list };
  });
  const states = () => upstreams.map(({ upstream }) => upstream.belief.verdict.state);
  /** For how long time went on until it was so, or 10 s. */
  const took = async (isSo: () => boolean) => {
    const startedAt = clock.monotonic();
    while (!isSo() && clock.monotonic() < startedAt + 10_000) await clock.advance(20);
    return clock.monotonic() - startedAt;
  };
  return {
    clock,
    upstreams,
    states,
    took,
    asked: () => asked.splice(0),
    allBecome: (next: Mood) => {
      mood = next;
    },
    becomes: (url: string, next: Mood | undefined) => {
      if (next === undefined) moods.delete(url);
      else moods.set(url, next);
    },
  };
}

const urlOf = (number: number, index: number) => `http://10.1.${number}.${index + 1}:80`;

function findingsOf(urls: readonly string[]): Findings {
  return { urls, error: null, freshMs: null, isDecided: false, desired: null };
}

function probesPerSecond(asked: readonly { at: number }[]): number[] {
  const seconds = Map.groupBy(asked, ({ at }) => Math.floor(at / 1_000));
  return [...seconds.values()].map(({ length }) => length);
}

/** All down, and for so long that no endpoint is news. */
async function massOutage() {
  const world = startMany(200);
  await world.clock.advance(5_000);
  world.asked();
  world.allBecome('connection_refused');
  const tookMs = await world.took(() => world.states().every((state) => state === 'down'));
  const probes = world.asked();
  await world.clock.advance(20_000);
  return { ...world, tookMs, probes };
}

test('of 200 upstreams that go at once, each is down soon, and by few probes', async () => {
  const { tookMs, probes, asked, clock } = await massOutage();
  expect(tookMs).toBeLessThan(2_000 + 3_000); // The next probe, and two rounds of all.
  expect(Math.max(...probesPerSecond(probes))).toBeLessThanOrEqual(4_000 + 1_200 + 1_000 + 300);
  const inOutage = asked();
  const perSecond = probesPerSecond(inOutage.filter(({ at }) => at < clock.monotonic() - 1_000));
  expect(Math.max(...perSecond.slice(1))).toBeLessThanOrEqual(1_000 + 20);
  // Each endpoint is asked, and none waits for longer than all of them take.
  const times = Map.groupBy(inOutage, ({ url }) => url);
  expect(times.size).toBe(200 * ENDPOINTS);
  const gaps = [...times.values()].flatMap((each) =>
    each.slice(1).map(({ at }, index) => at - (each[index]?.at ?? 0)),
  );
  expect(Math.max(...gaps)).toBeLessThanOrEqual(5_000);
}, 60_000);

test('in the middle of it an upstream that is back, new, or starting is noticed within a second', async () => {
  const { upstreams, took, becomes, clock } = await massOutage();
  const [back, renewed, starting, alone] = upstreams;
  if (!back || !renewed || !starting || !alone) throw new Error('there are 200');
  const isDown = ({ upstream }: typeof back) => upstream.belief.verdict.state === 'down';

  for (const url of back.urls) becomes(url, null);
  expect(await took(() => !isDown(back))).toBeLessThan(500);

  const url = 'http://10.2.0.1:80';
  becomes(url, null);
  renewed.list(url); // Discovery is asked each half second.
  expect(await took(() => !isDown(renewed))).toBeLessThan(510 + 500);

  // A machine that comes up: it cannot be reached, refuses, and serves.
  const [machine] = starting.urls;
  if (machine === undefined) throw new Error('it has twenty');
  becomes(machine, 'connection_timeout');
  await clock.advance(6_000);
  becomes(machine, undefined);
  await clock.advance(6_000);
  becomes(machine, null);
  expect(await took(() => !isDown(starting))).toBeLessThan(1_000);

  const [, , , , , , one] = alone.urls;
  if (one === undefined) throw new Error('it has twenty');
  becomes(one, null);
  expect(await took(() => !isDown(alone))).toBeLessThan(5_000);
}, 60_000);

test('when all are back at once they are up again within seconds', async () => {
  const { allBecome, took, states, asked } = await massOutage();
  asked();
  allBecome(null);
  expect(await took(() => states().every((state) => state === 'up'))).toBeLessThan(4_000);
  expect(Math.max(...probesPerSecond(asked()))).toBeLessThanOrEqual(4_000 + 1_200 + 1_000 + 300);
}, 60_000);

test('few upstreams are probed in an outage as if they were alone', async () => {
  const { clock, upstreams, allBecome, asked, states } = startMany(10);
  await clock.advance(5_000);
  allBecome('connection_refused');
  await clock.advance(5_000);
  expect(new Set(states())).toEqual(new Set(['down']));
  asked();
  await clock.advance(3_000);
  const rounds = Map.groupBy(asked(), ({ url }) => url);
  expect(rounds.size).toBe(upstreams.length * ENDPOINTS);
  for (const each of rounds.values()) expect(each).toHaveLength(10);
});
