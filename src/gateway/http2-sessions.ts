import { performServerHandshake, type ServerHttp2Session, type ServerOptions } from 'node:http2';
import type { Socket } from 'node:net';
import type { Limits } from '../config/settings.ts';
import type { Counts } from './counts.ts';
import type { Serve } from './http1-server.ts';
import { Http2Request } from './http2-request.ts';
import { Http2Response } from './http2-response.ts';
import { type Peer, streamPeer } from './peer.ts';
import { HEAD_TOO_LARGE, type Refusal } from './refusal.ts';
import { cutOff } from './relay.ts';
import { refuse } from './respond.ts';
import type { SlowClients } from './slow-clients.ts';

/** What HTTP/2 connections need of their listener. */
export interface SessionDeps {
  /** Those that hold at this moment. */
  limits(): Limits;
  readonly counts: Counts;
  readonly slow: SlowClients;
  readonly serve: Serve;
}

/** A request whose head has come. */
interface Begun {
  readonly response: Http2Response;
  readonly session: ServerHttp2Session;
  readonly connection: Peer;
  readonly peer: Peer;
  readonly limits: Limits;
}

/** The HTTP/2 connections of one listener. */
export class Http2Sessions {
  readonly #deps: SessionDeps;
  readonly #open = new Map<ServerHttp2Session, Idleness>();
  /** Streams of this turn of the loop. */
  readonly #begun: Begun[] = [];
  #isClosed = false;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  /** Speaks HTTP/2 on a connection that was accepted: each stream is a request of its own. */
  start(socket: Socket, connection: Peer): void {
    if (socket.destroyed) return; // The client has left within its handshake.
    // A client that finishes sending has left: there is no half-open HTTP/2 connection.
    socket.allowHalfOpen = false;
    const limits = this.#deps.limits();
    const session = performServerHandshake(socket, optionsOf(limits));
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    const idle = new Idleness(session, socket, limits);
    this.#open.set(session, idle);
    session.on('error', () => session.destroy()); // The client's fault, or its end: it has been told.
    session.once('close', () => {
      this.#open.delete(session);
      idle.end();
    });
    session.on('stream', (stream, headers, flags, raw) => {
      stream.on('error', () => undefined); // A reset: `close` follows.
      const peer = streamPeer(connection);
      this.#deps.slow.watch(peer);
      idle.begin();
      stream.once('close', () => {
        this.#deps.slow.forget(peer);
        idle.ended();
      });
      const hasBody = (flags & END_STREAM) === 0;
      // node:http2 hands the fields on as they came as well, which its types leave out.
      const request = new Http2Request(stream, {
        raw: raw as unknown as string[],
        headers,
        hasBody,
      });
      const response = new Http2Response(stream, request);
      if (this.#begun.push({ response, session, connection, peer, limits }) === 1) {
        setImmediate(() => this.#serveBegun());
      }
    });
  }

  /** Takes no more requests on any of them; they close when those under way have ended. */
  close(): void {
    this.#isClosed = true;
    for (const session of this.#open.keys()) session.close();
  }

  /** Closes those on which nothing is asked. */
  closeIdle(): void {
    for (const [session, idle] of this.#open) if (idle.hasNoStreams) session.close();
  }

  /** Cuts off all that are open. */
  cut(): void {
    for (const idle of this.#open.values()) idle.cut();
  }

  /**
   * Serves what came in this turn. Not at once: a stream that its client resets in the bytes right behind
   * it, as a flood of them does (CVE-2023-44487), costs no upstream anything, and together they take 0.85 of the CPU.
   */
  #serveBegun(): void {
    for (const { response, session, connection, peer, limits } of this.#begun.splice(0)) {
      if (response.destroyed) continue;
      const fault = faultOf(response.req, limits);
      if (fault === null) this.#deps.serve(response, peer);
      else this.#refuse(response, fault);
      if (this.#isClosed || connection.isSurplus) session.close();
    }
  }

  #refuse(response: Http2Response, fault: Refusal): void {
    this.#deps.counts.refusedBy(fault);
    refuse(response, fault);
  }
}

/**
 * Closes a connection on which nothing is asked for too long, and cuts it off where the client does not
 * read that either: its last bytes would wait for it for ever.
 */
class Idleness {
  readonly #session: ServerHttp2Session;
  readonly #socket: Socket;
  readonly #limits: Limits;
  #timer: NodeJS.Timeout;
  #hasBegun = false;
  #streams = 0;

  constructor(session: ServerHttp2Session, socket: Socket, limits: Limits) {
    this.#session = session;
    this.#socket = socket;
    this.#limits = limits;
    this.#timer = this.#closeAfter(limits.headTimeoutMs);
  }

  get hasNoStreams(): boolean {
    return this.#streams === 0;
  }

  begin(): void {
    this.#streams += 1;
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    clearTimeout(this.#timer);
    this.#timer = this.#closeAfter(this.#limits.keepAliveMs);
  }

  ended(): void {
    this.#streams -= 1;
    if (this.#streams === 0 && !this.#session.destroyed) this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /** The connection as well: a session that is destroyed waits for its last bytes to be written, which may be never. */
  cut(): void {
    this.#session.destroy();
    this.#socket.destroy();
  }

  #closeAfter(idleMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      if (this.#streams > 0) return;
      this.#session.close();
      const cut = setTimeout(() => cutOff(this.#socket), this.#limits.sendTimeoutMs);
      this.#socket.once('close', () => clearTimeout(cut));
    }, idleMs);
  }
}

/** Flag of a HEADERS frame: there is no body (RFC 9113, section 6.2). */
const END_STREAM = 0x1;

/** As many field lines as node:http takes in one head. */
const MOST_FIELDS = 2_000;

/**
 * What may be under way to the gateway on one connection. A stream has the 64 KiB of RFC 9113, for that is
 * what a body takes of memory before its upstream reads it; together they must not slow one another down.
 */
const CONNECTION_WINDOW_BYTES = 1024 * 1024;

/** So many seconds after a flood of resets a client may reset as many again: the ratio of nghttp2. */
const RESETS_REGAINED_S = 30;

/** What a stream may hold of a reply that its client is slow to read: a few pieces as they come. */
const MIB_OF_STREAM = 0.25;

function optionsOf({ headerBytes, streams, streamResets }: Limits): ServerOptions {
  return {
    settings: {
      maxConcurrentStreams: streams,
      // More than is allowed, so that a head that is somewhat longer is answered, and not just reset.
      maxHeaderListSize: headerBytes * 4,
      enablePush: false,
    },
    maxHeaderListPairs: MOST_FIELDS,
    maxSessionMemory: Math.max(10, Math.ceil(streams * MIB_OF_STREAM)),
    maxSessionInvalidFrames: 100,
    streamResetBurst: streamResets,
    streamResetRate: Math.ceil(streamResets / RESETS_REGAINED_S),
    // What an upstream sends twice is passed on twice, as in HTTP/1.1.
    strictSingleValueFields: false,
  };
}

const CONNECT_REFUSED: Refusal = { status: 405, detail: 'CONNECT is not offered here.' };

function faultOf({ method, bytes }: Http2Request, { headerBytes }: Limits): Refusal | null {
  if (bytes > headerBytes) return HEAD_TOO_LARGE;
  return method === 'CONNECT' ? CONNECT_REFUSED : null;
}
