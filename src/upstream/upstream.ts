import type { UpstreamSettings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { Cause } from '../outage/cause.ts';
import type { Belief } from '../outage/verdict.ts';
import { Bell } from './bell.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { type Counts, newCounts } from './counts.ts';
import type { DiscoveryState } from './discovery-state.ts';
import { discoverByDns } from './dns.ts';
import type { Endpoint } from './endpoint.ts';
import { type Change, EndpointSet, type EndpointView } from './endpoint-set.ts';
import { Finder, type Found } from './finder.ts';
import { Judge } from './judge.ts';
import { type ProbeResult, probe } from './probe.ts';
import { Prober } from './prober.ts';
import { RetryBudget } from './retry-budget.ts';
import { TrialGate } from './trial-gate.ts';

export interface UpstreamDeps {
  readonly log: Log;
  /** Called at each change, with the belief that the new one takes the place of. */
  readonly onBelief: (belief: Belief, previous: Belief) => void;
  /** Endpoints that discovery lists no longer: what is kept for them (connections) can go. */
  readonly onRemoved: (endpoints: readonly Endpoint[]) => void;
}

/** What may become of a request: forward it, forward it as the one trial of this moment, or answer it. */
export type Admission = 'forward' | 'trial' | 'answer';

/**
 * One named application: its endpoints, what is believed of it, and why.
 *
 * Gathers signals (discovery, probes, the outcomes that the gateway reports), has them judged, and
 * tells who serves. Begins with `start`, and ends with its disposal. Nothing here throws or rejects,
 * whatever the upstream does.
 */
export class Upstream implements AsyncDisposable {
  readonly settings: UpstreamSettings;
  readonly counts: Counts = newCounts();
  readonly #deps: UpstreamDeps;
  readonly #endpoints = new EndpointSet();
  readonly #retries: RetryBudget;
  readonly #trials = new TrialGate();
  readonly #bell = new Bell();
  readonly #stop = new AbortController();
  readonly #judge: Judge;
  readonly #finder: Finder | null;
  readonly #prober: Prober;
  #loops: Promise<void>[] | null = null;

  constructor(settings: UpstreamSettings, deps: UpstreamDeps) {
    this.settings = settings;
    this.#deps = deps;
    const { name: upstream, component, discovery, detection: thresholds } = settings;
    this.#retries = new RetryBudget(thresholds.windowMs);
    const { log } = deps;
    const onBelief = (belief: Belief, previous: Belief) => this.#onBelief(belief, previous);
    this.#judge = new Judge({ upstream, component, thresholds, log, onBelief });
    if (discovery.kind === 'static') this.#endpoints.update(discovery.urls);
    this.#finder = discovery.kind === 'dns' ? this.#newFinder(discovery) : null;
    this.#prober = this.#newProber();
  }

  /** Begins discovery and probes. A second call does nothing. */
  start(): void {
    if (this.#loops !== null || this.#stop.signal.aborted) return;
    this.#loops = [this.#prober.run()];
    if (this.#finder !== null) this.#loops.push(this.#finder.run(this.#stop.signal));
  }

  /** Ends discovery and probes; what they were about to find is not reported. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#bell.ring();
    await Promise.all(this.#loops ?? []);
    this.#deps.onRemoved(this.#endpoints.list());
  }

  /** Immutable; another object after each change, and only then. */
  get belief(): Belief {
    return this.#judge.belief;
  }

  get endpoints(): readonly EndpointView[] {
    return this.#endpoints.views();
  }

  get discovery(): DiscoveryState {
    if (this.#finder !== null) return this.#finder.state;
    return {
      count: this.#endpoints.size,
      lastAnswerAt: null,
      error: null,
      isDecided: false,
      desired: null,
    };
  }

  /**
   * The endpoint whose turn it is, leaving out those in `tried`. Endpoints that are set aside are
   * offered only when no other is left; null when there is none at all.
   */
  pick(tried: readonly Endpoint[] | null): Endpoint | null {
    return this.#endpoints.pick(tried);
  }

  /**
   * What may become of a request that comes now. Before an outage is certain it is forwarded even where
   * no endpoint is listed: it waits for one then. While `down`, one request a second is a `trial`, and
   * never two at once; whoever gets one calls `trialEnded`. Only what `mayBeTried` is: a form that is
   * sent during an outage must not be what finds out that it is still on.
   */
  admit(mayBeTried = true): Admission {
    if (this.#judge.state !== 'down') return 'forward';
    if (this.#endpoints.size === 0 || !mayBeTried) return 'answer';
    return this.#trials.take(performance.now()) ? 'trial' : 'answer';
  }

  /** The trial is over, however it ended. */
  trialEnded(): void {
    this.#trials.end(performance.now());
  }

  /** The head of a reply came that tells of no outage. */
  replied(endpoint: Endpoint): void {
    const at = Date.now();
    this.counts.requests += 1;
    this.#noteChange(endpoint, this.#endpoints.served(endpoint, at), null);
    this.#judge.requestSucceeded(at);
  }

  /** One attempt at one endpoint failed; the request may still succeed at another. */
  attemptFailed(endpoint: Endpoint, cause: Cause): void {
    this.counts.attemptFailures[cause] += 1;
    this.#noteChange(endpoint, this.#endpoints.failed(endpoint, cause, Date.now()), cause);
  }

  /** A request failed as a whole. Has the endpoints probed at once, and discovery asked. */
  requestFailed(cause: Cause): void {
    this.counts.requests += 1;
    this.counts.failures[cause] += 1;
    // Discovery speaks for itself; what it said is no new evidence with each request.
    if (cause === 'no_endpoints') return;
    this.#judge.requestFailed(cause, Date.now());
    this.#prober.hurry();
  }

  /**
   * Whether some endpoint is listed and serves at this moment, by one question and one round of probes
   * however many ask; within a second, or the probe's timeout when that is shorter.
   */
  async check(): Promise<boolean> {
    if (this.#stop.signal.aborted) return true;
    // Docker drops a task from its DNS two seconds before it stops it: whoever asks by name has an
    // outage then, while the endpoints that we know still reply.
    const [isListed, serves] = await Promise.all([
      this.#finder?.check(this.#stop.signal) ?? true,
      this.#prober.check(),
    ]);
    return isListed && serves;
  }

  /** Resolves at the next change of the belief or the endpoints, or when a probe succeeds. */
  changed(): Promise<void> {
    return this.#bell.wait();
  }

  /** Takes one retry out of the budget, a share of recent requests; false when it is used up. */
  takeRetry(): boolean {
    const at = Date.now();
    const isAllowed = this.#retries.take(at, this.#judge.requests(at));
    if (isAllowed) this.counts.retries += 1;
    else this.counts.retriesRefused += 1;
    return isAllowed;
  }

  #newFinder(discovery: Extract<UpstreamSettings['discovery'], { kind: 'dns' }>): Finder {
    return new Finder({
      upstream: this.settings.name,
      endpoints: this.#endpoints,
      everyMs: discovery.everyMs,
      source: discoverByDns(discovery),
      clock: SYSTEM_CLOCK,
      log: this.#deps.log,
      isUrgent: () => this.#judge.state !== 'up',
      onFound: (found) => this.#onFound(found),
    });
  }

  #newProber(): Prober {
    return new Prober(
      {
        endpoints: this.#endpoints,
        everyMs: this.settings.probe.everyMs,
        probe: (endpoint, stop) => probe(endpoint, this.settings.probe, stop),
        isUrgent: () => this.#judge.state !== 'up',
        onResult: (endpoint, result) => this.#onProbed(endpoint, result),
        onServed: () => this.#onServed(),
        onFailed: (cause) => this.#judge.probeFailed(cause, Date.now()),
      },
      this.#stop.signal,
    );
  }

  #onBelief(belief: Belief, previous: Belief): void {
    const state = belief.verdict.state;
    if (state === 'suspect' && previous.verdict.state === 'up') {
      this.#prober.hurry();
      this.#finder?.hurry();
    }
    this.#bell.ring();
    this.#deps.onBelief(belief, previous);
  }

  #onFound({ at, error, added, removed }: Found): void {
    this.counts.discoveries += 1;
    const known = this.#endpoints.size;
    if (error !== null) this.counts.discoveryFailures += 1;
    if (removed.length > 0) this.#deps.onRemoved(removed);
    if (added.length > 0) this.#prober.startOver();
    if (error === null) this.#judge.discovered(known, false, at);
    else this.#judge.resolverFailed(known, at);
    if (added.length + removed.length > 0) this.#bell.ring();
  }

  #onProbed(endpoint: Endpoint, result: ProbeResult): void {
    if (result.ok) this.counts.probesOk += 1;
    else this.counts.probesFailed += 1;
    const change = this.#endpoints.probed(endpoint, result, Date.now());
    this.#noteChange(endpoint, change, result.cause);
  }

  #onServed(): void {
    const depth = this.settings.probe.path === null ? 'connect' : 'reply';
    // A hung application accepts connections; a trial tells more, if one runs or may soon.
    const isMoot =
      depth === 'connect' && this.#judge.isHung && this.#trials.isToCome(performance.now());
    if (!isMoot) this.#judge.probeSucceeded(depth, Date.now());
    this.#bell.ring();
  }

  #noteChange({ url }: Endpoint, change: Change | null, cause: Cause | null): void {
    if (change === null) return;
    const fields = { upstream: this.settings.name, endpoint: url };
    if (change === 'back') {
      this.#deps.log.info(fields, 'endpoint is back');
      return;
    }
    this.counts.setAside += 1;
    this.#deps.log.warn({ ...fields, cause }, 'endpoint set aside');
    this.#finder?.hurry(); // It may have been taken away, and another put in its place.
  }
}
