import { constants, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Log } from '../log.ts';

/** Of the room for what lives long: beyond it V8 collects garbage ever more often, and in the end gives up. */
const SHORT_SHARE = 0.85;
/** What V8 counts in its limit for what has just been made (three spaces of 32 MiB): nothing stays there. */
const YOUNG_BYTES = 96 * 1024 * 1024;
/** Without a collection for so long, requests are let in again: the next one says whether that was right. */
const STALE_MS = 2_000;

/**
 * Whether the heap is so full that one more request might end the process: then requests are answered as
 * an overload, and those that run have room to end.
 *
 * Known from what is left after a full collection, which V8 makes the more often the less room there is. What
 * lies in the heap between two of them says nothing, for most of it is garbage. Envoy's overload manager
 * stops accepting requests in the same way.
 */
export class Memory implements Disposable {
  readonly #log: Log;
  readonly #roomBytes: number;
  readonly #observer = new PerformanceObserver((list) => {
    if (list.getEntries().some(isOfAll)) this.#look();
  });
  /** On the monotonic clock; null while there is room. */
  #shortAt: number | null = null;

  constructor(log: Log) {
    this.#log = log;
    this.#roomBytes = getHeapStatistics().heap_size_limit - YOUNG_BYTES;
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Asked for each request. */
  get isShort(): boolean {
    if (this.#shortAt === null) return false;
    if (performance.now() - this.#shortAt > STALE_MS) this.#turn(null);
    return this.#shortAt !== null;
  }

  [Symbol.dispose](): void {
    this.#observer.disconnect();
  }

  #look(): void {
    const { used_heap_size: usedBytes } = getHeapStatistics();
    this.#turn(usedBytes > SHORT_SHARE * this.#roomBytes ? performance.now() : null, usedBytes);
  }

  #turn(shortAt: number | null, usedBytes?: number): void {
    const wasShort = this.#shortAt !== null;
    this.#shortAt = shortAt;
    if (wasShort === (shortAt !== null)) return;
    const fields = { used_bytes: usedBytes, room_bytes: this.#roomBytes };
    if (wasShort) this.#log.info(fields, 'memory is enough again');
    else this.#log.error(fields, 'memory is short');
  }
}

/** Whether a collection was one of the whole heap. */
function isOfAll(entry: PerformanceEntry): boolean {
  // node:perf_hooks has it; the type is the browsers'.
  const { detail } = entry as PerformanceEntry & { readonly detail?: { readonly kind?: number } };
  return detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
