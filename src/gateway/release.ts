import type { Verdict } from '../outage/verdict.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { LEAST_MS, ReleaseSlots } from './release-slots.ts';

/** More than this share of failed requests stops the release, */
const RELAPSE_SHARE = 0.2;
/** when so many have ended that the share says something. */
const LEAST_REQUESTS = 10;
/** What fails later than this after the last page has reloaded is not of the release. */
const AFTERMATH_MS = 10_000;
/** How long a stopped release waits until it begins again; each time twice as long. */
const PAUSE_MS = { first: 15_000, most: 120_000 };

/** Requests of the upstream that have ended a short while ago. */
interface RecentRequests {
  readonly succeeded: number;
  readonly failed: number;
}

/** What a release is given. */
export interface ReleaseWorld {
  readonly random: () => number;
  readonly recent: () => RecentRequests;
  /** Whether anything has shown by now that the upstream serves: a belief at the start is no evidence. */
  readonly hasServed: () => boolean;
}

/**
 * `closed`: the upstream is not back, or nobody knows. `open`: pages are given places. `doubted`: the verdict is
 * `suspect`, so those that have a place keep it and nobody gets another. `stopped`: too many of the
 * released requests failed.
 */
type State =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly slots: ReleaseSlots }
  | { readonly kind: 'doubted'; readonly slots: ReleaseSlots }
  | { readonly kind: 'stopped'; readonly until: number };

const CLOSED: State = { kind: 'closed' };

/**
 * Lets the pages that wait for one upstream come back a few at a time, and stops when that goes wrong.
 *
 * The upstream is back when the gateway's verdict is `up`, by nobody else's word. Pages are not told
 * apart: whoever asks for a place gets the next one, and says so when it asks again. `now` is always the
 * monotonic clock's, in milliseconds; those who are told together have the same.
 */
export class Release {
  readonly #world: ReleaseWorld;
  #verdict: Verdict['state'];
  #state: State = CLOSED;
  #relapses = 0;

  /** Begins with what is believed, which is no evidence yet: see `check`. */
  constructor(verdict: Verdict['state'], world: ReleaseWorld) {
    this.#world = world;
    this.#verdict = verdict;
  }

  /** True after too many released requests have failed, whatever the verdict: it is not back yet. */
  get isStopped(): boolean {
    return this.#state.kind === 'stopped';
  }

  /** True while pages come back, or could. */
  get isOn(): boolean {
    return this.#state.kind === 'open' || this.#state.kind === 'doubted';
  }

  /** The next place, and takes it: in how many milliseconds that page is to reload. Null: it is not back. */
  take(now: number): number | null {
    return this.#state.kind === 'open' ? Math.floor(this.#state.slots.take(now) - now) : null;
  }

  /** The next place, without taking it. */
  look(now: number): number | null {
    return this.#state.kind === 'open' ? Math.floor(this.#state.slots.look(now) - now) : null;
  }

  /** What a page is told that has a place, and so many milliseconds left. */
  keep(leftMs: number): number | null {
    return this.isOn ? Math.max(LEAST_MS, Math.round(leftMs)) : null;
  }

  /** The verdict may have changed. */
  follow(verdict: Verdict['state'], now: number): void {
    if (verdict === this.#verdict) return;
    this.#verdict = verdict;
    switch (verdict) {
      case 'up':
        if (this.#state.kind === 'closed') this.#state = this.#opened(now);
        else if (this.#state.kind === 'doubted') this.#state = { ...this.#state, kind: 'open' };
        break;
      case 'suspect':
        if (this.#state.kind === 'open') this.#state = { ...this.#state, kind: 'doubted' };
        break;
      case 'down':
      case 'recovering':
        this.#state = CLOSED;
        break;
    }
  }

  /** Looks at what became of those that were let out; true when that changes something. To be called about once a second. */
  check(now: number): boolean {
    const before = this.#state;
    this.#review(now);
    return this.#state !== before;
  }

  #review(now: number): void {
    const state = this.#state;
    switch (state.kind) {
      case 'closed':
        if (this.#verdict === 'up' && this.#world.hasServed()) this.#state = this.#opened(now);
        return;
      case 'stopped':
        if (this.#verdict === 'up' && now >= state.until && !this.#isFailing()) {
          this.#state = this.#opened(now);
        }
        return;
      case 'open':
      case 'doubted':
        if (state.slots.lastAt === null) return;
        if (now > state.slots.lastAt + AFTERMATH_MS) this.#relapses = 0;
        else if (this.#isFailing()) this.#stop(now);
    }
  }

  #stop(now: number): void {
    const pauseMs = Math.min(PAUSE_MS.most, PAUSE_MS.first * 2 ** this.#relapses);
    this.#relapses += 1;
    this.#state = { kind: 'stopped', until: now + pauseMs };
  }

  #isFailing(): boolean {
    const { succeeded, failed } = this.#world.recent();
    const ended = succeeded + failed;
    return ended >= LEAST_REQUESTS && failed > ended * RELAPSE_SHARE;
  }

  #opened(now: number): State {
    return { kind: 'open', slots: new ReleaseSlots(now, this.#world.random) };
  }
}

const releases = new WeakMap<Upstream, Release>();

/** The release of an upstream: one for its whole life, whatever plans come and go. */
export function releaseOf(upstream: Upstream): Release {
  const known = releases.get(upstream);
  if (known !== undefined) return known;
  const release = new Release(upstream.belief.verdict.state, {
    random: Math.random,
    recent: () => upstream.recentRequests,
    hasServed: () => upstream.counts.probesOk > 0 || upstream.recentRequests.succeeded > 0,
  });
  releases.set(upstream, release);
  return release;
}
