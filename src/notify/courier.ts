import type { Log } from '../log.ts';
import type { OutboxRow } from '../outage/outbox.ts';
import { unforeseen } from '../unforeseen.ts';
import { type Backoff, waitMs } from './backoff.ts';
import type { Notice } from './notice.ts';
import type { Outbox } from './outbox.ts';
import type { Outcome } from './outcome.ts';
import type { Sender } from './sender.ts';

/** What a courier is given. */
export interface CourierDeps {
  readonly target: string;
  readonly outbox: Outbox;
  readonly sender: Sender;
  readonly backoff: Backoff;
  readonly log: Log;
}

/** A timer of Node's cannot wait longer than 24 days, and nobody has to know when it fires. */
const MOST_SLEEP_MS = 60 * 60_000;
/** After an error of ours. */
const PAUSE_MS = 1_000;
/** How long what is under way may take when the program ends. */
const LAST_MS = 1_000;

/**
 * Brings notices to one target, one at a time: those of an incident in their order, and those of another
 * incident meanwhile. One that fails waits for its next attempt, and whoever comes after it in its
 * incident waits as well.
 */
export class Courier implements AsyncDisposable {
  readonly #deps: CourierDeps;
  readonly #running: Promise<void>;
  #isStopped = false;
  #underWay: string | null = null;
  /** On the monotonic clock. */
  #pausedUntil = 0;
  #wake: () => void = () => undefined;

  constructor(deps: CourierDeps) {
    this.#deps = deps;
    this.#running = this.#run();
  }

  /** Until when the target has asked to be left alone, or null. */
  get pausedUntil(): number | null {
    const leftMs = this.#pausedUntil - performance.now();
    return leftMs > 0 ? Math.round(Date.now() + leftMs) : null;
  }

  /** There is more in the outbox than before. */
  nudge(): void {
    this.#wake();
  }

  /** Whether the notice is being sent at this moment, so that it is too late to take it back. */
  isUnderWay(notice: string): boolean {
    return this.#underWay === notice;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#wake();
    const late = setTimeout(() => void this.#deps.sender[Symbol.asyncDispose](), LAST_MS);
    await this.#running;
    clearTimeout(late);
    await this.#deps.sender[Symbol.asyncDispose]();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const failed = (await this.#turn().catch(unforeseen)) === null;
      if (failed) await this.#sleep(PAUSE_MS);
    }
  }

  async #turn(): Promise<void> {
    const next = this.#next();
    const dueMs = next === null ? MOST_SLEEP_MS : this.#leftMs(next);
    const waitMs = Math.max(dueMs, this.#pausedUntil - performance.now());
    if (next === null || waitMs > 0) await this.#sleep(waitMs);
    else await this.#attempt(next);
  }

  /**
   * Of the first that wait of each incident, the one that is due first. What is held until it is certain
   * takes its place in the order when it is due, and keeps nothing else from being told.
   */
  #next(): OutboxRow | null {
    const seen = new Set<string>();
    let next: OutboxRow | null = null;
    for (const row of this.#deps.outbox.waiting(this.#deps.target)) {
      const isHeld = row.attempts === 0 && this.#leftMs(row) > 0;
      if (!isHeld && seen.has(row.incident)) continue;
      if (!isHeld) seen.add(row.incident);
      if (next === null || row.dueAt < next.dueAt) next = row;
    }
    return next;
  }

  /** Until a notice is due. One that could never have been meant to wait so long is due: the clock was set back. */
  #leftMs({ attempts, createdAt, dueAt }: OutboxRow): number {
    const now = Date.now();
    const leftMs = dueAt - now;
    const wasSetBack = attempts === 0 ? createdAt > now : leftMs > this.#deps.backoff.mostMs;
    return wasSetBack ? 0 : leftMs;
  }

  async #attempt(row: OutboxRow): Promise<void> {
    const { outbox, sender, log } = this.#deps;
    this.#underWay = row.notice;
    const thread = {
      memory: outbox.memoryOf(row),
      remember: (memory: string) => outbox.remember(row, memory),
    };
    let outcome: Outcome;
    try {
      outcome = await sender.send(JSON.parse(row.body) as Notice, thread); // Only notices are put in.
    } catch (error) {
      // A fault of ours in one notice must not keep the others from being told.
      log.error({ err: error, target: row.target, notice: row.notice }, 'notice could not be made');
      outcome = { kind: 'failed', problem: 'could not be made', isFinal: true, pauseMs: null };
    }
    this.#underWay = null;
    if (outcome.kind === 'sent') {
      outbox.settle(row, 'sent', null);
      log.info(
        { target: row.target, notice: row.notice, attempts: row.attempts + 1 },
        'notice sent',
      );
    } else if (!this.#isStopped) this.#failed(row, outcome);
  }

  #failed(row: OutboxRow, { problem, isFinal, pauseMs }: Outcome & { kind: 'failed' }): void {
    const { outbox, backoff, log } = this.#deps;
    const { target, notice } = row;
    const now = Date.now();
    if (isFinal || now - row.createdAt >= backoff.giveUpMs) {
      outbox.settle(row, 'dead', problem);
      log.error({ target, notice, problem }, 'notice given up');
      return;
    }
    // What a receiver asks for is spread as well: others were told the same.
    if (pauseMs !== null) {
      this.#pausedUntil = performance.now() + Math.ceil(pauseMs * (1 + Math.random() / 10));
    }
    const dueAt = now + waitMs(row.attempts, Math.random(), backoff);
    outbox.postpone(row, { problem, dueAt });
    log.warn({ target, notice, problem, attempts: row.attempts + 1 }, 'notice not sent');
  }

  async #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(ms, MOST_SLEEP_MS));
    timer.unref();
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
  }
}
