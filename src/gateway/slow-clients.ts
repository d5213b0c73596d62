import type { Socket } from 'node:net';
import type { Limits } from '../config/settings.ts';
import type { ClientResponse } from './client-message.ts';
import { type Counts, countUp } from './counts.ts';
import { Http2Response } from './http2-response.ts';
import type { Peer, Upload } from './peer.ts';
import { BODY_TOO_SLOW } from './refusal.ts';
import { cutOff } from './relay.ts';
import { Roll } from './roll.ts';

/** Clients are looked at so often, or four times in the shortest of the time-outs. */
const SWEEP_MS = 1_000;

/** How long nothing may come from a client before TCP asks whether it is still there. */
const PROBED_AFTER_MS = 60_000;

/** What the sweep needs of the gateway. */
interface SlowClientsDeps {
  /** Those that hold at this moment. */
  limits(): Limits;
  readonly counts: Counts;
}

/** A body that its upstream waits for, as it was when the time that is measured began. */
interface Owed {
  readonly upload: Upload;
  readonly bytes: number;
  readonly since: number;
}

/** A response that its client does not take, and since when. */
interface Untaken {
  readonly response: ClientResponse;
  readonly taken: number;
  readonly since: number;
}

/**
 * Ends what clients do too slowly: a body that drips in is answered 408, a client that reads nothing of
 * what it is sent is cut off. Only the client's own slowness counts: not that of an upstream that does not
 * read the body, or does not send the reply.
 *
 * A client that vanished without a word is noticed as well, however quiet its event stream is: by TCP.
 *
 * One look at all of them now and then. A time-out for each request would be paid for by those that are not
 * slow; this costs a request nothing, and ten thousand idle connections less than a tenth of a millisecond a second.
 */
export class SlowClients {
  readonly #deps: SlowClientsDeps;
  readonly #watched = new Roll<Peer>();
  readonly #owed = new Map<Peer, Owed>();
  readonly #untaken = new Map<Peer, Untaken>();
  #timer: NodeJS.Timeout | null = null;
  /** Goes on by two sweeps at most from one to the next: a program that stood still has no slow clients. */
  #nowMs = 0;
  #sweptAt = 0;

  constructor(deps: SlowClientsDeps) {
    this.#deps = deps;
  }

  /** Looks at a client until it is forgotten. */
  watch(peer: Peer): void {
    this.#watched.add(peer);
    if (this.#timer === null) this.#sweepSoon();
  }

  /** A connection, or a stream, has ended. */
  forget(peer: Peer): void {
    this.#watched.delete(peer);
    this.#owed.delete(peer);
    this.#untaken.delete(peer);
    if (this.#watched.size > 0 || this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  #sweepSoon(): void {
    const { bodyTimeoutMs, sendTimeoutMs } = this.#deps.limits();
    const everyMs = Math.min(SWEEP_MS, bodyTimeoutMs / 4, sendTimeoutMs / 4);
    this.#sweptAt = performance.now();
    this.#timer = setTimeout(() => {
      this.#nowMs += Math.min(performance.now() - this.#sweptAt, 2 * everyMs);
      this.#sweep(this.#nowMs);
    }, everyMs).unref();
  }

  #sweep(now: number): void {
    this.#sweepSoon();
    const limits = this.#deps.limits();
    for (const peer of this.#watched) {
      if (peer.unprobed !== null) probe(peer);
      const { current } = peer;
      if (current === null) continue;
      this.#lookAtBody(peer, now, limits);
      this.#lookAtResponse(
        peer,
        { response: current, taken: takenOf(current), since: now },
        limits,
      );
    }
  }

  #lookAtBody(peer: Peer, now: number, { bodyRate, bodyTimeoutMs }: Limits): void {
    const upload = peer.passage?.upload ?? null;
    if (upload === null || !upload.isAwaited) {
      this.#owed.delete(peer);
      return;
    }
    const { bytes } = upload;
    const before = this.#owed.get(peer);
    const isKnown = before !== undefined && before.upload === upload;
    if (isKnown && now - before.since < bodyTimeoutMs) return;
    const leastBytes = isKnown ? (bodyRate * (now - before.since)) / 1_000 : 0;
    if (isKnown && bytes - before.bytes < leastBytes) peer.passage?.cutShort(BODY_TOO_SLOW);
    else this.#owed.set(peer, { upload, bytes, since: now });
  }

  #lookAtResponse(peer: Peer, seen: Untaken, { sendTimeoutMs }: Limits): void {
    const { response, taken, since } = seen;
    if (response.writableLength === 0) {
      this.#untaken.delete(peer);
      return;
    }
    const before = this.#untaken.get(peer);
    if (before === undefined || before.response !== response || before.taken !== taken) {
      this.#untaken.set(peer, seen);
    } else if (since - before.since >= sendTimeoutMs) {
      countUp(this.#deps.counts.limited, 'send_timeout');
      // With a reset, which frees what the system holds for the client as well.
      if (response.socket === null) response.destroy();
      else cutOff(response.socket);
    }
  }
}

/**
 * Has TCP look after a connection that has lasted to the first sweep (RFC 9293, section 3.8.4). It takes four system
 * calls, a tenth of what it costs to accept one, relay a request and close it; most do not last.
 */
function probe(peer: Peer): void {
  peer.unprobed?.setKeepAlive(true, PROBED_AFTER_MS);
  peer.unprobed = null;
}

/** A connection as node:net knows it: how many bytes of the write under way the system has not taken yet. */
interface QueuedSocket extends Socket {
  readonly _handle?: { readonly writeQueueSize?: number } | null;
}

/** How much of what was written has gone to the client's side: where it stays the same nothing was read. */
function takenOf(response: ClientResponse): number {
  if (response instanceof Http2Response) return response.bytesTaken;
  const socket: QueuedSocket | null = response.socket;
  if (socket === null) return 0;
  const queued = socket._handle?.writeQueueSize ?? 0;
  return socket.bytesWritten - socket.writableLength - queued;
}
