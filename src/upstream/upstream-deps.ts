import type { UpstreamSettings } from '../config/upstream-settings.ts';
import type { Log } from '../log.ts';
import type { Signal } from '../outage/signal.ts';
import type { Belief } from '../outage/verdict.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import type { Dialer } from './dialer.ts';
import type { Source } from './discovery.ts';
import type { Endpoint } from './endpoint.ts';
import { Pace } from './pace.ts';
import { type ProbeResult, probe } from './probe.ts';
import { sourceFor } from './source-for.ts';

/** What an upstream is given besides its settings. */
export interface UpstreamDeps {
  readonly log: Log;
  /** Called at each change, with the belief that the new one takes the place of, and the signal. */
  readonly onBelief: (belief: Belief, previous: Belief, signal: Signal) => void;
  /** Endpoints that discovery lists no longer: what is kept for them (connections) can go. */
  readonly onRemoved: (endpoints: readonly Endpoint[]) => void;
  /** What follows takes the world's place in a simulation: time, chance, endpoints, discovery. */
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Never rejects; null says nothing, for or against. */
  readonly probe?: (endpoint: Endpoint, stop: AbortSignal) => Promise<ProbeResult | null>;
  /** Shared by all upstreams of the program; one that is given none has its own. */
  readonly pace?: Pace;
  /** Null: the endpoints are those that the settings list. */
  readonly source?: Source | null;
}

/** The same, with the world as it is wherever nothing takes its place. */
export function inTheWorld(
  deps: UpstreamDeps,
  settings: UpstreamSettings,
  dialer: Dialer,
): Required<UpstreamDeps> {
  return {
    clock: SYSTEM_CLOCK,
    random: Math.random,
    probe: (endpoint, stop) => probe(endpoint, { ...settings.probe, dialer }, stop),
    pace: deps.pace ?? new Pace(deps.clock),
    source: deps.source === undefined ? sourceFor(settings, deps.log) : deps.source,
    ...deps,
  };
}
