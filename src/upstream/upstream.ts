import type { UpstreamSettings } from '../config/upstream-settings.ts';
import type { Cause } from '../outage/cause.ts';
import type { Signal } from '../outage/signal.ts';
import type { Belief } from '../outage/verdict.ts';
import { type Admission, admissionOf, type Doors } from './admission.ts';
import { Bell } from './bell.ts';
import { type Counts, newCounts } from './counts.ts';
import { Dialer } from './dialer.ts';
import type { DiscoveryState } from './discovery-state.ts';
import type { Endpoint } from './endpoint.ts';
import { EndpointSet } from './endpoint-set.ts';
import { Judge, type JudgeDeps } from './judge.ts';
import { type Check, Lookout } from './lookout.ts';
import type { EndpointView } from './member.ts';
import { Reopening } from './reopening.ts';
import { type Income, RetryBudget } from './retry-budget.ts';
import { MOST_TRIAL_MS, TrialGate } from './trial-gate.ts';
import { inTheWorld, type UpstreamDeps } from './upstream-deps.ts';

/** A trouble that is over: the last belief in it, and when the verdict was `up` again. */
export interface PastTrouble {
  readonly belief: Belief;
  readonly endedAt: number;
}

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
  /** How its endpoints are connected to. */
  readonly dialer: Dialer;
  readonly #world: Required<UpstreamDeps>;
  readonly #endpoints: EndpointSet;
  readonly #retries: RetryBudget;
  readonly #doors: Doors;
  readonly #bell = new Bell();
  readonly #judge: Judge;
  readonly #lookout: Lookout;
  #lastTrouble: PastTrouble | null = null;

  constructor(settings: UpstreamSettings, deps: UpstreamDeps) {
    this.settings = settings;
    this.dialer = new Dialer(settings.tls, settings.protocol);
    const world = inTheWorld(deps, settings, this.dialer);
    const { clock, log, random } = world;
    const { name: upstream, component, detection } = settings;
    this.#world = world;
    this.#endpoints = new EndpointSet({ settings: detection, now: () => clock.now(), random });
    this.#retries = new RetryBudget(detection);
    this.#doors = {
      endpoints: this.#endpoints,
      trials: new TrialGate(detection.trialMs),
      reopening: new Reopening(detection.reopenMs),
    };
    const onBelief: JudgeDeps['onBelief'] = (...change) => this.#onBelief(...change);
    this.#judge = new Judge({ upstream, component, thresholds: detection, log, onBelief });
    this.#lookout = new Lookout({
      settings,
      world,
      endpoints: this.#endpoints,
      judge: this.#judge,
      trials: this.#doors.trials,
      counts: this.counts,
      onNews: () => this.#bell.ring(),
    });
  }

  /** Begins discovery and probes. A second call does nothing. */
  start(): void {
    this.#lookout.start();
  }

  /** Ends discovery and probes; what they were about to find is not reported. */
  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#lookout[Symbol.asyncDispose]();
    this.#bell.ring();
    await ended;
    this.#world.onRemoved(this.#endpoints.list());
  }

  /** Immutable; another object after each change, and only then. */
  get belief(): Belief {
    return this.#judge.belief;
  }

  /** The first success since the last failing signal, or since the start; null where there is none. */
  get servedSince(): number | null {
    return this.#judge.servedSince;
  }

  /** The trouble before this moment; null where there was none, or only the one that goes on. */
  get lastTrouble(): PastTrouble | null {
    return this.#lastTrouble;
  }

  get endpoints(): readonly EndpointView[] {
    return this.#endpoints.views();
  }

  get discovery(): DiscoveryState {
    return this.#lookout.discovery;
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
    this.#judge.forwarded(this.#world.clock.now());
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
    const { outstanding } = this.counts;
    return admissionOf({ state, mayBeTried, outstanding, clock: this.#world.clock }, this.#doors);
  }

  /** The trial is over, however it ended. */
  trialEnded(): void {
    this.#doors.trials.end(this.#world.clock.monotonic());
  }

  /** The head of a reply came that tells of no outage. */
  replied(endpoint: Endpoint): void {
    const at = this.#world.clock.now();
    this.counts.requests += 1;
    const change = this.#endpoints.served(endpoint, at);
    if (change !== null) this.#lookout.noteChange(endpoint, change, null);
    this.#judge.requestSucceeded(at);
    this.#judge.released();
    if (this.#doors.reopening.isOn) this.#doors.reopening.replied();
  }

  /** One attempt at one endpoint failed; the request may still succeed at another. */
  attemptFailed(endpoint: Endpoint, cause: Cause): void {
    this.counts.attemptFailures[cause] += 1;
    const at = this.#world.clock.now();
    const change =
      cause === 'connection_timeout'
        ? this.#endpoints.timedOut(endpoint, at, this.settings.timeouts.connectMs)
        : this.#endpoints.failed(endpoint, cause, at);
    if (change !== null) this.#lookout.noteChange(endpoint, change, cause);
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
    const at = this.#world.clock.now();
    this.#judge.requestFailed(cause, at, at - waitedMs(cause, this.settings.timeouts));
    this.#lookout.hurryProbes();
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
  check(): Promise<Check> {
    return this.#lookout.check();
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

  /** Requests that ended within the window; after a recovery, without the failures before it. */
  get recentRequests(): { readonly succeeded: number; readonly failed: number } {
    return this.#judge.outcomes(this.#world.clock.now());
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
    const at = this.#world.clock.now();
    return { at, requests: this.#judge.requests(at), isInTrouble: this.#judge.state !== 'up' };
  }

  #onBelief(belief: Belief, previous: Belief, signal: Signal): void {
    const state = belief.verdict.state;
    if (previous.verdict.state === 'up') this.#lookout.hurry();
    if (state === 'recovering' && previous.verdict.state === 'down') {
      this.#doors.reopening.begin(this.counts.outstanding, this.#world.clock.monotonic());
    }
    if (state === 'down') this.#doors.reopening.end();
    if (state === 'up') this.#lastTrouble = { belief: previous, endedAt: this.#world.clock.now() };
    this.#bell.ring();
    this.#world.onBelief(belief, previous, signal);
  }
}

/** What timed out tells of the moment in which it was tried. How long ago that was at least. */
function waitedMs(cause: Cause, { connectMs, responseMs }: UpstreamSettings['timeouts']): number {
  if (cause === 'connection_timeout') return connectMs;
  return cause === 'response_timeout' ? Math.min(responseMs, MOST_TRIAL_MS) : 0;
}
