import { existsSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accepting, type Processes, type Running } from '../processes.ts';
import type { Mode } from './mode.ts';

const ENDPOINT = fileURLToPath(new URL('endpoint.ts', import.meta.url));

/** What a fleet is made of. */
export interface FleetOptions {
  readonly name: string;
  /** Loopback addresses, one an endpoint. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly controlPort: number;
  readonly processes: Processes;
}

/** The endpoints of one application, each a process of its own that can be made to fail. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #running: (Running | null)[];
  readonly #ledger: string;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#running = options.hosts.map(() => null);
    this.#ledger = join(options.processes.folder, `${options.name}-posts`);
  }

  get size(): number {
    return this.#running.length;
  }

  /** Starts those that do not run, and waits until they accept connections. */
  async start(mode: Mode = 'well'): Promise<void> {
    await Promise.all(this.#running.map((_, index) => this.startOne(index, mode)));
  }

  async startOne(index: number, mode: Mode = 'well'): Promise<void> {
    const { name, hosts, port, controlPort, processes } = this.#options;
    const host = hosts[index];
    if (host === undefined || this.#running[index]?.isAlive()) return;
    const args = [ENDPOINT, host, String(port), String(controlPort), this.#ledger, mode];
    const running = processes.start(`${name}-${host}`, { program: process.execPath, args }, null);
    this.#running[index] = running;
    await accepting(running, port, host);
  }

  /** SIGKILL: gone from one moment to the next. */
  async kill(index: number): Promise<void> {
    await this.#running[index]?.kill();
  }

  /** SIGTERM, and waits until the process has ended. */
  async stop(index: number): Promise<void> {
    await this.#running[index]?.stop();
  }

  async turn(index: number, mode: Mode): Promise<void> {
    const { hosts, controlPort } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    get({ host: hosts[index], port: controlPort, path: `/${mode}`, agent: false }, (reply) => {
      reply.resume().once('end', resolve);
    }).once('error', reject);
    await promise;
  }

  /** Does something to each of the endpoints at once. */
  async each(act: (index: number) => Promise<void>): Promise<void> {
    await Promise.all(this.#running.map((_, index) => act(index)));
  }

  async end(): Promise<void> {
    await this.each((index) => this.kill(index));
  }

  /** How many POSTs were processed more than once. */
  postsTwice(): number {
    if (!existsSync(this.#ledger)) return 0;
    const seen = readFileSync(this.#ledger, 'utf8').trimEnd().split('\n');
    return seen.length - new Set(seen).size;
  }
}
