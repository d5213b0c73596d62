import type { Socket } from 'node:net';
import { peerOf } from './peer.ts';

/** A client that has sent nothing for so long since it came has nothing to say, or is very far away. */
const SILENT_MS = 2_000;

/** What is known of a connection. */
interface Seen {
  readonly arrivedAt: number;
  /** What it had sent when it was last looked at. */
  bytes: number;
}

/**
 * The clients' connections that could be closed to make room for others: on which no request is handled, and
 * nothing has come since the last look, be it the next request or the rest of one. Looking costs requests nothing.
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
  add(socket: Socket, arrivedAt: number): void {
    this.#open.set(socket, { arrivedAt, bytes: -1 });
  }

  remove(socket: Socket): void {
    this.#open.delete(socket);
    this.#closing.delete(socket);
  }

  /** Closes as many as are needed and idle, those that came first before others; the number that was closed. */
  close(most: number, now: number): number {
    let closed = 0;
    for (const [socket, seen] of this.#open) {
      const { bytesRead } = socket;
      const isUnchanged = seen.bytes === bytesRead;
      seen.bytes = bytesRead;
      if (closed === most || !isUnchanged) continue;
      // In a tunnel, too, there is a response: that to the request that has opened it.
      if (peerOf(socket).current !== null) continue;
      if (bytesRead === 0 && now - seen.arrivedAt < SILENT_MS) continue;
      this.#open.delete(socket);
      this.#closing.add(socket.destroy());
      closed += 1;
    }
    return closed;
  }
}
