import type { Socket } from 'node:net';
import { closeSoon } from './close-soon.ts';
import { type Counts, countUp } from './counts.ts';
import { IdleConnections } from './idle-connections.ts';
import { NetworkCounts } from './network-counts.ts';
import { addressOf, introduce, type Peer } from './peer.ts';
import type { Plan } from './plan.ts';
import { cutOff } from './relay.ts';
import type { SlowClients } from './slow-clients.ts';

/** Connections beyond the limit that still get an answer; those beyond them are closed unheard. */
const SURPLUS_ANSWERED = 200;
/** Connections of one address beyond its limit that still get an answer; those beyond them are closed unheard. */
const CROWD_ANSWERED = 20;

/** From this share of what may be open on, it is looked at which connections are idle. */
const NEARLY_FULL = 0.8;
/** So much of what may be open is freed at once, if it can be. */
const ROOM = 0.1;
/** Looks are not more often: one at ten thousand connections takes a millisecond. */
const LOOK_EVERY_MS = 100;

/** What the entrance needs of the gateway. */
interface EntranceDeps {
  /** The plan that holds at this moment. */
  plan(): Pick<Plan, 'settings' | 'isTrusted'>;
  readonly counts: Counts;
  readonly slow: SlowClients;
  /** Closes the HTTP/2 connections, on whichever listener, on which nothing is asked. */
  closeIdleSessions(): void;
}

/** Where clients' connections come in, on whichever listener: it counts them, and says which are too many. */
export class Entrance {
  readonly #deps: EntranceDeps;
  readonly #networks = new NetworkCounts();
  readonly #idle = new IdleConnections();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: EntranceDeps) {
    this.#deps = deps;
  }

  /** Counts a connection for as long as it lasts: from before it has shown what it speaks. */
  arrive(socket: Socket): void {
    const { counts } = this.#deps;
    const address = addressOf(socket);
    counts.connections += 1;
    this.#networks.opened(address);
    socket.on('close', () => {
      counts.connections -= 1;
      this.#networks.closed(address);
    });
    this.#keepRoom();
    const isCrowd = this.#beyondItsLimit(address) > CROWD_ANSWERED;
    if (!isCrowd && this.#surplus <= SURPLUS_ANSWERED) return;
    countUp(counts.limited, isCrowd ? 'connections_per_address' : 'connections');
    cutOff(socket);
  }

  /** Remembers a client that has arrived for as long as its connection lasts. */
  meet(socket: Socket, isSecure: boolean): Peer {
    const { slow } = this.#deps;
    const peer = introduce(socket, isSecure);
    peer.isSurplus = !socket.destroyed && this.#isSurplus(peer.address);
    if (!isSecure) socket.destroySoon = closeSoon;
    slow.watch(peer);
    this.#idle.add(socket, peer, performance.now());
    socket.on('close', () => {
      slow.forget(peer);
      this.#idle.remove(peer);
    });
    return peer;
  }

  /** A connection that speaks HTTP/2: whether it is idle is no longer seen here. */
  handOver(peer: Peer): void {
    this.#idle.remove(peer);
  }

  /**
   * Closes what is idle when there is no place left, as nginx does: whoever holds ten thousand connections
   * for nothing holds nobody else up.
   */
  #keepRoom(): void {
    const { counts, plan, closeIdleSessions } = this.#deps;
    const { connections: most } = plan().settings.limits;
    const surplus = this.#surplus;
    if (most + surplus < most * NEARLY_FULL) return;
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = now;
    const closed = this.#idle.close(surplus > 0 ? surplus + Math.ceil(most * ROOM) : 0, now);
    if (surplus > 0) closeIdleSessions();
    if (closed > 0) countUp(counts.limited, 'idle_connections');
  }

  #isSurplus(address: string): boolean {
    const isCrowd = this.#beyondItsLimit(address) > 0;
    if (!isCrowd && this.#surplus <= 0) return false;
    countUp(this.#deps.counts.limited, isCrowd ? 'connections_per_address' : 'connections');
    return true;
  }

  /** How many more are open than may be, whoever has them; those that are closing have left. */
  get #surplus(): number {
    const { counts, plan } = this.#deps;
    return counts.connections - this.#idle.closing - plan().settings.limits.connections;
  }

  /** How many more an address has open than it may. */
  #beyondItsLimit(address: string): number {
    const { settings, isTrusted } = this.#deps.plan();
    const most = settings.limits.connectionsPerAddress;
    if (most === null) return 0;
    const surplus = this.#networks.of(address) - most;
    // Behind a trusted proxy there are many clients.
    return surplus > 0 && isTrusted(address) ? 0 : surplus;
  }
}
