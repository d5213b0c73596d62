import type { Endpoint } from '../../src/upstream/endpoint.ts';
import type { ProbeResult } from '../../src/upstream/probe.ts';
import type { Chance } from './chance.ts';
import type { Chronicle } from './chronicle.ts';
import type { Server } from './server.ts';
import type { WorldClock } from './world-clock.ts';
import type { WorldPlan } from './world-plan.ts';

/** Probes that end at the same time settle together, as sockets do that one poll finds ready. */
interface Batch {
  readonly dueAt: number;
  readonly ends: (() => void)[];
}

/** Makes the core's probes, in a world where they may be lost and health pages may be slow. */
export class ProbeDesk {
  /** Of all probes, the share that is lost on the way. */
  loss: number;
  /** Of all health pages, the share that comes too late. */
  slowPages: number;
  readonly #plan: WorldPlan;
  readonly #clock: WorldClock;
  readonly #servers: ReadonlyMap<string, Server>;
  readonly #chance: Chance;
  readonly #chronicle: Chronicle;
  #batch: Batch | null = null;

  constructor(
    plan: WorldPlan,
    clock: WorldClock,
    servers: ReadonlyMap<string, Server>,
    { chance, chronicle }: { readonly chance: Chance; readonly chronicle: Chronicle },
  ) {
    this.#plan = plan;
    this.#clock = clock;
    this.#servers = servers;
    this.#chance = chance;
    this.#chronicle = chronicle;
    this.loss = plan.weather.probeLoss;
    this.slowPages = plan.weather.slowPages;
  }

  probe({ url }: Endpoint): Promise<ProbeResult | null> {
    const server = this.#servers.get(url);
    if (server === undefined) throw new Error(`the core probes ${url}, which was never listed`);
    const { promise, resolve } = Promise.withResolvers<ProbeResult | null>();
    const result = this.#resultAt(server);
    this.#afterwards(result.ms, () => {
      this.#chronicle.probed(result.ok);
      resolve(result);
    });
    return promise;
  }

  #resultAt(server: Server): ProbeResult {
    const { timeoutMs, kind } = this.#plan.probe;
    if (this.loss > 0 && this.#chance() < this.loss) {
      return { ok: false, cause: 'connection_timeout', ms: timeoutMs };
    }
    const isSlow = kind === 'page' && this.slowPages > 0 && this.#chance() < this.slowPages;
    const ending = server.probe();
    if (ending.kind === 'failed') return { ok: false, cause: ending.cause, ms: ending.afterMs };
    if (isSlow || ending.kind === 'waits') {
      return { ok: false, cause: 'response_timeout', ms: timeoutMs };
    }
    return { ok: true, cause: null, ms: ending.afterMs };
  }

  #afterwards(ms: number, end: () => void): void {
    const dueAt = this.#clock.monotonic() + ms;
    if (this.#batch?.dueAt === dueAt) {
      this.#batch.ends.push(end);
      return;
    }
    const batch: Batch = { dueAt, ends: [end] };
    this.#batch = batch;
    this.#clock.after(ms, () => {
      if (this.#batch === batch) this.#batch = null;
      for (const one of batch.ends) one();
    });
  }
}
