import { Readable } from 'node:stream';
import type { BodyMemory } from './body-memory.ts';
import type { ClientRequest } from './client-message.ts';
import { SpentChunks } from './spent-chunks.ts';

/** How a body passes. */
interface Passing {
  /** What was read of it before, and is read, for the next attempt; null where there is none. */
  readonly memory: BodyMemory | null;
  readonly mostBytes: number;
  /** The upstream is ready for the body: the moment for 100 (Continue). */
  onFirstRead(): void;
  /** Whether all that was read of it is with the system, for the endpoint. */
  hasLeft(): boolean;
  /** More has come than `mostBytes`. What has called must end the body. */
  onTooLong(): void;
}

/**
 * The body of a request on its way upstream, chunk by chunk and with backpressure, without copies.
 *
 * A stream of its own rather than the request itself: undici destroys the body when an attempt
 * fails, and with the request it would destroy the client's connection, on which the answer is
 * still to be sent. Nothing is read before the upstream asks, so a request that waits or is answered
 * without being forwarded leaves its body where it is. With a memory the next attempt begins with what
 * this one has read.
 */
export class RequestBody extends Readable {
  readonly #request: ClientRequest;
  readonly #memory: BodyMemory | null;
  readonly #passing: Passing;
  #isReading = false;
  #isPaused = false;
  /** Null where somebody else may look at the chunks. */
  readonly #spent: SpentChunks | null;
  /** How much of it has come. */
  bytes = 0;

  constructor(request: ClientRequest, passing: Passing) {
    super({ highWaterMark: 64 * 1024 });
    this.#request = request;
    this.#memory = passing.memory;
    this.#passing = passing;
    // A stream's chunks may be parts of one buffer; a memory keeps them.
    const isOwn = passing.memory === null && request.socket !== null;
    this.#spent = isOwn ? new SpentChunks() : null;
  }

  /** The upstream has read what there was, and waits for the client. */
  get isAwaited(): boolean {
    return this.#isReading && !this.#isPaused && !this.destroyed && !this.#request.complete;
  }

  /** The client has not waited to be told to send it. */
  get hasCome(): boolean {
    return this.#request.complete || this.#request.readableLength > 0;
  }

  /** Who sends trailers says so (RFC 9110, section 6.6.2); a message that says its length has none. */
  get mayHaveTrailers(): boolean {
    const { headers } = this.#request;
    return headers.trailer !== undefined && headers['content-length'] === undefined;
  }

  /** name, value, name, value; complete once the body has ended. */
  get rawTrailers(): readonly string[] {
    return this.#request.rawTrailers;
  }

  override _read(): void {
    this.#isPaused = false;
    if (this.#isReading) {
      this.#request.resume();
      return;
    }
    this.#isReading = true;
    if (this.#memory?.isBegun === true) this.#replay(this.#memory);
    else this.#passing.onFirstRead();
    if (this.#memory !== null) this.#memory.isBegun = true;
    if (this.#memory?.isWhole === true) return;
    this.#request.on('data', this.#onChunk);
    this.#request.once('end', this.#onEnd);
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    if (this.#isReading) {
      this.#request.off('data', this.#onChunk);
      this.#request.off('end', this.#onEnd);
      // The answer may come before the body has: the rest of it has no reader, and must not stand in the way.
      if (this.#memory?.canReplay !== true) this.#request.resume();
      else this.#request.pause(); // The next attempt reads on, or whoever ends the request's way.
    }
    callback(error);
  }

  #replay({ chunks, isWhole }: BodyMemory): void {
    for (const chunk of chunks) {
      this.bytes += chunk.length;
      this.push(chunk);
    }
    if (isWhole) this.push(null);
    else this.#request.resume();
  }

  readonly #onChunk = (chunk: Buffer): void => {
    this.bytes += chunk.length;
    if (this.bytes > this.#passing.mostBytes) return this.#passing.onTooLong();
    this.#memory?.add(chunk);
    if (this.readableLength === 0 && this.#passing.hasLeft()) this.#spent?.free();
    this.#spent?.add(chunk);
    if (this.push(chunk)) return;
    this.#isPaused = true;
    this.#request.pause();
  };

  readonly #onEnd = (): void => {
    if (this.#memory !== null) this.#memory.isWhole = true;
    this.push(null);
  };
}
