import type { UpstreamSettings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { Cause } from '../outage/cause.ts';
import type { Belief } from '../outage/verdict.ts';
import { type Admission, admissionOf, type Doors } from './admission.ts';
import { Bell } from './bell.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { type Counts, newCounts } from './counts.ts';
import type { Source } from './discovery.ts';
import type { DiscoveryState } from './discovery-state.ts';
import type { Endpoint } from './endpoint.ts';
import { type Change, EndpointSet } from './endpoint-set.ts';
import { Finder, type Found } from './finder.ts';
import { Judge, type JudgeDeps } from './judge.ts';
import type { EndpointView } from './member.ts';
import { Pace } from './pace.ts';
import { type ProbeResult, probe } from './probe.ts';
import { Prober } from './prober.ts';
import { Reopening } from './reopening.ts';
import { type Income, RetryBudget } from './retry-budget.ts';
import { sourceFor } from './source-for.ts';
import { TrialGate } from './trial-gate.ts';

export interface UpstreamDeps {
  readonly log: Log;
  /** Called at each change, with the belief that the new one takes the place of, and the signal's time. */
  readonly onBelief: (belief: Belief, previous: Belief, at: number) => void;
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

/** What a check finds: that the upstream serves, or why not, who says so, and when. */
export type Check =
  | { readonly serves: true }
  | {
      readonly serves: false;
      readonly source: 'probe' | 'discovery';
      readonly cause: Cause;
      readonly at: number;
    };

/** A trouble that is over: the last belief in it, and when the verdict was `up` again. */
export interface PastTrouble {
  readonly belief: Belief;
  readonly endedAt: number;
}

const SERVES: Check = { serves: true };

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
  readonly #clock: Clock;
  readonly #endpoints: EndpointSet;
  readonly #retries: RetryBudget;
  readonly #trials: TrialGate;
  readonly #doors: Doors;
  readonly #bell = new Bell();
  readonly #stop = new AbortController();
  readonly #judge: Judge;
  readonly #finder: Finder | null;
  readonly #prober: Prober;
  #loops: Promise<void>[] | null = null;
  #lastTrouble: PastTrouble | null = null;

  constructor(settings: UpstreamSettings, deps: UpstreamDeps) {
    this.settings = settings;
    this.#deps = deps;
    this.#clock = deps.clock ?? SYSTEM_CLOCK;
    const { name: upstream, component, discovery, detection: thresholds } = settings;
    const { random = Math.random } = deps;
    const now = () => this.#clock.now();
    this.#endpoints = new EndpointSet({ settings: thresholds, now, random });
    this.#retries = new RetryBudget(thresholds);
    this.#trials = new TrialGate(thresholds.trialMs);
    const reopening = new Reopening(thresholds.reopenMs);
    this.#doors = { endpoints: this.#endpoints, trials: this.#trials, reopening };
    const { log } = deps;
    const onBelief: JudgeDeps['onBelief'] = (...change) => this.#onBelief(...change);
    this.#judge = new Judge({ upstream, component, thresholds, log, onBelief });
    if (discovery.kind === 'static') this.#endpoints.update(discovery.urls);
    const source = deps.source === undefined ? sourceFor(settings, deps.log) : deps.source;
    this.#finder = source === null ? null : this.#newFinder(source);
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

  /** The trouble before this moment; null where there was none, or only the one that goes on. */
  get lastTrouble(): PastTrouble | null {
    return this.#lastTrouble;
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
   * offered only when no other is left; null when there is none at all. Whoever gets one calls
   * `release` exactly once, when the attempt is over.
   */
  pick(tried: readonly Endpoint[] | null): Endpoint | null {
    const endpoint = this.#endpoints.pick(tried);
    if (endpoint === null) return null;
    this.counts.outstanding += 1;
    this.#judge.forwarded(this.#clock.now());
    return endpoint;
  }

  /**
   * An attempt is over: its reply ended, it failed, it was abandoned, its tunnel closed. `hasReplied`
   * says that `replied` was called for it.
   */
  release(endpoint: Endpoint, hasReplied: boolean): void {
    this.#endpoints.release(endpoint);
    this.counts.outstanding -= 1;
    if (!hasReplied) this.#judge.released();
  }

  /**
   * What may become of a request that comes now. Before an outage is certain it is forwarded, or waits
   * for an endpoint where none is believed to serve. While `down`, one request a second is a `trial`,
   * and never two at once; whoever gets one calls `trialEnded`. Only what `mayBeTried` is: a form that
   * is sent during an outage must not be what finds out that it is still on. After an outage more than
   * a bounded number, which grows, wait until one of those under way is over.
   */
  admit(mayBeTried = true): Admission {
    const { state } = this.#judge;
    if (state === 'up' && !this.#doors.reopening.isOn) return 'forward';
    const now = this.#clock.monotonic();
    const { outstanding } = this.counts;
    return admissionOf({ state, mayBeTried, outstanding, now }, this.#doors);
  }

  /** The trial is over, however it ended. */
  trialEnded(): void {
    this.#trials.end(this.#clock.monotonic());
  }

  /** The head of a reply came that tells of no outage. */
  replied(endpoint: Endpoint): void {
    const at = this.#clock.now();
    this.counts.requests += 1;
    this.#noteChange(endpoint, this.#endpoints.served(endpoint, at), null);
    this.#judge.requestSucceeded(at);
    this.#judge.released();
    if (this.#doors.reopening.isOn) this.#doors.reopening.replied();
  }

  /** One attempt at one endpoint failed; the request may still succeed at another. */
  attemptFailed(endpoint: Endpoint, cause: Cause): void {
    this.counts.attemptFailures[cause] += 1;
    this.#noteChange(endpoint, this.#endpoints.failed(endpoint, cause, this.#clock.now()), cause);
  }

  /** A request failed as a whole. Has the endpoints probed at once, and discovery asked. */
  requestFailed(cause: Cause): void {
    this.requestUnserved(cause);
    this.requestStalled(cause);
  }

  /** A request found no endpoint and waits for one: as telling as one that failed, but not over yet. */
  requestStalled(cause: Cause): void {
    // Discovery speaks for itself; what it said is no new evidence with each request.
    if (cause === 'no_endpoints') return;
    this.#judge.requestFailed(cause, this.#clock.now());
    this.#prober.hurry();
  }

  /** A request ended unserved that tells nothing new: nobody tried, or `requestStalled` has told it. */
  requestUnserved(cause: Cause): void {
    this.counts.requests += 1;
    this.counts.failures[cause] += 1;
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
    const at = this.#clock.now();
    if (isListed && failed !== null) return { serves: false, source: 'probe', cause: failed, at };
    const cause = this.discovery.error === null ? 'no_endpoints' : 'dns_error';
    return { serves: false, source: 'discovery', cause, at };
  }

  /** Resolves at the next change of the belief or the endpoints, or when a probe succeeds. */
  changed(): Promise<void> {
    return this.#bell.wait();
  }

  /** Takes one retry out of the budget, a share of recent requests; false when it is used up. */
  takeRetry(): boolean {
    const isAllowed = this.#retries.take(this.#income());
    if (isAllowed) this.counts.retries += 1;
    else this.counts.retriesRefused += 1;
    return isAllowed;
  }

  /** How often the trouble has come back, and how long its next recovery has to hold. */
  get relapses(): Judge['relapses'] {
    return this.#judge.relapses;
  }

  /** How many retries the budget has left at this moment. */
  get retriesLeft(): number {
    return this.#retries.left(this.#income());
  }

  #income(): Income {
    const at = this.#clock.now();
    return { at, requests: this.#judge.requests(at), isInTrouble: this.#judge.state !== 'up' };
  }

  #newFinder(source: Source): Finder {
    const { discovery, name: upstream, probe: settings } = this.settings;
    return new Finder({
      upstream,
      endpoints: this.#endpoints,
      everyMs: discovery.kind === 'static' ? settings.everyMs : discovery.everyMs,
      source,
      clock: this.#clock,
      log: this.#deps.log,
      isUrgent: () => this.#judge.state !== 'up',
      onFound: (found) => this.#onFound(found),
    });
  }

  #newProber(): Prober {
    const { probe: settings, detection } = this.settings;
    const { random = Math.random, pace = new Pace() } = this.#deps;
    return new Prober(
      {
        endpoints: this.#endpoints,
        everyMs: settings.everyMs,
        urgentMs: detection.probeMs,
        lateCause: settings.path === null ? 'connection_timeout' : 'response_timeout',
        seat: pace.join(),
        clock: this.#clock,
        random,
        probe: this.#deps.probe ?? ((endpoint, stop) => probe(endpoint, settings, stop)),
        isUrgent: () => this.#judge.state !== 'up',
        onSpared: ({ fresh, putOff }) => {
          this.counts.probesSpared.fresh += fresh;
          this.counts.probesSpared.putOff += putOff;
        },
        onResult: (endpoint, result) => this.#onProbed(endpoint, result),
        onServed: () => this.#onServed(),
        onFailed: (cause) => this.#judge.probeFailed(cause, this.#clock.now()),
      },
      this.#stop.signal,
    );
  }

  #onBelief(belief: Belief, previous: Belief, at: number): void {
    const state = belief.verdict.state;
    if (state === 'suspect' && previous.verdict.state === 'up') {
      this.#prober.hurry();
      this.#finder?.hurry();
    }
    if (state === 'recovering' && previous.verdict.state === 'down') {
      this.#doors.reopening.begin(this.counts.outstanding, this.#clock.monotonic());
    }
    if (state === 'down') this.#doors.reopening.end();
    if (state === 'up') this.#lastTrouble = { belief: previous, endedAt: this.#clock.now() };
    this.#bell.ring();
    this.#deps.onBelief(belief, previous, at);
  }

  #onFound({ at, error, isDecided, added, removed }: Found): void {
    this.counts.discoveries += 1;
    const known = this.#endpoints.size;
    if (error !== null) this.counts.discoveryFailures += 1;
    if (removed.length > 0) this.#deps.onRemoved(removed);
    if (added.length > 0) this.#prober.startOver();
    if (error === null) this.#judge.discovered(known, isDecided, at);
    else this.#judge.resolverFailed(known, at);
    if (added.length + removed.length > 0) this.#bell.ring();
  }

  #onProbed(endpoint: Endpoint, result: ProbeResult): void {
    if (result.ok) this.counts.probesOk += 1;
    else this.counts.probesFailed += 1;
    const change = this.#endpoints.probed(endpoint, result, this.#clock.now());
    this.#noteChange(endpoint, change, result.cause);
  }

  #onServed(): void {
    const depth = this.settings.probe.path === null ? 'connect' : 'reply';
    const now = this.#clock.monotonic();
    // A health page that failed and is well again is worth a trial at once, however long the last one took.
    if (depth === 'reply' && this.#judge.isUnserved) this.#trials.hurry(now);
    this.#judge.probeSucceeded(depth, this.#clock.now(), this.#trials.isToCome(now));
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
