import { constants, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Log } from '../log.ts';

/**
 * Of V8's limit: beyond it garbage is collected ever more often, and in the end V8 gives up.
 *
 * The limit has the room for what has just been made in it, in which nothing stays: 3 of 131 parts where Node
 * has chosen it by the machine or the container, and 96 MiB beside a `--max-old-space-size`. Below 550 MiB
 * of that, V8 gives up first, unless `--max-semi-space-size` is set as well.
 */
const SHORT_SHARE = 0.85;
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
  readonly #limitBytes = getHeapStatistics().heap_size_limit;
  readonly #observer = new PerformanceObserver((list) => {
    if (list.getEntries().some(isOfAll)) this.#look();
  });
  /** On the monotonic clock; null while there is room. */
  #shortAt: number | null = null;

  constructor(log: Log) {
    this.#log = log;
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
    this.#turn(usedBytes > SHORT_SHARE * this.#limitBytes ? performance.now() : null, usedBytes);
  }

  #turn(shortAt: number | null, usedBytes?: number): void {
    const wasShort = this.#shortAt !== null;
    this.#shortAt = shortAt;
    if (wasShort === (shortAt !== null)) return;
    const fields = { used_bytes: usedBytes, limit_bytes: this.#limitBytes };
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
