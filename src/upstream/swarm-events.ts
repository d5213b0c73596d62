import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { EngineClient } from './engine-client.ts';
import { concerns } from './swarm-objects.ts';

export interface EventsDeps {
  readonly engine: EngineClient;
  readonly service: string;
  readonly upstream: string;
  readonly log: Log;
  readonly onNews: () => void;
}

const FIRST_PAUSE_MS = 100;
const MOST_PAUSE_MS = 10_000;
/** A stream that lived this long was well: proxies cut idle ones, and that is nobody's fault. */
const WELL_MS = 5_000;

/**
 * The state of a task follows its container's by moments: an agent reports to its manager in batches.
 * So what an event announces is asked for at once, and then a few times more.
 */
const ECHOES_MS = [100, 250, 500, 900];

/** Health checks make three events each (`exec_…`) that change nothing, so the wanted ones are named. */
const FILTERS = {
  type: ['service', 'container', 'node'],
  event: ['create', 'update', 'remove', 'start', 'kill', 'die', 'stop', 'health_status'],
};
const PATH = `/events?filters=${encodeURIComponent(JSON.stringify(FILTERS))}`;

/**
 * Follows what the Engine tells of a service, over one connection after the other, until `stop` aborts.
 *
 * A manager tells of services and nodes wherever they are, but of the containers of its own node alone:
 * the rest shows in the next list of the tasks.
 */
export async function followEvents(deps: EventsDeps, stop: AbortSignal): Promise<void> {
  const { engine, service, upstream, log } = deps;
  const news = new Echo(deps.onNews);
  let pauseMs = FIRST_PAUSE_MS;
  let isFailing = false;
  while (!stop.aborted) {
    let openedAt = Number.POSITIVE_INFINITY;
    const onOpen = () => {
      openedAt = performance.now();
      if (isFailing) log.info({ upstream }, 'event stream is back');
      isFailing = false;
      news.once(); // What happened before the stream opened is in no event.
    };
    const onValue = (event: unknown) => {
      if (concerns(service, event)) news.again();
    };
    const code = await engine.follow(PATH, { onOpen, onValue }, stop);
    const wasWell = performance.now() - openedAt >= WELL_MS;
    if (wasWell) pauseMs = FIRST_PAUSE_MS;
    else if (!isFailing && !stop.aborted) {
      isFailing = true;
      log.warn({ upstream, code }, 'event stream failed, asking at intervals');
    }
    await jitteredPause(pauseMs, stop);
    pauseMs = Math.min(2 * pauseMs, MOST_PAUSE_MS);
  }
  news.cancel();
}

/** Passes news on, and repeats it. */
class Echo {
  readonly #onNews: () => void;
  #timers: NodeJS.Timeout[] = [];

  constructor(onNews: () => void) {
    this.#onNews = onNews;
  }

  once(): void {
    this.#onNews();
  }

  again(): void {
    this.cancel();
    this.#onNews();
    this.#timers = ECHOES_MS.map((delayMs) => setTimeout(this.#onNews, delayMs).unref());
  }

  cancel(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

/** Many gateways lose one Engine at once; they are not to come back at once. */
async function jitteredPause(aboutMs: number, stop: AbortSignal): Promise<void> {
  const delayMs = aboutMs * (0.5 + Math.random());
  await pause(delayMs, undefined, { signal: stop, ref: false }).catch(() => undefined); // Aborted.
}
