import type { DetectionSettings } from '../config/upstream-settings.ts';
import type { Cause } from '../outage/cause.ts';
import { isSameList } from '../same-list.ts';
import { lighterByWeight, lighterOfPair } from './balance.ts';
import { type Endpoint, endpointOf } from './endpoint.ts';
import { type Charge, type EndpointView, Member } from './member.ts';
import type { ProbeResult } from './probe.ts';

/** What has become of an endpoint by what was learnt of it. */
export type Change = 'set_aside' | 'back';

export interface EndpointSetDeps {
  readonly settings: DetectionSettings;
  /** Milliseconds since the epoch, as the time that comes in with each fact. */
  readonly now: () => number;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
}

/**
 * The endpoints of one upstream, which of them a request goes to, and which are set aside.
 *
 * `pick`, `release` and `served` are on every request's way: they allocate nothing and look nothing up
 * while all are well. docs/endpoints.md says why it is done so.
 */
export class EndpointSet {
  readonly #deps: EndpointSetDeps;
  readonly #members = new Map<string, Member>();
  #urls: readonly string[] = [];
  #ready: Member[] = [];
  /** Those set aside, the longest ago first. */
  #aside: Member[] = [];
  /** One of those that a request tries all the same, until it is known what came of it. */
  #resort: Member | null = null;
  /** Until then some of them start slowly. */
  #slowUntil = Number.NEGATIVE_INFINITY;

  constructor(deps: EndpointSetDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#members.size;
  }

  get hasAside(): boolean {
    return this.#aside.length > 0;
  }

  /** Whether an endpoint is believed to serve: it is listed, and not set aside. */
  get hasReady(): boolean {
    return this.#ready.length > 0;
  }

  /** How many of them are believed to serve. */
  get ready(): number {
    return this.#ready.length;
  }

  has(endpoint: Endpoint): boolean {
    return recordOf(endpoint) !== null;
  }

  isAside(endpoint: Endpoint): boolean {
    return recordOf(endpoint)?.isAside ?? false;
  }

  /** Whether it has replied to a request within so many milliseconds, and failed none since. */
  hasServed(endpoint: Endpoint, withinMs: number): boolean {
    return recordOf(endpoint)?.hasServed(withinMs, this.#deps.now()) ?? false;
  }

  list(): Endpoint[] {
    return [...this.#members.values()];
  }

  views(): EndpointView[] {
    const at = this.#deps.now();
    return [...this.#members.values()].map((member) => member.view(at));
  }

  /** Takes over what discovery lists. Endpoints that stay keep their identity and their record. */
  update(urls: readonly string[]): { added: Endpoint[]; removed: Endpoint[] } {
    // The usual answer is the last one again, every second for each upstream.
    if (isSameList(urls, this.#urls)) return { added: [], removed: [] };
    this.#urls = urls;
    const wanted = new Map(urls.map((url) => endpointOf(url)).map((one) => [one.url, one]));
    const removed = [...this.#members.values()].filter(({ url }) => !wanted.has(url));
    for (const member of removed) this.#drop(member);
    const othersServe = this.#ready.some(({ isListed }) => isListed);
    const added = [...wanted.values()]
      .filter(({ url }) => !this.#members.has(url))
      .map((endpoint) => new Member(endpoint, this.#deps.settings));
    for (const member of added) this.#members.set(member.url, member);
    if (added.length + removed.length > 0) this.#arrange();
    if (othersServe) for (const member of added) this.#startSlowly(member, this.#deps.now());
    return { added, removed };
  }

  /**
   * The one of a random pair with fewer requests under way, none of `tried`. One that is set aside is
   * offered only where no other is left, and to one request at a time. Counts the request there: whoever
   * gets an endpoint calls `release` once.
   */
  pick(tried: readonly Endpoint[] | null): Endpoint | null {
    const ready = tried === null ? this.#ready : without(this.#ready, tried);
    const isSlow = this.#slowUntil !== Number.NEGATIVE_INFINITY && this.#isAnySlow();
    const { random, now } = this.#deps;
    const chosen = isSlow ? lighterByWeight(ready, random, now()) : lighterOfPair(ready, random);
    const member = chosen ?? this.#lastResort(tried);
    if (member === null) return null;
    member.take();
    return member;
  }

  /** The request that `pick` counted is over. */
  release(endpoint: Endpoint): void {
    if (endpoint === this.#resort) this.#resort = null;
    if (endpoint instanceof Member) endpoint.release(); // Also one that is listed no longer.
  }

  /** The endpoint replied to a request. */
  served(endpoint: Endpoint, at: number): Change | null {
    const member = recordOf(endpoint);
    return member?.served(at) ? this.#bringBack(member, at) : null;
  }

  /** An attempt at the endpoint failed. */
  failed(endpoint: Endpoint, cause: Cause, at: number): Change | null {
    const member = recordOf(endpoint);
    if (member === null) return null;
    if (member === this.#resort) this.#resort = null;
    return this.#charge(member, member.failed(cause, at), at);
  }

  /** A connect to the endpoint was tried for so long. */
  timedOut(endpoint: Endpoint, at: number, afterMs: number): Change | null {
    const member = recordOf(endpoint);
    if (member === null) return null;
    return this.#charge(member, member.failed('connection_timeout', at, afterMs), at);
  }

  /** A probe of the endpoint ended. */
  probed(endpoint: Endpoint, result: ProbeResult, at: number): Change | null {
    const member = recordOf(endpoint);
    if (member === null) return null;
    if (!result.ok) return this.#charge(member, member.probedIll(result, result.cause, at), at);
    return member.probedWell(result, at) ? this.#bringBack(member, at) : null;
  }

  /** Null when nothing changes: it stays, or it was set aside as it is and goes to the end of their line. */
  #charge(member: Member, charge: Charge | null, at: number): Change | null {
    if (charge === null) return null;
    const isNew = !member.isAside;
    if (isNew && !this.#canSpare(charge)) return null;
    member.setAside(charge, at, this.#deps.random());
    this.#arrange();
    return isNew ? 'set_aside' : null;
  }

  /**
   * Whether the others can do without one more. An endpoint that cannot be reached is no help to
   * anybody. One that answers badly may be better than none, so the last one stays; and where the
   * charge is a mere share of its attempts, half of them stay, so that the others are not overwhelmed.
   */
  #canSpare(charge: Charge): boolean {
    const left = this.#ready.length - 1;
    switch (charge) {
      case 'unreachable':
        return true;
      case 'row':
        return left > 0;
      case 'share':
        return left > 0 && left * 2 >= this.#members.size;
    }
  }

  #bringBack(member: Member, at: number): Change {
    member.bringBack(at);
    if (member === this.#resort) this.#resort = null;
    if (this.#ready.length > 0) this.#startSlowly(member, at);
    this.#arrange();
    return 'back';
  }

  #startSlowly(member: Member, at: number): void {
    const { slowStartMs } = this.#deps.settings;
    if (slowStartMs === 0) return;
    member.startSlowly(at);
    this.#slowUntil = Math.max(this.#slowUntil, at + slowStartMs);
  }

  #isAnySlow(): boolean {
    if (this.#deps.now() < this.#slowUntil) return true;
    this.#slowUntil = Number.NEGATIVE_INFINITY;
    return false;
  }

  /**
   * Where all are set aside: the one that has been longest, for one request at a time. Hundreds that all
   * try what is known to be gone help nobody.
   */
  #lastResort(tried: readonly Endpoint[] | null): Member | null {
    if (this.#resort !== null) return null;
    this.#resort = this.#aside.find((member) => !tried?.includes(member)) ?? null;
    return this.#resort;
  }

  #drop(member: Member): void {
    member.drop();
    if (member === this.#resort) this.#resort = null;
    this.#members.delete(member.url);
  }

  #arrange(): void {
    const members = [...this.#members.values()];
    this.#ready = members.filter(({ isAside }) => !isAside);
    this.#aside = members
      .filter(({ isAside }) => isAside)
      .sort((one, two) => one.asideAt - two.asideAt);
  }
}

/** The record that an endpoint is, as long as it is listed. */
function recordOf(endpoint: Endpoint): Member | null {
  return endpoint instanceof Member && endpoint.isListed ? endpoint : null;
}

function without(members: readonly Member[], tried: readonly Endpoint[]): Member[] {
  return members.filter((member) => !tried.includes(member));
}
