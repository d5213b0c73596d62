import type { UpstreamSettings } from '../config/upstream-settings.ts';
import type { Cause } from '../outage/cause.ts';
import type { Counts } from './counts.ts';
import type { Source } from './discovery.ts';
import type { DiscoveryState } from './discovery-state.ts';
import type { Endpoint } from './endpoint.ts';
import type { Change, EndpointSet } from './endpoint-set.ts';
import { Finder, type Found } from './finder.ts';
import type { Judge } from './judge.ts';
import type { ProbeResult } from './probe.ts';
import { Prober } from './prober.ts';
import type { TrialGate } from './trial-gate.ts';
import type { UpstreamDeps } from './upstream-deps.ts';

export interface LookoutDeps {
  readonly settings: UpstreamSettings;
  readonly world: Required<UpstreamDeps>;
  readonly endpoints: EndpointSet;
  readonly judge: Judge;
  readonly trials: TrialGate;
  readonly counts: Counts;
  /** The endpoints changed, or one served. */
  readonly onNews: () => void;
}

/** What a check finds: that the upstream serves, or why not, who says so, and when. */
export type Check =
  | { readonly serves: true }
  | {
      readonly serves: false;
      readonly source: 'probe' | 'discovery';
      readonly cause: Cause;
      readonly at: number;
    };

const SERVES: Check = { serves: true };

/**
 * Keeps watch over an upstream: asks discovery who its endpoints are, and the endpoints whether they
 * serve, and has what they say judged.
 */
export class Lookout implements AsyncDisposable {
  readonly #deps: LookoutDeps;
  readonly #stop = new AbortController();
  /** Null where the settings list the endpoints. */
  readonly #finder: Finder | null;
  readonly #prober: Prober;
  #loops: Promise<void>[] | null = null;

  constructor(deps: LookoutDeps) {
    this.#deps = deps;
    const { settings, endpoints, world } = deps;
    if (settings.discovery.kind === 'static') endpoints.update(settings.discovery.urls);
    this.#finder = world.source === null ? null : this.#newFinder(world.source);
    this.#prober = this.#newProber();
  }

  /** Begins. A second call does nothing. */
  start(): void {
    if (this.#loops !== null || this.#stop.signal.aborted) return;
    this.#loops = [this.#prober.run()];
    if (this.#finder !== null) this.#loops.push(this.#finder.run(this.#stop.signal));
  }

  /** Ends; what was about to be found is not reported. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops ?? []);
  }

  get discovery(): DiscoveryState {
    if (this.#finder !== null) return this.#finder.state;
    const { size: count } = this.#deps.endpoints;
    return { count, lastAnswerAt: null, error: null, isDecided: false, desired: null };
  }

  /**
   * Whether some endpoint is listed and serves at this moment, by one question and one round of probes
   * however many ask; within a second, or the probe's timeout when that is shorter.
   */
  async check(): Promise<Check> {
    if (this.#stop.signal.aborted) return SERVES;
    // Docker drops a task from its DNS two seconds before it stops it: whoever asks by name has an
    // outage then, while the endpoints that we know still reply.
    const [isListed, failed] = await Promise.all([
      this.#finder?.check(this.#stop.signal) ?? true,
      this.#prober.check(),
    ]);
    if (isListed && failed === null) return SERVES;
    const at = this.#deps.world.clock.now();
    if (isListed && failed !== null) return { serves: false, source: 'probe', cause: failed, at };
    const cause = this.discovery.error === null ? 'no_endpoints' : 'dns_error';
    return { serves: false, source: 'discovery', cause, at };
  }

  /** Asks the endpoints at once. */
  hurryProbes(): void {
    this.#prober.hurry();
  }

  /** Asks everybody at once. */
  hurry(): void {
    this.#prober.hurry();
    this.#finder?.hurry();
  }

  /** Takes note of an endpoint that was set aside, or is back. */
  noteChange({ url }: Endpoint, change: Change, cause: Cause | null): void {
    const { settings, world, counts } = this.#deps;
    const fields = { upstream: settings.name, endpoint: url };
    if (change === 'back') {
      world.log.info(fields, 'endpoint is back');
      return;
    }
    counts.setAside += 1;
    world.log.warn({ ...fields, cause }, 'endpoint set aside');
    this.#finder?.hurry(); // It may have been taken away, and another put in its place.
  }

  #newFinder(source: Source): Finder {
    const { settings, endpoints, judge, world } = this.#deps;
    const { discovery, name: upstream, probe } = settings;
    return new Finder({
      upstream,
      endpoints,
      everyMs: discovery.kind === 'static' ? probe.everyMs : discovery.everyMs,
      source,
      clock: world.clock,
      random: world.random,
      log: world.log,
      isUrgent: () => judge.state !== 'up',
      onFound: (found) => this.#onFound(found),
    });
  }

  #newProber(): Prober {
    const { settings, world, endpoints, judge, counts } = this.#deps;
    const { clock, random, pace, probe } = world;
    const { path, everyMs } = settings.probe;
    return new Prober(
      {
        endpoints,
        everyMs,
        urgentMs: settings.detection.probeMs,
        lateCause: path === null ? 'connection_timeout' : 'response_timeout',
        seat: pace.join(),
        clock,
        random,
        probe,
        state: () => judge.state,
        onSpared: ({ fresh, putOff }) => {
          counts.probesSpared.fresh += fresh;
          counts.probesSpared.putOff += putOff;
        },
        onResult: (endpoint, result) => this.#onProbed(endpoint, result),
        onServed: () => this.#onServed(),
        onFailed: (cause) => judge.probeFailed(cause, clock.now()),
      },
      this.#stop.signal,
    );
  }

  #onFound({ at, error, isDecided, added, removed }: Found): void {
    const { endpoints, judge, counts, world, onNews } = this.#deps;
    const known = endpoints.size;
    counts.discoveries += 1;
    if (error !== null) counts.discoveryFailures += 1;
    if (removed.length > 0) world.onRemoved(removed);
    if (added.length > 0) this.#prober.startOver(added);
    if (error === null) judge.discovered(known, isDecided, at);
    else judge.resolverFailed(known, at);
    if (added.length + removed.length > 0) onNews();
  }

  #onProbed(endpoint: Endpoint, result: ProbeResult): void {
    const { endpoints, counts, world } = this.#deps;
    if (result.ok) counts.probesOk += 1;
    else counts.probesFailed += 1;
    const change = endpoints.probed(endpoint, result, world.clock.now());
    if (change !== null) this.noteChange(endpoint, change, result.cause);
  }

  #onServed(): void {
    const { settings, judge, trials, world, onNews } = this.#deps;
    const depth = settings.probe.path === null ? 'connect' : 'reply';
    const now = world.clock.monotonic();
    // A health page that failed and is well again is worth a trial at once, however long the last one took.
    if (depth === 'reply' && judge.isUnserved) trials.hurry(now);
    judge.probeSucceeded(depth, world.clock.now(), trials.isToCome(now));
    onNews();
  }
}
