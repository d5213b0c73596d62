/** Beyond this a body is sent once: the memory of many uploads must not be that of their bodies. */
const MOST_BYTES = 64 * 1024;

/**
 * What has been read of a request's body, for as long as the request may have to be sent again: an HTTP/2
 * endpoint that refuses a stream, or goes away before it, has processed nothing (RFC 9113, section 8.7).
 *
 * It keeps the chunks as they came, without copies, and lets go of them when a reply begins or they are too many.
 */
export class BodyMemory {
  readonly chunks: Buffer[] = [];
  /** Something of the body has been read. */
  isBegun = false;
  /** Its end has been read as well. */
  isWhole = false;
  #bytes = 0;
  #isKept = true;

  /** Whether an attempt after this one can send the whole body. */
  get canReplay(): boolean {
    return this.#isKept;
  }

  add(chunk: Buffer): void {
    if (!this.#isKept) return;
    this.#bytes += chunk.length;
    if (this.#bytes > MOST_BYTES) this.forget();
    else this.chunks.push(chunk);
  }

  forget(): void {
    this.#isKept = false;
    this.chunks.length = 0;
  }
}
