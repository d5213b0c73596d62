import { type Cause, isUnreachable } from '../outage/cause.ts';
import { elapsed } from '../outage/evidence.ts';
import { type Endpoint, endpointOf } from './endpoint.ts';
import type { ProbeResult } from './probe.ts';

/** What operators see of an endpoint. `failures` counts in a row, requests and probes alike. */
export interface EndpointView {
  readonly url: string;
  readonly setAside: boolean;
  readonly lastProbe: (ProbeResult & { readonly at: number }) | null;
  readonly failures: number;
}

/** What has become of an endpoint by what was learnt of it. */
export type Change = 'set_aside' | 'back';

/** What is kept of one endpoint. */
interface Member {
  readonly endpoint: Endpoint;
  failures: number;
  /** The last of those failures reached the endpoint: only time or a reply brings it back, not a connect. */
  isHung: boolean;
  /** When it was set aside last; 0 while it is not. */
  asideAt: number;
  /** How long it then stays aside on the word of a mere probe. */
  pauseMs: number;
  /** How often it was set aside without serving in between. */
  setAsides: number;
  servedAt: number;
  lastProbe: (ProbeResult & { readonly at: number }) | null;
}

/** Failures in a row that set an endpoint aside when they came over an open connection: one is an accident. */
const FAILURES = 3;
/** The same for probes that reached the endpoint. */
const FAILED_PROBES = 2;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
/** Real traffic outranks probes: an endpoint that served this recently is not set aside by a slow health page. */
const TRAFFIC_MS = 5_000;

/**
 * The endpoints of one upstream, whose turn it is, and which are set aside. Time comes in with each call.
 *
 * `pick` and `served` are on every request's way and allocate nothing while all are well.
 */
export class EndpointSet {
  readonly #members = new Map<Endpoint, Member>();
  #ready: Endpoint[] = [];
  /** Those set aside, the longest ago first. */
  #aside: Endpoint[] = [];
  #next = 0;

  get size(): number {
    return this.#members.size;
  }

  get hasAside(): boolean {
    return this.#aside.length > 0;
  }

  has(endpoint: Endpoint): boolean {
    return this.#members.has(endpoint);
  }

  list(): Endpoint[] {
    return [...this.#members.keys()];
  }

  views(): EndpointView[] {
    return [...this.#members.values()].map(({ endpoint, failures, asideAt, lastProbe }) => ({
      url: endpoint.url,
      setAside: asideAt !== 0,
      lastProbe,
      failures,
    }));
  }

  /** Takes over what discovery lists. Endpoints that stay keep their identity and their record. */
  update(urls: readonly string[]): { added: Endpoint[]; removed: Endpoint[] } {
    const wanted = new Map(urls.map((url) => endpointOf(url)).map((one) => [one.url, one]));
    const removed = this.list().filter((endpoint) => !wanted.has(endpoint.url));
    for (const endpoint of removed) this.#members.delete(endpoint);
    for (const { url } of this.#members.keys()) wanted.delete(url);
    const added = [...wanted.values()];
    for (const endpoint of added) this.#members.set(endpoint, memberOf(endpoint));
    if (added.length + removed.length > 0) this.#arrange();
    return { added, removed };
  }

  /** The next endpoint in turn that is not in `tried`; those set aside only when no other is left. */
  pick(tried: readonly Endpoint[] | null): Endpoint | null {
    const ready = this.#ready;
    for (let looked = 0; looked < ready.length; looked += 1) {
      if (this.#next >= ready.length) this.#next = 0;
      const endpoint = ready[this.#next];
      this.#next += 1;
      if (endpoint !== undefined && !tried?.includes(endpoint)) return endpoint;
    }
    return this.#aside.find((endpoint) => !tried?.includes(endpoint)) ?? null;
  }

  /** The endpoint replied to a request. */
  served(endpoint: Endpoint, at: number): Change | null {
    const member = this.#members.get(endpoint);
    if (member === undefined) return null;
    member.servedAt = at;
    if (member.failures === 0 && member.setAsides === 0) return null;
    member.failures = 0;
    member.setAsides = 0;
    return this.#bringBack(member);
  }

  /** An attempt at the endpoint failed. */
  failed(endpoint: Endpoint, cause: Cause, at: number): Change | null {
    const member = this.#members.get(endpoint);
    if (member === undefined) return null;
    member.failures += 1;
    member.isHung = !isUnreachable(cause);
    // One that came back and fails again has had its chance.
    const enough = member.isHung && member.setAsides === 0 ? FAILURES : 1;
    return member.failures >= enough ? this.#setAside(member, at) : null;
  }

  /** A probe of the endpoint ended. */
  probed(endpoint: Endpoint, result: ProbeResult, at: number): Change | null {
    const member = this.#members.get(endpoint);
    if (member === undefined) return null;
    member.lastProbe = { ...result, at };
    return result.ok ? this.#probedWell(member, at) : this.#probedIll(member, result.cause, at);
  }

  #probedWell(member: Member, at: number): Change | null {
    // What fails on open connections is not mended by one more of them.
    if (member.isHung && (member.asideAt === 0 || elapsed(member.asideAt, at) < member.pauseMs))
      return null;
    member.failures = 0;
    return this.#bringBack(member);
  }

  #probedIll(member: Member, cause: Cause, at: number): Change | null {
    const isGone = isUnreachable(cause);
    if (!isGone && elapsed(member.servedAt, at) < TRAFFIC_MS) return null;
    if (isGone || member.asideAt === 0) member.isHung = false;
    member.failures += 1;
    const enough = isGone ? 1 : FAILED_PROBES;
    if (member.asideAt !== 0 || member.failures < enough) return null;
    return this.#setAside(member, at);
  }

  /** Null when it was set aside as it is: it goes to the end of their line. */
  #setAside(member: Member, at: number): Change | null {
    const isNew = member.asideAt === 0;
    if (isNew) {
      member.setAsides += 1;
    }
    const pauseMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (member.setAsides - 1));
    member.pauseMs = pauseMs * (0.8 + 0.4 * Math.random());
    member.asideAt = at;
    this.#arrange();
    return isNew ? 'set_aside' : null;
  }

  #bringBack(member: Member): Change | null {
    if (member.asideAt === 0) return null;
    member.asideAt = 0;
    this.#arrange();
    return 'back';
  }

  #arrange(): void {
    const members = [...this.#members.values()];
    const ready = members.filter(({ asideAt }) => asideAt === 0);
    const aside = members.filter(({ asideAt }) => asideAt !== 0);
    this.#ready = ready.map(({ endpoint }) => endpoint);
    this.#aside = aside.sort((one, two) => one.asideAt - two.asideAt).map((one) => one.endpoint);
  }
}

function memberOf(endpoint: Endpoint): Member {
  return {
    endpoint,
    failures: 0,
    isHung: false,
    asideAt: 0,
    pauseMs: 0,
    setAsides: 0,
    servedAt: 0,
    lastProbe: null,
  };
}
