import { onTestFinished } from 'vitest';
import type { UpstreamSettings } from '../../src/config/upstream-settings.ts';
import type { Log } from '../../src/log.ts';
import type { Belief, Verdict } from '../../src/outage/verdict.ts';
import type { Endpoint } from '../../src/upstream/endpoint.ts';
import { Upstream } from '../../src/upstream/upstream.ts';
import { DETECTION } from '../support/detection.ts';

/** One line of the log. */
interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** An upstream under test, and all that it has told. */
export interface Watched {
  readonly upstream: Upstream;
  readonly beliefs: readonly Belief[];
  readonly states: readonly Verdict['state'][];
  readonly removed: readonly Endpoint[];
  readonly lines: readonly LogLine[];
}

/** Settings with short times; what a test is about, it says itself. */
export function settingsOf(
  overrides: Partial<UpstreamSettings> & Pick<UpstreamSettings, 'discovery'>,
): UpstreamSettings {
  return {
    name: 'app',
    protocol: 'http1',
    component: 'Main Application',
    probe: { path: null, grpc: false, everyMs: 500, timeoutMs: 300, statuses: [200] },
    timeouts: { connectMs: 2000, responseMs: 60_000, idleMs: 60_000 },
    outageStatuses: [502, 503, 504],
    holdMs: 1000,
    tls: null,
    detection: DETECTION,
    ...overrides,
  };
}

export const staticOf = (...urls: readonly string[]) => ({ kind: 'static', urls }) as const;
export const pageProbe = {
  path: '/healthz',
  grpc: false,
  everyMs: 500,
  timeoutMs: 300,
  statuses: [200],
};

/** An upstream that is disposed of when the running test is over. Not started. */
export function watch(settings: UpstreamSettings): Watched {
  const beliefs: Belief[] = [];
  const states: Verdict['state'][] = [];
  const removed: Endpoint[] = [];
  const { log, lines } = recordingLog();
  const upstream = new Upstream(settings, {
    log,
    onBelief: (belief) => {
      beliefs.push(belief);
      states.push(belief.verdict.state);
    },
    onRemoved: (endpoints) => removed.push(...endpoints),
  });
  onTestFinished(() => upstream[Symbol.asyncDispose]());
  return { upstream, beliefs, states, removed, lines };
}

/** The same, started. */
export function start(settings: UpstreamSettings): Watched {
  const watched = watch(settings);
  watched.upstream.start();
  return watched;
}

/** Waits for what the upstream tells to make the condition true; the test's own time limit bounds it. */
export async function until(upstream: Upstream, condition: () => boolean): Promise<void> {
  while (!condition()) {
    const tick = Promise.withResolvers<void>();
    const timer = setTimeout(tick.resolve, 20);
    await Promise.race([upstream.changed(), tick.promise]);
    clearTimeout(timer);
  }
}

/** The verdict, once it has the state. */
export async function verdictOnce<State extends Verdict['state']>(
  upstream: Upstream,
  state: State,
): Promise<Extract<Verdict, { state: State }>> {
  await until(upstream, () => upstream.belief.verdict.state === state);
  // The condition that was waited for has told the state.
  return upstream.belief.verdict as Extract<Verdict, { state: State }>;
}

export function recordingLog(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void lines.push({ level, message, fields });
  // Pino's overloads are more than a test needs; the program calls them all in this one way.
  const log = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  } as unknown as Log;
  return { log, lines };
}
