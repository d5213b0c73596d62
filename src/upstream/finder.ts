import type { Log } from '../log.ts';
import type { Source } from './discovery.ts';
import type { Endpoint } from './endpoint.ts';
import type { EndpointSet } from './endpoint-set.ts';
import { Loop } from './loop.ts';

/** What operators see of discovery. */
export interface DiscoveryState {
  /** How many endpoints are known. */
  readonly count: number;
  /** When discovery last said how many there are; null before its first answer. */
  readonly lastAnswerAt: number | null;
  /** The resolver's code while it cannot say, and the last known endpoints are kept. */
  readonly error: string | null;
}

export interface FinderDeps {
  readonly upstream: string;
  readonly endpoints: EndpointSet;
  readonly everyMs: number;
  readonly source: Source;
  readonly log: Log;
  /** Whether answers are urgent: the upstream is in trouble. */
  readonly isUrgent: () => boolean;
  readonly onFound: (found: Found) => void;
}

export interface Found {
  readonly at: number;
  readonly error: string | null;
  readonly added: readonly Endpoint[];
  readonly removed: readonly Endpoint[];
}

/** Two empty answers are evidence from 500 ms on; a timer may fire a little early. */
const URGENT_PAUSE_MS = 510;
const CHECK_LIMIT_MS = 1_000;

/** Asks discovery again and again, and keeps the endpoints as it lists them. */
export class Finder {
  #state: DiscoveryState = { count: 0, lastAnswerAt: null, error: null };
  #loop: Loop | null = null;
  #isAsking = false;
  #checking: Promise<void> | null = null;
  readonly #deps: FinderDeps;

  constructor(deps: FinderDeps) {
    this.#deps = deps;
  }

  get state(): DiscoveryState {
    return this.#state;
  }

  /** Begins to ask; settles when `stop` has aborted and the last question is over. */
  run(stop: AbortSignal): Promise<void> {
    const turn = async () => {
      this.#isAsking = true;
      await this.#ask(stop);
      this.#isAsking = false;
    };
    this.#loop = new Loop({ turn, pauseMs: () => this.#pauseMs() }, stop);
    return this.#loop.done;
  }

  /** Asks at once, unless an answer is awaited as it is. */
  hurry(): void {
    if (!this.#isAsking) this.#loop?.wakeWithin(0);
  }

  /**
   * Whether an endpoint is listed, by a question of this moment. Where nobody answers within a second
   * the last known endpoints count. However many ask, there is one question.
   */
  async check(stop: AbortSignal): Promise<boolean> {
    this.#checking ??= this.#ask(stop).finally(() => {
      this.#checking = null;
    });
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CHECK_LIMIT_MS);
    await Promise.race([this.#checking, late]);
    clearTimeout(timer);
    return this.#state.count > 0;
  }

  async #ask(stop: AbortSignal): Promise<void> {
    const { urls, error } = await this.#deps.source.ask(stop);
    if (stop.aborted) return; // Cut short by our own shutdown, which says nothing about the endpoints.
    const at = Date.now();
    const { added, removed } = this.#deps.endpoints.update(urls);
    const before = this.#state;
    const lastAnswerAt = error === null ? at : before.lastAnswerAt;
    this.#state = { count: this.#deps.endpoints.size, lastAnswerAt, error };
    this.#logChange(before, added, removed);
    this.#deps.onFound({ at, error, added, removed });
  }

  #logChange(before: DiscoveryState, added: Endpoint[], removed: Endpoint[]): void {
    const { upstream, log } = this.#deps;
    const { count, error } = this.#state;
    if (error !== null && error !== before.error) {
      log.warn(
        { upstream, code: error, endpoints: count },
        'resolver failed, keeping what is known',
      );
    }
    if (error === null && before.error !== null) log.info({ upstream }, 'resolver answers again');
    const isFirst = before.lastAnswerAt === null && error === null;
    if (added.length + removed.length === 0 && !isFirst) return;
    const fields = { upstream, endpoints: count, added: urlsOf(added), removed: urlsOf(removed) };
    if (count === 0) log.warn(fields, 'discovery found no endpoints');
    else log.info(fields, 'endpoints changed');
  }

  #pauseMs(): number {
    const isUrgent = this.#state.count === 0 || this.#deps.isUrgent();
    return isUrgent ? Math.min(this.#deps.everyMs, URGENT_PAUSE_MS) : this.#deps.everyMs;
  }
}

function urlsOf(endpoints: readonly Endpoint[]): string[] {
  return endpoints.map(({ url }) => url);
}
