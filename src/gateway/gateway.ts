import { isDeepStrictEqual } from 'node:util';
import type { Listener } from '../config/settings.ts';
import type { Log, ParentLog } from '../log.ts';
import type { AnswerFacts } from '../outage/answer-facts.ts';
import type { Endpoint } from '../upstream/endpoint.ts';
import { AnswerNotes } from './answer-notes.ts';
import type { CertificateView } from './certificates.ts';
import type { Connections, Target } from './connections.ts';
import { Counts } from './counts.ts';
import { Entrance } from './entrance.ts';
import { EventStreams } from './event-streams.ts';
import type { Evidence } from './evidence.ts';
import { handle } from './handle.ts';
import { Http1Connections } from './http1-connections.ts';
import { Http2Connections } from './http2-connections.ts';
import { OpenListener } from './listener.ts';
import { Memory } from './memory.ts';
import type { Plan } from './plan.ts';
import { SlowClients } from './slow-clients.ts';
import type { Tunnel } from './tunnel.ts';
import { Tunnels } from './tunnels.ts';

/** What the gateway tells others of, besides counts and log. */
export interface GatewayEvents {
  /** A misleading reply was replaced, or a request held back: what the record of the incident keeps. */
  readonly onMisleading?: (evidence: Evidence) => void;
  /** A person got an answer in the upstream's place. What is handed on is not to be kept. */
  readonly onPerson?: (upstream: string, address: string, userAgent: string) => void;
  /** A request was answered in the upstream's place: what a reference is found by later. */
  readonly onAnswer?: (reference: string, facts: AnswerFacts) => void;
}

/**
 * The gateway: its listeners, its connections to endpoints, and the plan that requests are handled
 * by. A new plan takes effect with the next request; requests that run keep the one they began with.
 */
export class Gateway implements AsyncDisposable {
  readonly counts = new Counts();
  readonly answerNotes: AnswerNotes;
  readonly log: Log;
  readonly eventStreams: EventStreams;
  readonly memory: Memory;
  #plan: Plan;
  #listeners: OpenListener[] = [];
  /** Those that accept no more, as long as connections of theirs are open. */
  readonly #retired = new Set<OpenListener>();
  readonly #connections = new Map<Endpoint, Connections>();
  readonly #tunnels: Tunnels;
  readonly #entrance: Entrance;
  readonly #slow: SlowClients;
  readonly #events: GatewayEvents;
  #isDraining = false;

  constructor(plan: Plan, log: ParentLog, events: GatewayEvents = {}) {
    this.#plan = plan;
    this.answerNotes = new AnswerNotes(log);
    this.log = log;
    this.memory = new Memory(log);
    this.#events = events;
    const limited = { limits: () => this.#plan.settings.limits, counts: this.counts };
    this.#slow = new SlowClients(limited);
    this.#tunnels = new Tunnels(limited);
    const { counts } = this;
    this.#entrance = new Entrance({
      plan: () => this.#plan,
      counts,
      slow: this.#slow,
      closeIdleSessions: () => {
        for (const listener of this.#listeners) listener.closeIdleSessions();
      },
    });
    this.eventStreams = new EventStreams({ plan: () => this.#plan, counts: this.counts, log });
  }

  get plan(): Plan {
    return this.#plan;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  get urls(): readonly string[] {
    return this.#listeners.map(({ url }) => url);
  }

  /** Those that clients get on the open listeners. */
  get certificates(): readonly CertificateView[] {
    return this.#listeners.flatMap(({ certificates }) => certificates);
  }

  /** Opens the plan's listeners. Rejects with the system's error where an address cannot be had. */
  async open(): Promise<void> {
    await this.#openListeners(this.#plan.settings.listen);
  }

  /**
   * Takes over another plan. Listeners that both have stay open; the others are opened before the
   * old ones close. Rejects, with everything as it was, where a new address cannot be had.
   */
  async adopt(plan: Plan): Promise<void> {
    const { listen: wanted } = plan.settings;
    const missing = wanted.filter(
      (listener) => !this.#listeners.some((open) => open.isAt(listener)),
    );
    await this.#openListeners(missing);
    const surplus = this.#listeners.filter(
      (open) => !wanted.some((listener) => open.isAt(listener)),
    );
    this.#listeners = this.#listeners.filter((open) => !surplus.includes(open));
    for (const listener of wanted)
      this.#listeners.find((open) => open.isAt(listener))?.renew(listener);
    if (!isDeepStrictEqual(plan.settings.routes, this.#plan.settings.routes)) {
      this.counts.relayed.length = 0; // They are counted by the place of a route in the settings.
    }
    this.#plan = plan;
    this.eventStreams.changed();
    for (const listener of this.#listeners) listener.limit(plan.settings.limits);
    for (const listener of surplus) void this.#retire(listener); // Never rejects.
  }

  async #retire(listener: OpenListener): Promise<void> {
    this.#retired.add(listener);
    await listener.close();
    this.#retired.delete(listener);
  }

  /** The connections to an endpoint; they last until `forget`. */
  connectionsTo(endpoint: Endpoint, target: Target): Connections {
    const known = this.#connections.get(endpoint);
    if (known !== undefined) return known;
    const connections = connectionsTo(endpoint, target);
    this.#connections.set(endpoint, connections);
    return connections;
  }

  /** Closes the idle connections to endpoints that are gone; those in use close after their request. */
  forget(endpoints: readonly Endpoint[]): void {
    for (const endpoint of endpoints) {
      this.#connections.get(endpoint)?.close();
      this.#connections.delete(endpoint);
    }
  }

  /** Hands on why a client was told of an outage where a reply would have blamed it. */
  onMisleading(evidence: Evidence): void {
    this.#events.onMisleading?.(evidence);
  }

  /** Hands on that a person was answered, for whoever counts them. */
  onPerson(upstream: string, address: string, userAgent: string): void {
    this.#events.onPerson?.(upstream, address, userAgent);
  }

  /** Hands on what was answered, and why. */
  onAnswer(reference: string, facts: AnswerFacts): void {
    this.#events.onAnswer?.(reference, facts);
  }

  /** A belief or the status page has changed: who listens for that is told. */
  stateChanged(): void {
    this.eventStreams.changed();
  }

  /** Counts a tunnel for as long as it is open. */
  tunnelOpened(tunnel: Tunnel): void {
    this.#tunnels.add(tunnel);
  }

  /**
   * Ends: no new connections, running requests and tunnels end by themselves, for `drainMs` at most,
   * then they are cut.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDraining = true;
    this.eventStreams.end();
    const listeners = [...this.#listeners, ...this.#retired];
    const closed = listeners.map((listener) => this.#retire(listener));
    const tunnels = this.#tunnels.ended();
    const late = setTimeout(() => {
      for (const listener of listeners) listener.cut();
      this.#tunnels.cut();
    }, this.#plan.settings.limits.drainMs);
    await Promise.all([...closed, tunnels]);
    clearTimeout(late);
    this.forget([...this.#connections.keys()]);
    this.memory[Symbol.dispose]();
  }

  async #openListeners(wanted: readonly Listener[]): Promise<void> {
    const opened: OpenListener[] = [];
    try {
      for (const settings of wanted) opened.push(await this.#openListener(settings));
    } catch (error) {
      for (const listener of opened) void listener.close(); // Never rejects.
      throw error;
    }
    this.#listeners.push(...opened);
  }

  async #openListener(settings: Listener): Promise<OpenListener> {
    return OpenListener.open(settings, {
      limits: () => this.#plan.settings.limits,
      counts: this.counts,
      log: this.log,
      entrance: this.#entrance,
      slow: this.#slow,
      serve: (response, peer) => handle(response, peer, this),
    });
  }
}

function connectionsTo(endpoint: Endpoint, target: Target): Connections {
  return target.settings.protocol === 'http2'
    ? new Http2Connections(endpoint, target)
    : new Http1Connections(endpoint, target);
}
