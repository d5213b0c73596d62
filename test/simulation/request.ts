import { Hold } from '../../src/gateway/hold.ts';
import type { RequestHead } from '../../src/gateway/request-head.ts';
import { MOST_ATTEMPTS, mayBeStale, mayRepeat } from '../../src/gateway/retry.ts';
import { causeOfAbsence, causeOfWaiting } from '../../src/gateway/waiting-cause.ts';
import type { WaitingLine } from '../../src/gateway/waiting-line.ts';
import type { Cause } from '../../src/outage/cause.ts';
import type { Endpoint } from '../../src/upstream/endpoint.ts';
import { MOST_TRIAL_MS } from '../../src/upstream/trial-gate.ts';
import type { Upstream } from '../../src/upstream/upstream.ts';
import type { Chance } from './chance.ts';
import type { Chronicle, RequestEnd } from './chronicle.ts';
import type { Happening } from './event-queue.ts';
import type { Server, Waiter } from './server.ts';
import type { WorldClock } from './world-clock.ts';
import type { WorldPlan } from './world-plan.ts';

const LIMITS = { held: 1_000, heldBytes: 64 * 1024 * 1024 };

/** What all requests of a world have in common. */
export interface Road {
  readonly plan: WorldPlan;
  readonly chance: Chance;
  readonly clock: WorldClock;
  readonly upstream: Upstream;
  readonly line: WaitingLine;
  readonly tallies: ConstructorParameters<typeof Hold>[1];
  readonly servers: ReadonlyMap<string, Server>;
  readonly chronicle: Chronicle;
}

interface Failure {
  readonly cause: Cause;
  readonly isSent: boolean;
}

/** How the attempt under way will end, unless something happens to its server before. */
type Fate = 'served' | 'left' | Failure;

/** A connection that breaks under a request. */
const BROKEN: Failure = { cause: 'connection_reset', isSent: true };
const TIMED_OUT: Failure = { cause: 'response_timeout', isSent: true };

/**
 * One request on its way, as `gateway/passage.ts` leads it: asked for admission, held in the real line,
 * sent to the endpoint that the real core picks, tried again by the real rules, and reported.
 */
export class SimulatedRequest implements Happening, Waiter {
  readonly #road: Road;
  readonly #head: RequestHead;
  readonly #beganAt: number;
  readonly #isTrial: boolean;
  #endpoint: Endpoint | null = null;
  #server: Server | null = null;
  /** As long as nothing changes, no reply comes. */
  #isHanging = false;
  #fate: Fate = 'served';
  /** When it comes true; an entry of the queue with another time is out of date. */
  #dueAt = 0;
  #attempts = 0;
  #tried: readonly Endpoint[] | null = null;
  #hold: Hold | null = null;

  constructor(road: Road, head: RequestHead, isTrial: boolean) {
    this.#road = road;
    this.#head = head;
    this.#beganAt = road.clock.monotonic();
    this.#isTrial = isTrial;
  }

  /** Goes behind those who wait already, before anything is tried. */
  wait(): void {
    const cause = causeOfWaiting(this.#road.upstream);
    if (!this.#mayWait(cause)) this.#giveUp(cause);
  }

  start(): void {
    const { upstream } = this.#road;
    const endpoint = upstream.pick(this.#tried);
    if (endpoint !== null) return this.#send(endpoint);
    this.#failed(causeOfAbsence(upstream), false);
  }

  happen(dueAt: number): void {
    if (dueAt !== this.#dueAt || this.#endpoint === null) return;
    const fate = this.#fate;
    this.#server?.leave(this);
    if (fate === 'served') return this.#served(this.#endpoint);
    if (fate === 'left') {
      this.#release(false);
      return this.#end('left');
    }
    this.#failed(fate.cause, fate.isSent);
  }

  thawed(): void {
    const { clock } = this.#road;
    if (!this.#isHanging || this.#server === null) return;
    this.#isHanging = false;
    this.#fate = 'served';
    this.#comeTrueAt(Math.min(this.#dueAt, clock.monotonic() + this.#server.latencyMs()));
  }

  cut(): void {
    this.#fate = BROKEN;
    this.#comeTrueAt(this.#road.clock.monotonic());
  }

  #send(endpoint: Endpoint): void {
    const { servers, chronicle, plan, clock } = this.#road;
    const server = servers.get(endpoint.url);
    if (server === undefined) throw new Error(`${endpoint.url} was never listed`);
    this.#endpoint = endpoint;
    this.#server = server;
    this.#attempts += 1;
    chronicle.counts.attempts += 1;
    const now = clock.monotonic();
    const patienceMs = this.#isTrial ? Math.min(plan.responseMs, MOST_TRIAL_MS) : plan.responseMs;
    const ending = server.request();
    let endsAt = now + (ending.kind === 'waits' ? patienceMs : ending.afterMs);
    this.#fate = ending.kind === 'failed' ? ending : 'served';
    if (ending.kind === 'waits' || (ending.kind === 'served' && ending.afterMs > patienceMs)) {
      this.#fate = TIMED_OUT;
      endsAt = now + patienceMs;
    }
    const leavesAt = plan.leaveMs === null ? endsAt : this.#beganAt + plan.leaveMs;
    if (leavesAt < endsAt) {
      this.#fate = 'left';
      endsAt = Math.max(now, leavesAt);
    }
    this.#isHanging = ending.kind === 'waits';
    server.wait(this);
    this.#comeTrueAt(endsAt);
  }

  #comeTrueAt(dueAt: number): void {
    this.#dueAt = dueAt;
    this.#road.clock.at(dueAt, this);
  }

  /** Its own 500 is the application's business: a reply like any other. */
  #served(endpoint: Endpoint): void {
    const { plan, chance, chronicle } = this.#road;
    if (plan.weather.errors > 0 && chance() < plan.weather.errors) chronicle.counts.errors += 1;
    this.#road.upstream.replied(endpoint);
    this.#release(true);
    this.#end('served');
  }

  #failed(cause: Cause, isSent: boolean): void {
    const { upstream } = this.#road;
    const endpoint = this.#endpoint;
    if (cause === 'upstream_status' && endpoint !== null) {
      upstream.attemptFailed(endpoint, cause);
      this.#tell(cause);
      this.#release(false);
      return this.#end('failed');
    }
    const isStale =
      endpoint !== null && mayBeStale(this.#head, { cause, isRefused: false }, this.#attempts);
    if (endpoint !== null && !isStale) upstream.attemptFailed(endpoint, cause);
    this.#release(false);
    const disposition = isSent ? 'unknown' : 'not_processed';
    const next = this.#nextAfter(endpoint, { cause, disposition }, isStale);
    if (next !== null) return this.#send(next);
    if (!isSent) {
      if (!this.#mayWait(cause)) this.#giveUp(cause);
      return;
    }
    this.#tell(cause);
    this.#end('failed');
  }

  #nextAfter(
    endpoint: Endpoint | null,
    failure: Parameters<typeof mayRepeat>[1],
    isStale: boolean,
  ): Endpoint | null {
    const { upstream, chronicle } = this.#road;
    if (endpoint === null || this.#isTrial || this.#attempts >= MOST_ATTEMPTS) return null;
    if (!mayRepeat(this.#head, failure)) return null;
    if (!isStale) this.#tried = [...(this.#tried ?? []), endpoint];
    const next = upstream.pick(this.#tried);
    if (next === null) return null;
    if (upstream.takeRetry()) {
      chronicle.retried();
      return next;
    }
    upstream.release(next, false);
    return null;
  }

  #mayWait(cause: Cause): boolean {
    if (this.#isTrial) return false;
    const { upstream, line, tallies, clock, chronicle } = this.#road;
    this.#hold ??= new Hold({ upstream, line }, tallies, {
      go: () => this.#goOn(),
      giveUp: () => this.#giveUp(causeOfWaiting(upstream)),
    });
    const wasReported = this.#hold.isReported;
    const mayWait = this.#hold.begin(
      { cause, head: this.#head, hasTried: this.#attempts > 0 },
      LIMITS,
    );
    if (this.#hold.isReported && !wasReported && cause !== 'no_endpoints') {
      chronicle.requestFailed();
    }
    clock.wakeCore(); // The line may have begun to listen.
    return mayWait;
  }

  #goOn(): void {
    this.#attempts = 0;
    this.#tried = null;
    this.start();
  }

  #giveUp(cause: Cause): void {
    if (this.#attempts === 0 || this.#hold?.isReported === true) {
      this.#road.upstream.requestUnserved(cause);
      return this.#end('answered');
    }
    this.#tell(cause);
    this.#end('failed');
  }

  #tell(cause: Cause): void {
    if (cause !== 'no_endpoints') this.#road.chronicle.requestFailed();
    this.#road.upstream.requestFailed(cause);
  }

  #end(end: RequestEnd): void {
    if (this.#isTrial) this.#road.upstream.trialEnded();
    this.#road.chronicle.ended(this.#beganAt, end);
  }

  #release(hasReplied: boolean): void {
    if (this.#endpoint === null) return;
    const { upstream, line } = this.#road;
    upstream.release(this.#endpoint, hasReplied);
    this.#endpoint = null;
    if (this.#hold !== null) this.#hold.attemptOver(hasReplied);
    else if (!line.isEmpty) line.moved(null, hasReplied);
  }
}
