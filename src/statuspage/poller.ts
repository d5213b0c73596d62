import { Agent } from 'undici';
import type { Log } from '../log.ts';
import { addressOf, type PageAddress } from './address.ts';
import { FollowedIncidents } from './followed-incidents.ts';
import type { Publication, StatusPageState } from './model.ts';
import { nextWaitMs, retryAfterMs } from './pace.ts';
import { type ReadOutcome, readJson } from './read-json.ts';
import { lacksIncidents, readStatuspageV2 } from './statuspage-v2.ts';

const TIMEOUT_MS = 5_000;
/** Two readings are never closer than this, however often a verdict changes. */
const LEAST_APART_MS = 5_000;

/** What the settings say of the status page. */
export interface PollerOptions {
  readonly url: string;
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
  now(): number;
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
  readonly #address: PageAddress;
  // One small document now and then: what HTTP/2 is for is not needed, so its ways to fail are not either.
  readonly #agent = new Agent({
    connect: { timeout: TIMEOUT_MS },
    connections: 1,
    allowH2: false,
  });
  readonly #stop = new AbortController();
  readonly #followed = new FollowedIncidents();
  #state: StatusPageState;
  #reading: Promise<void> | null = null;
  #disarm: (() => void) | null = null;
  #notBefore = 0;
  #failures = 0;
  #problem: string | null = null;
  /** The last document as it was published, with the tag to ask for changes of it. */
  #last: { readonly publication: Publication; readonly etag: string | null } | null = null;

  constructor(options: PollerOptions, deps: PollerDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#clock = deps.clock ?? SYSTEM_CLOCK;
    this.#address = addressOf(options.url);
    this.#state = { kind: 'unread', url: this.#address.page };
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
    this.#arm(Math.max(0, this.#notBefore - this.#clock.now()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#disarm?.();
    this.#disarm = null;
    await this.#reading;
    await this.#agent.destroy();
  }

  #arm(waitMs: number): void {
    if (this.#stop.signal.aborted || this.#reading !== null) return;
    this.#disarm?.();
    this.#disarm = this.#clock.after(waitMs, () => {
      this.#disarm = null;
      this.#reading = this.#readAndArm();
    });
  }

  /** Never rejects: what goes wrong is a state, and the next reading comes in any case. */
  async #readAndArm(): Promise<void> {
    const startedAt = this.#clock.now();
    const outcome = await this.#read(this.#address.document, this.#last?.etag ?? null);
    if (this.#stop.signal.aborted) return; // Cut short by our own shutdown, which says nothing.
    const askedMs = await this.#take(outcome);
    this.#reading = null;
    this.#notBefore = Math.max(startedAt + LEAST_APART_MS, this.#clock.now() + (askedMs ?? 0));
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

  #read(document: URL, etag: string | null): Promise<ReadOutcome> {
    const { version } = this.#deps;
    return readJson(document, {
      dispatcher: this.#agent,
      userAgent: `candor${version === undefined ? '' : `/${version}`} (status page reader)`,
      etag,
      timeoutMs: TIMEOUT_MS,
      stop: this.#stop.signal,
    });
  }

  /** Makes the outcome the state; returns the pause that the page asked for, or null. */
  async #take(outcome: ReadOutcome): Promise<number | null> {
    if (outcome.kind === 'failed') {
      this.#takeFailure(outcome);
      return retryAfterMs(outcome.retryAfter, this.#clock.now());
    }
    const publication = await this.#publicationOf(outcome);
    if (this.#stop.signal.aborted) return null;
    if (publication === null) {
      this.#takeFailure({ problem: 'not_statuspage', detail: 'shape' });
      return null;
    }
    await this.#takePublication(publication);
    return null;
  }

  /** The document as the model, completed from `incidents.json` where it is silent about incidents. */
  async #publicationOf(outcome: ReadOutcome & { kind: 'read' | 'unchanged' }) {
    if (outcome.kind === 'unchanged') return this.#last?.publication ?? null;
    const read = readStatuspageV2(outcome.payload, this.#address.page, this.#clock.now());
    if (read === null) return null;
    const isSilent = lacksIncidents(outcome.payload);
    const history = isSilent ? await this.#readHistory() : null;
    const publication = history === null ? read : { ...read, incidents: history.incidents };
    // Without incidents of its own the document's tag says nothing of theirs.
    this.#last = { publication, etag: isSilent ? null : outcome.etag };
    return publication;
  }

  async #takePublication(publication: Publication): Promise<void> {
    if (this.#followed.take(publication) && this.#address.incidents !== null) {
      this.#followed.settle(publication, await this.#readHistory(), this.#clock.now());
      if (this.#stop.signal.aborted) return;
    }
    if (this.#problem !== null) {
      this.#deps.log.info({ status_page: this.#address.page }, 'status page read again');
    }
    this.#problem = null;
    this.#failures = 0;
    const readAt = this.#clock.now();
    this.#replace({
      kind: 'read',
      url: this.#address.page,
      publication: this.#followed.addTo(publication, readAt, this.#deps.isTroubled()),
      readAt,
    });
  }

  async #readHistory(): Promise<Publication | null> {
    const { incidents, page } = this.#address;
    if (incidents === null) return null;
    const outcome = await this.#read(incidents, null);
    return outcome.kind === 'read'
      ? readStatuspageV2(outcome.payload, page, this.#clock.now())
      : null;
  }

  #takeFailure({ problem, detail }: { problem: string; detail: string }): void {
    this.#failures += 1;
    const seen = `${problem} ${detail}`;
    if (seen !== this.#problem) {
      this.#problem = seen;
      const fields = { status_page: this.#address.page, problem, detail };
      this.#deps.log.warn(fields, 'status page read failed');
    }
    if (this.#state.kind === 'unreachable') return;
    const known = this.#state.kind === 'read' ? this.#state : null;
    this.#replace({
      kind: 'unreachable',
      url: this.#address.page,
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
  after: (waitMs, run) => {
    // A status page is no reason to keep the program alive.
    const timer = setTimeout(run, waitMs).unref();
    return () => clearTimeout(timer);
  },
  chance: () => Math.random(),
};
