import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientResponse } from './client-message.ts';
import { closeFrame, FrameTracker } from './frame-tracker.ts';
import { endAfterReading } from './linger.ts';
import { cutOff } from './relay.ts';

/** A client's connection and an upstream's, joined after a switch of protocols. */
export interface Tunnel {
  readonly upstreamSocket: Socket;
  /** Ends both at once; a WebSocket client is told to come back, where that can be said. */
  cut(farewell: Farewell): void;
}

/** What a WebSocket client is told when its tunnel is ended by us (RFC 6455, section 7.4.1, and the registry that it founds). */
interface Farewell {
  readonly code: number;
  readonly reason: string;
}

/** The gateway ends: Service Restart. */
export const RESTART: Farewell = { code: 1012, reason: 'restart' };
/** Nothing has moved for too long: Going Away. */
export const IDLE: Farewell = { code: 1001, reason: 'idle' };

/** What the upstream has switched to, and the connection on which it did. */
export interface Switched {
  readonly fields: readonly string[];
  readonly upstreamSocket: Socket;
  /**
   * Where it is a WebSocket: asked when the upstream's side has ended without a Close frame, for what the
   * client is to be told; null where nothing but that is known. Must not reject.
   */
  readonly reasonOfEnd: (() => Promise<string | null>) | null;
}

/** Of the same registry: Try Again Later. */
const TRY_AGAIN_LATER = 1013;

/**
 * Joins a client's connection and an upstream's that has switched protocols, until either ends. Null
 * where the client has left in the moment of the switch, or cannot switch.
 *
 * The 101 is passed on field by field as it came. Bytes flow both ways with backpressure; when one
 * side is cut off, so is the other, and when one side only finishes sending, the other may go on. A
 * WebSocket whose upstream breaks off in an outage ends with a Close frame that says so.
 */
export function openTunnel(response: ClientResponse, switched: Switched): Tunnel | null {
  const { fields, upstreamSocket, reasonOfEnd } = switched;
  const clientSocket = response.socket;
  if (clientSocket === null || !(response instanceof ServerResponse)) {
    upstreamSocket.destroy();
    return null;
  }
  response.detachSocket(clientSocket);

  let head = 'HTTP/1.1 101 Switching Protocols\r\n';
  for (let index = 0; index < fields.length; index += 2) {
    head += `${fields[index]}: ${fields[index + 1]}\r\n`;
  }
  clientSocket.write(`${head}\r\n`, 'latin1');
  pass(clientSocket, upstreamSocket);
  if (reasonOfEnd === null) {
    pass(upstreamSocket, clientSocket);
    return { upstreamSocket, cut: () => void upstreamSocket.destroy() };
  }
  return new FramePassage(upstreamSocket, clientSocket, reasonOfEnd);
}

/** One direction of a tunnel. */
function pass(from: Socket, to: Socket): void {
  from.pipe(to);
  // A reset on one side is a reset of both; it says nothing that a log needs to hold.
  from.on('error', () => cutOff(to));
  // What is closed in order has been passed on whole; the other side may still have to send it.
  from.once('close', () => {
    if (from.readableEnded) to.destroySoon();
    else to.destroy();
  });
}

/** The direction of a WebSocket that leads to the client: where its frames end is known. */
class FramePassage implements Tunnel {
  readonly upstreamSocket: Socket;
  readonly #client: Socket;
  readonly #reasonOfEnd: () => Promise<string | null>;
  readonly #frames = new FrameTracker();
  #isEnding = false;

  constructor(upstreamSocket: Socket, client: Socket, reasonOfEnd: () => Promise<string | null>) {
    this.upstreamSocket = upstreamSocket;
    this.#client = client;
    this.#reasonOfEnd = reasonOfEnd;
    upstreamSocket.on('data', (chunk: Buffer) => this.#frames.push(chunk));
    upstreamSocket.pipe(client, { end: false });
    upstreamSocket.once('end', () => this.#onEnd('finished'));
    upstreamSocket.on('error', () => this.#onEnd('reset'));
    upstreamSocket.once('close', () => this.#onEnd('closed'));
  }

  cut({ code, reason }: Farewell): void {
    if (!this.#isEnding && this.#isUnclosed && this.#frames.isAtBoundary) {
      this.#isEnding = true;
      this.#client.write(closeFrame(code, reason));
      this.#client.destroySoon();
    }
    this.upstreamSocket.destroy();
  }

  #onEnd(how: 'finished' | 'reset' | 'closed'): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (this.#isUnclosed) void this.#sayWhy(how);
    else this.#passOn(how);
  }

  /** Neither side has said, or shown, that it is through. */
  get #isUnclosed(): boolean {
    const hasClientLeft = this.#client.destroyed || this.#client.readableEnded;
    return !this.#frames.hasClosed && !hasClientLeft;
  }

  async #sayWhy(how: 'finished' | 'reset' | 'closed'): Promise<void> {
    const reason = await this.#reasonOfEnd();
    if (reason === null) this.#passOn(how);
    else if (!this.#frames.isAtBoundary) cutOff(this.#client);
    else endAfterReading(this.#client, closeFrame(TRY_AGAIN_LATER, reason));
  }

  /** Has the client see what the gateway has seen. */
  #passOn(how: 'finished' | 'reset' | 'closed'): void {
    if (how === 'reset') return cutOff(this.#client);
    if (how === 'closed') return void this.#client.destroy();
    this.#client.end();
    if (this.upstreamSocket.destroyed) this.#client.destroySoon();
    else this.upstreamSocket.once('close', () => this.#client.destroySoon());
  }
}
