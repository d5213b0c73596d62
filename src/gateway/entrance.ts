import type { Socket } from 'node:net';
import { type Counts, countUp } from './counts.ts';
import { NetworkCounts } from './network-counts.ts';
import { introduce, type Peer } from './peer.ts';
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

  /** Remembers a client for as long as its connection lasts. */
  meet(socket: Socket, isSecure: boolean): Peer {
    const { counts, slow } = this.#deps;
    const peer = introduce(socket, isSecure);
    const { address } = peer;
    peer.isSurplus = this.#isSurplus(address, socket);
    counts.connections += 1;
    this.#networks.opened(address);
    slow.watch(peer);
    socket.once('close', () => {
      counts.connections -= 1;
      this.#networks.closed(address);
      slow.forget(peer);
    });
    return peer;
  }

  #isSurplus(address: string, socket: Socket): boolean {
    const { plan, counts } = this.#deps;
    const { settings, isTrusted } = plan();
    const { connections, connectionsPerAddress } = settings.limits;
    const most = connectionsPerAddress ?? Number.POSITIVE_INFINITY;
    const open = this.#networks.of(address);
    // Behind a trusted proxy there are many clients.
    if (open >= most && !isTrusted(address)) {
      countUp(counts.limited, 'connections_per_address');
      if (open >= most + CROWD_ANSWERED) cutOff(socket);
      return true;
    }
    if (counts.connections < connections) return false;
    countUp(counts.limited, 'connections');
    return true;
  }
}
