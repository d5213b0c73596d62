import type { Findings, Source } from '../../src/upstream/discovery.ts';
import type { Chronicle } from './chronicle.ts';
import type { Server } from './server.ts';
import type { WorldClock } from './world-clock.ts';
import type { WorldPlan } from './world-plan.ts';

/** How long news of a change takes. */
const NEWS_MS = 5;
/** How long a resolver is waited for that does not reply. */
const SILENCE_MS = 1_000;

/** Knows which servers there are, and is asked for them as a name server or a Swarm manager is. */
export class Registry implements Source {
  /** Does not reply. */
  isOut = false;
  /** Somebody took the service away: that there is no server is what was wanted. */
  isRemoved = false;
  readonly watch: Source['watch'];
  readonly #plan: WorldPlan;
  readonly #clock: WorldClock;
  readonly #servers: readonly Server[];
  readonly #chronicle: Chronicle;
  #lastKnown: readonly string[] = [];
  #tell: () => void = () => undefined;

  constructor(
    plan: WorldPlan,
    clock: WorldClock,
    servers: readonly Server[],
    chronicle: Chronicle,
  ) {
    this.#plan = plan;
    this.#clock = clock;
    this.#servers = servers;
    this.#chronicle = chronicle;
    this.watch = plan.discovery.kind === 'swarm_events' ? (tell) => this.#listen(tell) : null;
  }

  async ask(): Promise<Findings> {
    const { promise, resolve } = Promise.withResolvers<Findings>();
    const waitMs = this.isOut ? SILENCE_MS : this.#plan.discovery.answerMs;
    this.#clock.after(waitMs, () => resolve(this.#findings()));
    return promise;
  }

  /** Something has changed: those who listen are told. */
  changed(): void {
    if (!this.isOut) this.#clock.after(NEWS_MS, () => this.#tell());
  }

  #listen(tell: () => void): Promise<void> {
    this.#tell = tell;
    return new Promise(() => undefined); // Until the world ends.
  }

  #findings(): Findings {
    const decides = this.#plan.discovery.kind !== 'dns';
    const unsaid = { freshMs: null, isDecided: false, desired: null };
    if (this.isOut) {
      if (this.#lastKnown.length === 0) this.#chronicle.discoveryFailed(false);
      return { ...unsaid, urls: this.#lastKnown, error: 'ETIMEOUT' };
    }
    const urls = this.#servers.filter(({ isListed }) => isListed).map(({ url }) => url);
    this.#lastKnown = urls;
    const isDecided = decides && this.isRemoved && urls.length === 0;
    if (urls.length === 0) this.#chronicle.discoveryFailed(isDecided);
    return { ...unsaid, urls, error: null, isDecided };
  }
}
