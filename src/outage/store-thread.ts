import { Worker } from 'node:worker_threads';
import type { FromWorker, StoreWorkerData, ToWorker } from './store-messages.ts';

/** Whom the thread tells. */
export interface ThreadEvents {
  onMessage(message: FromWorker): void;
  /** It has failed, by this error, and will end. */
  onError(error: unknown): void;
  /** It has ended by itself; another one follows. */
  onEnd(): void;
  /** That one is there. It knows nothing of what the one before was told. */
  onRestart(): void;
}

/** Between two threads, where one has died. */
const RESPAWN_MS = 1_000;

/** Beside this file, in TypeScript or built. */
const WORKER = new URL(`./store-worker${import.meta.url.slice(-3)}`, import.meta.url);

/** The thread that owns the file of a store. One that dies is followed by another, until it is closed. */
export class StoreThread implements AsyncDisposable {
  readonly #data: StoreWorkerData;
  readonly #events: ThreadEvents;
  #worker: Worker;
  #isClosing = false;

  constructor(data: StoreWorkerData, events: ThreadEvents) {
    this.#data = data;
    this.#events = events;
    this.#worker = this.#spawn();
  }

  tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  /** Has it close its file; resolves when it has ended. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.#worker.once('exit', () => resolve());
    this.tell({ kind: 'close' });
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    await this.#worker.terminate();
  }

  #spawn(): Worker {
    const worker = new Worker(WORKER, { workerData: this.#data, name: 'candor store' });
    worker.on('message', (message: FromWorker) => this.#events.onMessage(message));
    worker.on('error', (error: unknown) => this.#events.onError(error));
    worker.on('exit', () => this.#followUp());
    return worker;
  }

  #followUp(): void {
    if (this.#isClosing) return;
    this.#events.onEnd();
    setTimeout(() => {
      if (this.#isClosing) return;
      this.#worker = this.#spawn();
      this.#events.onRestart();
    }, RESPAWN_MS);
  }
}
