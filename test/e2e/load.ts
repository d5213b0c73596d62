import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';

const GOES_ON_MS = 20_000;

/** What clients saw. */
interface Seen {
  readonly served: number;
  /** Each reply that was not 200, and each request that none came to. */
  readonly errors: readonly string[];
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

  /** Waits until so many more have been served. */
  async goesOn(count: number): Promise<void> {
    const until = this.served + count;
    await eventually(() => this.served >= until || undefined, GOES_ON_MS);
  }

  /** What 99 of 100 requests took at most, in milliseconds, of those after the first `from` that were served. */
  p99(from: number): number {
    const sorted = this.#tookMs.slice(from).sort((one, other) => one - other);
    return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  }

  async end(): Promise<Seen> {
    this.#isOver = true;
    await Promise.all(this.#clients);
    return { served: this.served, errors: this.#errors };
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
