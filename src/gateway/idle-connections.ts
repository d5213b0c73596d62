import type { Socket } from 'node:net';
import { peerOf } from './peer.ts';

/** Nothing has come for so long, and no request is handled. */
const IDLE_MS = 500;
/** The same of a client that has sent nothing since it came: it may be very far away. */
const SILENT_MS = 2_000;

/** What a connection had sent when it was looked at, and since when it has been that. */
interface Seen {
  bytes: number;
  since: number;
}

/**
 * The clients' connections that could be closed to make room for others: on which no request is handled, and
 * nothing comes, be it the next request or the rest of one. Looking costs requests nothing.
 *
 * Connections over HTTP/2 are not among them: `Http2Sessions` knows which of them are idle.
 */
export class IdleConnections {
  readonly #open = new Map<Socket, Seen>();
  readonly #closing = new Set<Socket>();

  /** How many are closed, and still counted as open. */
  get closing(): number {
    return this.#closing.size;
  }

  /** One that may be closed until it is removed: as its requests come on it, within TLS where there is any. */
  add(socket: Socket, now: number): void {
    this.#open.set(socket, { bytes: socket.bytesRead, since: now });
  }

  remove(socket: Socket): void {
    this.#open.delete(socket);
    this.#closing.delete(socket);
  }

  /** Looks at all, and closes as many as are needed and idle, those that came first before others; how many. */
  close(most: number, now: number): number {
    let closed = 0;
    for (const [socket, seen] of this.#open) {
      const { bytesRead } = socket;
      if (seen.bytes !== bytesRead) {
        seen.bytes = bytesRead;
        seen.since = now;
      }
      if (closed === most || now - seen.since < (bytesRead === 0 ? SILENT_MS : IDLE_MS)) continue;
      // In a tunnel, too, there is a response: that to the request that has opened it.
      if (peerOf(socket).current !== null) continue;
      this.#open.delete(socket);
      this.#closing.add(socket.destroy());
      closed += 1;
    }
    return closed;
  }
}
