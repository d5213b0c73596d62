import { describe, expect, onTestFinished, test } from 'vitest';
import type { Log } from '../../src/log.ts';
import type { Findings, Source } from '../../src/upstream/discovery.ts';
import { EndpointSet } from '../../src/upstream/endpoint-set.ts';
import { Finder, type Found } from '../../src/upstream/finder.ts';
import { DETECTION } from '../support/detection.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const ONE: Findings = {
  urls: ['http://10.0.1.3:8080'],
  error: null,
  freshMs: null,
  isDecided: false,
  desired: null,
};
const NONE: Findings = { ...ONE, urls: [] };
const ABSENT: Findings = { ...NONE, isDecided: true };
const FAILED: Findings = { ...NONE, error: 'ECONNREFUSED' };

interface Setup {
  readonly everyMs?: number;
  readonly isUrgent?: boolean;
  readonly watch?: Source['watch'];
  /** How long the source takes for each answer, in turn; none: no time. */
  readonly delays?: number[];
}

/** A finder under virtual time, and a source that says what it is told to. */
function startFinder(first: Findings, setup: Setup = {}) {
  const { everyMs = 5_000, isUrgent = false, watch = null, delays = [] } = setup;
  const clock = new VirtualClock();
  const lines: string[] = [];
  const found: Found[] = [];
  const askedAt: number[] = [];
  let says = first;
  const ask: Source['ask'] = async () => {
    askedAt.push(clock.monotonic());
    const said = says;
    const delayMs = delays.shift() ?? 0;
    if (delayMs > 0) await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    return said;
  };
  const at = (level: string) => (_: object, message: string) =>
    void lines.push(`${level}: ${message}`);
  // Pino's overloads are more than a test needs; the program calls them all in this one way.
  const log = { info: at('info'), warn: at('warn'), error: at('error') } as unknown as Log;
  const finder = new Finder({
    upstream: 'app',
    endpoints: new EndpointSet({ settings: DETECTION, now: () => clock.now(), random: () => 0.5 }),
    everyMs,
    source: { ask, watch },
    clock,
    random: () => 1,
    log,
    isUrgent: () => isUrgent,
    onFound: (one) => found.push(one),
  });
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const running = finder.run(stop.signal);
  const say = (findings: Findings) => {
    says = findings;
  };
  return { finder, clock, lines, found, askedAt, say, stop, running };
}

describe('discovery is asked again', () => {
  test.for([
    { after: 'its interval', first: ONE, everyMs: 5_000, at: 5_000 },
    { after: 'the time to live of its records', first: { ...ONE, freshMs: 2_000 }, at: 2_000 },
    { after: 'its interval, if that is shorter', first: { ...ONE, freshMs: 60_000 }, at: 5_000 },
    {
      after: 'a second, where an answer lives for no time',
      first: { ...ONE, freshMs: 0 },
      at: 1_000,
    },
    { after: 'half a second, while it lists none', first: NONE, at: 510 },
    {
      after: 'half a second, while the upstream is in trouble',
      first: ONE,
      isUrgent: true,
      at: 510,
    },
    { after: 'its interval in any case', first: { ...NONE, freshMs: 0 }, everyMs: 100, at: 100 },
  ])('after $after', async ({ first, at, ...setup }) => {
    const { clock, askedAt } = startFinder(first, setup);
    await clock.advance(at - 1);
    expect(askedAt).toEqual([0]);
    await clock.advance(1);
    expect(askedAt).toEqual([0, at]);
  });

  test('at once on news, and once for news that come together', async () => {
    let tell: () => void = () => undefined;
    const watch: Source['watch'] = async (onNews) => {
      tell = onNews;
    };
    const { clock, askedAt } = startFinder(ONE, { watch });
    await clock.advance(1_000);
    tell();
    await clock.advance(1);
    for (let count = 0; count < 100; count += 1) tell();
    await clock.advance(1_000);
    expect(askedAt).toHaveLength(3);
    expect(askedAt[1]).toBeLessThanOrEqual(1_001);
    expect(askedAt[2]).toBeLessThanOrEqual(1_060);
  });

  test('after news that came while an answer was awaited', async () => {
    let tell: () => void = () => undefined;
    const watch: Source['watch'] = async (onNews) => {
      tell = onNews;
    };
    const { clock, found, say } = startFinder(ONE, { watch, delays: [300] });
    await clock.advance(200);
    say(ABSENT);
    tell();
    await clock.advance(150);
    expect(found.map(({ isDecided }) => isDecided)).toEqual([false, true]);
  });
});

describe('what discovery says', () => {
  test('is told with its time, what changed, and whether it was decided', async () => {
    const { clock, found, say, finder } = startFinder({ ...ONE, desired: 2 });
    await clock.advance(0);
    say(ABSENT);
    await clock.advance(5_000);
    const [first, second] = found;
    expect(first).toMatchObject({ isDecided: false, desired: 2, error: null, removed: [] });
    expect(second).toMatchObject({ isDecided: true, desired: null, added: [] });
    expect(second?.removed.map(({ url }) => url)).toEqual(ONE.urls);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(5_000);
    expect(finder.state).toEqual({
      count: 0,
      lastAnswerAt: second?.at,
      error: null,
      isDecided: true,
      desired: null,
    });
  });

  test.for([
    { what: 'removed', after: ABSENT, line: 'error: service is absent' },
    {
      what: 'scaled to none',
      after: { ...ABSENT, desired: 0 },
      line: 'error: service is scaled to none',
    },
  ])('wakes somebody when the service was $what, once', async ({ after, line }) => {
    const { clock, lines, say } = startFinder(ONE);
    await clock.advance(0);
    say(after);
    await clock.advance(8_000);
    say({ ...FAILED, urls: [] }); // What could not be asked is no other decision,
    await clock.advance(1_000);
    say(after); // and the same one afterwards is not a second one.
    await clock.advance(1_000);
    expect(lines.filter((one) => one.startsWith('error'))).toEqual([line]);
    say(ONE);
    await clock.advance(1_000);
    expect(lines.at(-1)).toBe('info: endpoints changed');
  });

  test('is a failure told once, with what is known kept', async () => {
    const { clock, lines, say, finder } = startFinder(ONE);
    await clock.advance(0);
    say({ ...FAILED, urls: ONE.urls });
    await clock.advance(20_000);
    expect(finder.state).toMatchObject({ count: 1, error: 'ECONNREFUSED' });
    say(ONE);
    await clock.advance(5_000);
    expect(lines).toEqual([
      'info: endpoints changed',
      'warn: discovery failed, keeping what is known',
      'info: discovery answers again',
    ]);
  });

  test('counts no more when a later answer came first', async () => {
    const { clock, finder, say, stop } = startFinder(ONE, { delays: [800] });
    say(NONE); // The loop's question has been asked: its answer, one endpoint, takes 800 ms.
    await clock.advance(100);
    expect(await finder.check(stop.signal)).toBe(false);
    await clock.advance(700);
    expect(finder.state.count).toBe(0);
  });
});

test('a finder ends when its source has stopped telling', async () => {
  const told = Promise.withResolvers<void>();
  const watch: Source['watch'] = async (_, stop) => {
    stop.addEventListener('abort', () => told.resolve());
    await told.promise;
  };
  const { running, stop, clock } = startFinder(ONE, { watch });
  await clock.advance(0);
  stop.abort();
  await running;
});
