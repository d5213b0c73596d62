import type { Clock } from '../../src/upstream/clock.ts';
import { EventQueue, type Happening } from './event-queue.ts';

/** Any moment will do; a round one is easy to read in a counterexample. */
const EPOCH = Date.UTC(2030, 0, 1);

/**
 * The time of one world, and all that is to happen in it.
 *
 * Requests and faults happen one after the other without a promise between them. Only where the core may
 * have been woken (a timer of its own, a change of what is believed) does time stand still until all
 * promises that can settle have settled: that is what a simulated second costs.
 */
export class WorldClock implements Clock {
  #time = 0;
  #wallOffset = EPOCH;
  /** Timers of the core that are set, and neither fired nor cancelled. */
  #pending = 0;
  #isCoreAwake = false;
  readonly #queue = new EventQueue();

  now(): number {
    return this.#wallOffset + Math.floor(this.#time);
  }

  monotonic(): number {
    return this.#time;
  }

  get pending(): number {
    return this.#pending;
  }

  /** As `setTimeout` counts: whole milliseconds, one at least. */
  after(delayMs: number, call: () => void): () => void {
    let isSet = true;
    this.#pending += 1;
    const end = () => {
      if (isSet) this.#pending -= 1;
      isSet = false;
    };
    const happen = () => {
      if (!isSet) return;
      end();
      this.#isCoreAwake = true;
      call();
    };
    this.#queue.put(this.#time + Math.max(1, Math.trunc(delayMs)), { happen });
    return end;
  }

  /** The world's own: has it happen then. */
  at(dueAt: number, event: Happening): void {
    this.#queue.put(dueAt, event);
  }

  /** Sets the wall clock forth or back. No timer notices. */
  jump(ms: number): void {
    this.#wallOffset += ms;
  }

  /** Something has settled a promise of the core outside of its timers. */
  wakeCore(): void {
    this.#isCoreAwake = true;
  }

  /** Lets time pass, with all that happens meanwhile; `arrivals` are the one thing that is not in the queue. */
  async runUntil(endAt: number, arrivals: { nextAt: number } & Happening): Promise<void> {
    await settled();
    for (;;) {
      const { nextAt } = this.#queue;
      const at = Math.min(nextAt, arrivals.nextAt);
      if (at > endAt) break;
      this.#time = at;
      if (arrivals.nextAt < nextAt) arrivals.happen(at);
      else this.#queue.take()?.happen(at);
      if (!this.#isCoreAwake) continue;
      this.#isCoreAwake = false;
      await settled();
    }
    this.#time = endAt;
  }
}

/** Ticks come after all microtasks, however long the chains of promises are, and cost half of an immediate. */
function settled(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  queueMicrotask(() => process.nextTick(resolve));
  return promise;
}
