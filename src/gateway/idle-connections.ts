import type { Socket } from 'node:net';
import type { Peer, Seen } from './peer.ts';
import { Roll } from './roll.ts';

/** Nothing has come for so long, and no request is handled. */
const IDLE_MS = 500;
/** The same of a client that has sent nothing since it came: it may be very far away. */
const SILENT_MS = 2_000;

/**
 * The clients' connections that could be closed to make room for others: on which no request is handled, and
 * nothing comes, be it the next request or the rest of one. Looking costs requests nothing.
 *
 * Connections over HTTP/2 are not among them: `Http2Sessions` knows which of them are idle.
 */
export class IdleConnections {
  readonly #open = new Roll<Seen>();
  #closing = 0;

  /** How many are closed, and still counted as open. */
  get closing(): number {
    return this.#closing;
  }

  /** One that may be closed until it is removed: as its requests come on it, within TLS where there is any. */
  add(socket: Socket, peer: Peer, now: number): void {
    const links = { ahead: null, behind: null };
    const seen = { socket, peer, bytes: socket.bytesRead, since: now, isClosing: false, ...links };
    this.#open.add(seen);
    peer.seen = seen;
  }

  remove(peer: Peer): void {
    const { seen } = peer;
    if (seen === null) return;
    peer.seen = null;
    this.#open.delete(seen);
    if (seen.isClosing) this.#closing -= 1;
  }

  /** Looks at all, and closes as many as are needed and idle, those that came first before others; how many. */
  close(most: number, now: number): number {
    let closed = 0;
    for (const seen of this.#open) {
      const { socket, peer } = seen;
      const { bytesRead } = socket;
      if (seen.bytes !== bytesRead) {
        seen.bytes = bytesRead;
        seen.since = now;
      }
      if (closed === most || now - seen.since < (bytesRead === 0 ? SILENT_MS : IDLE_MS)) continue;
      // In a tunnel, too, there is a response: that to the request that has opened it.
      if (peer.current !== null) continue;
      this.#open.delete(seen);
      socket.destroy();
      seen.isClosing = true;
      this.#closing += 1;
      closed += 1;
    }
    return closed;
  }
}
