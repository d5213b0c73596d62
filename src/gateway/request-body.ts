import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/**
 * The body of a request on its way upstream, chunk by chunk and with backpressure, without copies.
 *
 * A stream of its own rather than the request itself: undici destroys the body when an attempt
 * fails, and with the request it would destroy the client's connection, on which the answer is
 * still to be sent. Nothing is read before undici asks, so a request that waits or is answered
 * without being forwarded leaves its body where it is.
 */
export class RequestBody extends Readable {
  readonly #request: IncomingMessage;
  readonly #onFirstRead: () => void;
  #isReading = false;

  /** `onFirstRead` is called when the upstream is ready for the body: the moment for 100 (Continue). */
  constructor(request: IncomingMessage, onFirstRead: () => void) {
    super({ highWaterMark: 64 * 1024 });
    this.#request = request;
    this.#onFirstRead = onFirstRead;
  }

  override _read(): void {
    if (this.#isReading) {
      this.#request.resume();
      return;
    }
    this.#isReading = true;
    this.#onFirstRead();
    this.#request.on('data', this.#onChunk);
    this.#request.once('end', this.#onEnd);
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    if (this.#isReading) {
      this.#request.off('data', this.#onChunk);
      this.#request.off('end', this.#onEnd);
      // The answer may come before the body has: the rest of it has no reader, and must not stand in the way.
      this.#request.resume();
    }
    callback(error);
  }

  readonly #onChunk = (chunk: Buffer): void => {
    if (!this.push(chunk)) this.#request.pause();
  };

  readonly #onEnd = (): void => {
    this.push(null);
  };
}
