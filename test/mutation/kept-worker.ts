import {
  type PoolOptions,
  type PoolRunnerInitializer,
  type PoolWorker,
  ThreadsPoolWorker,
  type WorkerRequest,
} from 'vitest/node';

/**
 * A pool that keeps its thread from one mutant to the next, for the start of one takes longer than the
 * tests. `setup.ts` sees to it that nothing else of a mutant outlives it.
 */
export const keptWorker: PoolRunnerInitializer = {
  name: 'kept',
  createPoolWorker: (options) => new KeptWorker(options),
};

type Listener = Parameters<PoolWorker['on']>;

/** What is loaded anew for each mutant is never quite let go of: some megabytes each. */
const MOST_RUNS = 100;
let kept: ThreadsPoolWorker | undefined;
let runs = 0;

class KeptWorker implements PoolWorker {
  readonly name = 'kept';
  readonly #listeners: Listener[] = [];
  readonly #options: PoolOptions;
  readonly #thread: ThreadsPoolWorker;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#thread = kept ?? new ThreadsPoolWorker(options);
  }

  async start(): Promise<void> {
    if (!isOfMutant(this.#options)) {
      await this.#thread.start();
    } else if (kept === undefined) {
      kept = this.#thread;
      await kept.start();
    }
  }

  on(...listener: Listener): void {
    this.#listeners.push(listener);
    this.#thread.on(...listener);
  }

  off(...listener: Listener): void {
    this.#thread.off(...listener);
  }

  send(message: WorkerRequest): void {
    if (message.type === 'stop' && this.#thread === kept) this.#answerStopped();
    else this.#thread.send(message);
  }

  deserialize(data: unknown): unknown {
    return data;
  }

  async stop(): Promise<void> {
    for (const listener of this.#listeners) this.#thread.off(...listener);
    if (this.#thread === kept) {
      runs += 1;
      if (runs % MOST_RUNS !== 0) return;
      kept = undefined;
    }
    await this.#thread.stop();
  }

  /** In the thread's place, which would hear no message after it had stopped. */
  #answerStopped(): void {
    const stopped = { type: 'stopped', __vitest_worker_response__: true };
    for (const [event, listener] of this.#listeners) {
      if (event === 'message') queueMicrotask(() => listener(stopped));
    }
  }
}

/** The run before all mutants measures what tests cover, and gets threads that have loaded nothing. */
function isOfMutant({ project }: PoolOptions): boolean {
  // What Stryker's runner provides: Vitest knows the names of its own only.
  const provided: Readonly<Record<string, unknown>> = { ...project.getProvidedContext() };
  return provided.mode === 'mutant';
}
