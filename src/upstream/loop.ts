import { unforeseen } from '../unforeseen.ts';
import type { Clock } from './clock.ts';

/** What a loop does: a turn, then a pause whose length is asked for after each turn. */
export interface LoopWork {
  /** What it rejects with costs this turn, and is told as unforeseen. */
  readonly turn: () => Promise<void>;
  readonly pauseMs: () => number;
  readonly clock: Clock;
  /**
   * Pauses of 600 ms and more end at multiples of this, so that what hundreds of loops do is done
   * together: ten probes that leave at once take half of the CPU time of ten that wake the process one
   * by one.
   */
  readonly gridMs: number;
}

const LONG_PAUSE_MS = 600;

/** Does its work again and again until `stop` aborts. The pause holds no process open. */
export class Loop {
  /** Settles when the last turn is over. */
  readonly done: Promise<void>;
  readonly #work: LoopWork;
  readonly #stop: AbortSignal;
  /** When the next turn is to begin at the latest, by the monotonic clock; none was asked for: infinity. */
  #dueAt = Number.POSITIVE_INFINITY;
  /** Null while a turn runs. */
  #cancel: (() => void) | null = null;
  #endPause: () => void = () => undefined;

  constructor(work: LoopWork, stop: AbortSignal) {
    this.#work = work;
    this.#stop = stop;
    stop.addEventListener('abort', () => this.#endPause(), { once: true });
    this.done = this.#run();
  }

  /** Begins the next turn within so many milliseconds, or as soon as the one that runs is over. */
  wakeWithin(limitMs: number): void {
    const dueAt = this.#work.clock.monotonic() + limitMs;
    if (dueAt >= this.#dueAt) return;
    this.#dueAt = dueAt;
    if (this.#cancel !== null) this.#arm(limitMs);
  }

  async #run(): Promise<void> {
    while (!this.#stop.aborted) {
      this.#dueAt = Number.POSITIVE_INFINITY;
      // A loop that ended would leave the gateway blind, and nobody would see it.
      await this.#work.turn().catch(unforeseen);
      if (!this.#stop.aborted) await this.#pause();
    }
  }

  #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const now = this.#work.clock.monotonic();
    this.#dueAt = Math.min(this.#dueAt, endOfPause(now, this.#work));
    this.#endPause = () => {
      this.#cancel?.();
      this.#cancel = null;
      resolve();
    };
    this.#arm(this.#dueAt - now);
    return promise;
  }

  #arm(delayMs: number): void {
    this.#cancel?.();
    this.#cancel = this.#work.clock.after(Math.max(0, delayMs), () => this.#endPause());
  }
}

function endOfPause(now: number, { pauseMs, gridMs }: LoopWork): number {
  const until = now + pauseMs();
  return until - now < LONG_PAUSE_MS ? until : Math.round(until / gridMs) * gridMs;
}
