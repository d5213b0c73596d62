import type { DetectionSettings } from '../config/upstream-settings.ts';
import { type Cause, isUnreachable } from '../outage/cause.ts';
import { elapsed } from '../outage/evidence.ts';
import { Attempts } from './attempts.ts';
import type { Endpoint } from './endpoint.ts';
import type { ProbeResult } from './probe.ts';

/** What operators see of an endpoint. `failures` and `successes` count in a row, requests and probes alike. */
export interface EndpointView {
  readonly url: string;
  readonly setAside: boolean;
  readonly lastProbe: (ProbeResult & { readonly at: number }) | null;
  readonly failures: number;
  readonly successes: number;
  /** Requests that are under way at this endpoint. */
  readonly outstanding: number;
  /** The part of its share that it gets while it starts slowly; 1 when it has all of it. */
  readonly weight: number;
}

/**
 * What speaks for setting an endpoint aside: it cannot be reached; attempts or probes in a row failed
 * that reached it; of its recent attempts too large a share failed.
 */
export type Charge = 'unreachable' | 'row' | 'share';

/** What an endpoint gets at the beginning of its slow start: with nothing at all it would never show that it serves. */
const FIRST_WEIGHT = 0.1;

/**
 * One endpoint of an upstream, and what is known of it. Whether it is set aside is its set's decision,
 * because that depends on the others; the charge is found here.
 *
 * The endpoint that the gateway holds is this record itself, so that no request looks it up.
 */
export class Member implements Endpoint {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly #settings: DetectionSettings;
  #isListed = true;
  #outstanding = 0;
  #failures = 0;
  #successes = 0;
  /** The last of those failures reached the endpoint: only time or a reply brings it back, not a connect. */
  #isHung = false;
  #servedAt = Number.NEGATIVE_INFINITY;
  /** Made at the first failure, gone when the window has none: 4,000 endpoints that are well hold none. */
  #attempts: Attempts | null = null;
  #aside: Charge | null = null;
  #asideAt = 0;
  /** How long it stays aside on the word of a mere probe. */
  #pauseMs = 0;
  /** How often it was set aside without serving for long in between. */
  #setAsides = 0;
  /** It came back on the word of a probe, and no request has succeeded since. */
  #isOnTrial = false;
  #slowSince: number | null = null;
  #backAt = Number.NEGATIVE_INFINITY;
  #lastProbe: EndpointView['lastProbe'] = null;

  constructor({ url, host, port }: Endpoint, settings: DetectionSettings) {
    this.url = url;
    this.host = host;
    this.port = port;
    this.#settings = settings;
  }

  get isListed(): boolean {
    return this.#isListed;
  }

  get isAside(): boolean {
    return this.#aside !== null;
  }

  /** When it was set aside last, or failed last since. */
  get asideAt(): number {
    return this.#asideAt;
  }

  get outstanding(): number {
    return this.#outstanding;
  }

  /** From `FIRST_WEIGHT` to 1 while it starts slowly. */
  weight(at: number): number {
    if (this.#slowSince === null) return 1;
    const part = elapsed(this.#slowSince, at) / this.#settings.slowStartMs;
    if (part < 1) return FIRST_WEIGHT + (1 - FIRST_WEIGHT) * part;
    this.#slowSince = null;
    return 1;
  }

  view(at: number): EndpointView {
    return {
      url: this.url,
      setAside: this.isAside,
      lastProbe: this.#lastProbe,
      failures: this.#failures,
      successes: this.#successes,
      outstanding: this.#outstanding,
      weight: this.weight(at),
    };
  }

  /** A request goes to it. */
  take(): void {
    this.#outstanding += 1;
  }

  /** That request is over. */
  release(): void {
    if (this.#outstanding > 0) this.#outstanding -= 1;
  }

  /** Discovery lists it no longer. What is still under way ends by itself. */
  drop(): void {
    this.#isListed = false;
  }

  startSlowly(at: number): void {
    this.#slowSince = at;
  }

  /** It replied to a request. Whether that brings it back. */
  served(at: number): boolean {
    this.#servedAt = at;
    this.#successes += 1;
    if (this.#attempts?.succeeded(at)) this.#attempts = null;
    if (this.#failures === 0 && this.#setAsides === 0) return false;
    return this.#servesAgain(at);
  }

  /** Whether that was within so many milliseconds, and nothing has failed since. */
  hasServed(withinMs: number, at: number): boolean {
    return this.#failures === 0 && elapsed(this.#servedAt, at) < withinMs;
  }

  /**
   * An attempt failed, after so long where that matters: a connect that timed out tells of the moment in
   * which it was tried, and who was reached since is not lost.
   */
  failed(cause: Cause, at: number, afterMs = 0): Charge | null {
    this.#failures += 1;
    this.#successes = 0;
    this.#isHung = !isUnreachable(cause);
    const { setAside, windowMs } = this.#settings;
    this.#attempts ??= new Attempts(windowMs);
    this.#attempts.failed(at);
    if (!this.#isHung && !this.#wasReachedSince(at - afterMs, at)) return 'unreachable';
    if (this.#isOnTrial || this.#failures >= setAside.failures) return 'row';
    return this.#attempts.isMostlyFailing(at, setAside) ? 'share' : null;
  }

  /** A probe succeeded. Whether that brings it back. */
  probedWell(result: ProbeResult, at: number): boolean {
    this.#lastProbe = { ...result, at };
    this.#successes += 1;
    // What fails on open connections is not mended by one more of them.
    if (this.#isHung && (!this.isAside || !this.#hasPaused(at))) return false;
    this.#failures = 0;
    this.#isOnTrial = this.isAside;
    return this.isAside;
  }

  /** A probe failed. */
  probedIll(result: ProbeResult, cause: Cause, at: number): Charge | null {
    this.#lastProbe = { ...result, at };
    this.#successes = 0;
    const isGone = isUnreachable(cause);
    const { trafficMs, setAside } = this.#settings;
    // Real traffic outranks probes: who served this recently is not set aside by a slow health page.
    if (!isGone && elapsed(this.#servedAt, at) < trafficMs) return null;
    if (isGone || !this.isAside) this.#isHung = false;
    this.#failures += 1;
    if (this.isAside) return null;
    if (isGone) return 'unreachable';
    return this.#failures >= setAside.failedProbes ? 'row' : null;
  }

  /** Sets it aside, or again; `chance` is a random number from 0 to 1. */
  setAside(charge: Charge, at: number, chance: number): void {
    const { firstMs, mostMs } = this.#settings.setAside;
    if (!this.isAside) this.#setAsides += 1;
    const pauseMs = Math.min(mostMs, firstMs * 2 ** (this.#setAsides - 1));
    // Spread, so that endpoints that failed together do not return together.
    this.#pauseMs = pauseMs * (0.8 + 0.2 * chance);
    this.#aside = charge;
    this.#asideAt = at;
    this.#slowSince = null;
  }

  bringBack(at: number): void {
    this.#aside = null;
    this.#backAt = at;
    this.#attempts = null;
  }

  #servesAgain(at: number): boolean {
    this.#failures = 0;
    this.#isOnTrial = false;
    // One that fails half of its requests also serves half of them: that alone proves nothing.
    if (this.isAside) return this.#aside !== 'share' || this.#hasPaused(at);
    const lastedMs = Math.max(this.#pauseMs, this.#settings.windowMs);
    if (elapsed(this.#backAt, at) >= lastedMs) this.#setAsides = 0;
    return false;
  }

  #wasReachedSince(sentAt: number, at: number): boolean {
    const probe = this.#lastProbe;
    const probedAt = probe?.ok ? probe.at : Number.NEGATIVE_INFINITY;
    const reachedAt = Math.max(this.#servedAt, probedAt);
    return reachedAt > sentAt && reachedAt <= at;
  }

  #hasPaused(at: number): boolean {
    return elapsed(this.#asideAt, at) >= this.#pauseMs;
  }
}
