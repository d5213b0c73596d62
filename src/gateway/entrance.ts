import type { Socket } from 'node:net';
import { type Counts, countUp } from './counts.ts';
import { NetworkCounts } from './network-counts.ts';
import { addressOf, introduce, type Peer } from './peer.ts';
import type { Plan } from './plan.ts';
import { cutOff } from './relay.ts';
import type { SlowClients } from './slow-clients.ts';

/** Connections of one address beyond its limit that still get an answer; those beyond them are closed unheard. */
const CROWD_ANSWERED = 20;

/** What the entrance needs of the gateway. */
interface EntranceDeps {
  /** The plan that holds at this moment. */
  plan(): Pick<Plan, 'settings' | 'isTrusted'>;
  readonly counts: Counts;
  readonly slow: SlowClients;
}

/** Where clients' connections come in, on whichever listener: it counts them, and says which are too many. */
export class Entrance {
  readonly #deps: EntranceDeps;
  readonly #networks = new NetworkCounts();

  constructor(deps: EntranceDeps) {
    this.#deps = deps;
  }

  /** Counts a connection for as long as it lasts: from before it has shown what it speaks. */
  arrive(socket: Socket): void {
    const { counts } = this.#deps;
    const address = addressOf(socket);
    counts.connections += 1;
    this.#networks.opened(address);
    socket.once('close', () => {
      counts.connections -= 1;
      this.#networks.closed(address);
    });
    if (this.#beyondItsLimit(address) <= CROWD_ANSWERED) return;
    countUp(counts.limited, 'connections_per_address');
    cutOff(socket);
  }

  /** Remembers a client that has arrived for as long as its connection lasts. */
  meet(socket: Socket, isSecure: boolean): Peer {
    const { slow } = this.#deps;
    const peer = introduce(socket, isSecure);
    peer.isSurplus = !socket.destroyed && this.#isSurplus(peer.address);
    slow.watch(peer);
    socket.once('close', () => slow.forget(peer));
    return peer;
  }

  #isSurplus(address: string): boolean {
    const { plan, counts } = this.#deps;
    const isCrowd = this.#beyondItsLimit(address) > 0;
    if (!isCrowd && counts.connections <= plan().settings.limits.connections) return false;
    countUp(counts.limited, isCrowd ? 'connections_per_address' : 'connections');
    return true;
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
