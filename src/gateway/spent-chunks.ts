/** Below this the collector is as cheap. */
const LONG_BYTES = 16 * 1024;

/**
 * Chunks of a body that are on their way, whose memory is given back as soon as they have left.
 *
 * node:http copies each part of a body into a buffer of its own, which the collector does not hurry to
 * free: an upload of any length let the memory grow by 74 MiB, and V8, which counts such memory, marked the
 * whole heap each time. What is freed at once is also what the next part is copied into, while it is still
 * in the processor's cache.
 */
export class SpentChunks {
  #chunks: ArrayBuffer[] = [];

  /** `chunk` must be nobody else's. */
  add({ buffer, length }: Buffer): void {
    // A smaller view is one of several on a buffer that node:buffer or node:http2 shares out.
    const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === length;
    if (isWhole && length >= LONG_BYTES) this.#chunks.push(buffer);
  }

  /** They have left, all of them: nobody may look at them any more. */
  free(): void {
    for (const chunk of this.#chunks) chunk.transfer(0);
    this.#chunks.length = 0;
  }
}
