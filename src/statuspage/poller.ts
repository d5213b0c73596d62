import type { Log } from '../log.ts';
import { unforeseen } from '../unforeseen.ts';
import type { Publication, StatusPageState } from './model.ts';
import { nextWaitMs, retryAfterMs } from './pace.ts';
import { type PageOptions, PageReader, type PageReading } from './page-reader.ts';

/** Two readings are never closer than this, however often a verdict changes. */
const LEAST_APART_MS = 5_000;

/** What the settings say of the status page. */
export interface PollerOptions extends PageOptions {
  readonly pollMs: number;
}

/** What the poller is given. All of it is called from timers and sockets, never on a request's way. */
export interface PollerDeps {
  readonly log: Log;
  /** Called with each new state. */
  readonly onChange?: (state: StatusPageState) => void;
  /** True while the verdict on any upstream is not `up`: the page is read more often then. */
  readonly isTroubled: () => boolean;
  /** Candor's version, for the `User-Agent`. */
  readonly version?: string;
  readonly clock?: Clock;
}

/** Time and chance, so that a test need not wait for either. */
export interface Clock {
  /** Milliseconds since the epoch. May be set back, or jump. */
  now(): number;
  /** Milliseconds from any point on; never goes back. */
  monotonic(): number;
  /** Calls back once after so many milliseconds; the result takes that back. */
  after(waitMs: number, run: () => void): () => void;
  /** 0 up to 1. */
  chance(): number;
}

/**
 * Reads a status page again and again, for the whole program.
 *
 * One reading at a time, and no failure of the page reaches anybody: `state` becomes `unreachable`
 * with the last good copy in it. Nothing is read before `start`, nor after the disposal, which ends
 * a running reading.
 */
export class StatusPagePoller implements AsyncDisposable {
  readonly #options: PollerOptions;
  readonly #deps: PollerDeps;
  readonly #clock: Clock;
  readonly #reader: PageReader;
  #state: StatusPageState;
  #reading: Promise<void> | null = null;
  #disarm: (() => void) | null = null;
  /** On the monotonic clock: a wall clock that is set back must not keep the page unread. */
  #notBefore = 0;
  #failures = 0;
  #problem: string | null = null;
  /** Where the page was read last. */
  #document: string | null = null;

  constructor(options: PollerOptions, deps: PollerDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#clock = deps.clock ?? SYSTEM_CLOCK;
    const { version } = deps;
    this.#reader = new PageReader(options, { version, now: () => this.#clock.now() });
    this.#state = { kind: 'unread', url: this.#reader.page };
  }

  /** What is known right now; another object whenever anything in it is another. */
  get state(): StatusPageState {
    return this.#state;
  }

  /** Reads at once, and then for ever. */
  start(): void {
    this.#arm(0);
  }

  /**
   * Reads soon, since something has changed behind the gateway: when a verdict does, call this.
   *
   * A page that was read within five seconds, or that asked for a pause, is left in peace until then.
   */
  refresh(): void {
    if (this.#disarm === null) return; // Not started, or reading already.
    this.#arm(Math.max(0, this.#notBefore - this.#clock.monotonic()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disarm?.();
    this.#disarm = null;
    const stopped = this.#reader[Symbol.asyncDispose]();
    await this.#reading;
    await stopped;
  }

  #arm(waitMs: number): void {
    if (this.#reader.isStopped || this.#reading !== null) return;
    this.#disarm?.();
    this.#disarm = this.#clock.after(waitMs, () => {
      this.#disarm = null;
      this.#reading = this.#readAndArm();
    });
  }

  /** Never rejects: what goes wrong is a state, and the next reading comes in any case. */
  async #readAndArm(): Promise<void> {
    const startedAt = this.#clock.monotonic();
    const reading = await this.#reader.read(this.#deps.isTroubled()).catch(unforeseen);
    if (this.#reader.isStopped) return; // Cut short by our own shutdown, which says nothing.
    const askedMs = reading === null ? null : this.#take(reading);
    this.#reading = null;
    this.#notBefore = Math.max(
      startedAt + LEAST_APART_MS,
      this.#clock.monotonic() + (askedMs ?? 0),
    );
    this.#arm(
      nextWaitMs({
        pollMs: this.#options.pollMs,
        isTroubled: this.#deps.isTroubled(),
        failures: this.#failures,
        askedMs,
        chance: this.#clock.chance(),
      }),
    );
  }

  /** Makes the reading the state; returns the pause that the page asked for, or null. */
  #take(reading: PageReading): number | null {
    if (reading.kind === 'failed') {
      this.#takeFailure(reading);
      return retryAfterMs(reading.retryAfter, this.#clock.now());
    }
    this.#takePublication(reading.publication, reading.document);
    return null;
  }

  #takePublication(publication: Publication, document: string): void {
    const fields = { status_page: this.#reader.page, document, format: publication.source };
    if (document !== this.#document) this.#deps.log.info(fields, 'status page found');
    else if (this.#problem !== null) this.#deps.log.info(fields, 'status page read again');
    this.#document = document;
    this.#problem = null;
    this.#failures = 0;
    this.#replace({
      kind: 'read',
      url: this.#reader.page,
      publication,
      readAt: this.#clock.now(),
    });
  }

  #takeFailure({ problem, detail }: { problem: string; detail: string }): void {
    this.#failures += 1;
    const seen = `${problem} ${detail}`;
    if (seen !== this.#problem) {
      this.#problem = seen;
      const fields = { status_page: this.#reader.page, problem, detail };
      this.#deps.log.warn(fields, 'status page read failed');
    }
    if (this.#state.kind === 'unreachable') return;
    const known = this.#state.kind === 'read' ? this.#state : null;
    this.#replace({
      kind: 'unreachable',
      url: this.#reader.page,
      publication: known?.publication ?? null,
      readAt: known?.readAt ?? null,
    });
  }

  #replace(state: StatusPageState): void {
    this.#state = state;
    try {
      this.#deps.onChange?.(state);
    } catch (err) {
      // Whoever listens has a fault; the page is still to be read the next time.
      this.#deps.log.error({ err }, 'status page listener failed');
    }
  }
}

const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (waitMs, run) => {
    // A status page is no reason to keep the program alive.
    const timer = setTimeout(run, waitMs).unref();
    return () => clearTimeout(timer);
  },
  chance: () => Math.random(),
};
