import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../support/ask.ts';

/** What clients saw. */
export interface Seen {
  readonly served: number;
  /** Each reply that was not 200, and each request that none came to. */
  readonly errors: readonly string[];
  /** How long each request took that was served. */
  readonly tookMs: readonly number[];
}

/** Clients that ask without end, reads and writes in turn, each on a connection of its own. */
export class Load {
  readonly #url: string;
  readonly #clients: Promise<void>[];
  readonly #errors: string[] = [];
  readonly #tookMs: number[] = [];
  #isOver = false;
  #next = 0;

  constructor(url: string, clients: number) {
    this.#url = url;
    this.#clients = Array.from({ length: clients }, () => this.#client());
  }

  /** How many requests have been served so far. */
  get served(): number {
    return this.#tookMs.length;
  }

  async end(): Promise<Seen> {
    this.#isOver = true;
    await Promise.all(this.#clients);
    return { served: this.#tookMs.length, errors: this.#errors, tookMs: this.#tookMs };
  }

  async #client(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!this.#isOver) {
      await this.#request(agent);
      await delay(Math.random() * 10);
    }
    agent.destroy();
  }

  async #request(agent: Agent): Promise<void> {
    const id = this.#next;
    this.#next += 1;
    const isWrite = id % 2 === 1;
    const method = isWrite ? 'POST' : 'GET';
    try {
      const { status, ms, headers } = await ask(`${this.#url}/`, {
        method,
        agent,
        headers: { 'x-id': String(id), ...(isWrite ? { 'content-length': '5' } : {}) },
        ...(isWrite ? { body: 'write' } : {}),
      });
      if (status === 200) this.#tookMs.push(ms);
      else this.#errors.push(`${method} ${id}: ${status} ${headers['proxy-status']}`);
    } catch (error) {
      this.#errors.push(`${method} ${id}: ${error}`);
    }
  }
}
