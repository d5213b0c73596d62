import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.ts';

const SCRIPT = fileURLToPath(new URL('endpoint-process.ts', import.meta.url));

/** One endpoint, a process that can be ended and started again on its port. */
export class EndpointProcess {
  readonly port: number;
  /** `METHOD id` of each request that it has processed, once it has been ended. */
  readonly processed: string[] = [];
  readonly #lingerMs: number;
  #child: ChildProcess | null = null;
  #output = '';

  constructor(port: number, lingerMs: number) {
    this.port = port;
    this.#lingerMs = lingerMs;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.#output = '';
    const child = spawn(process.execPath, [SCRIPT, String(this.port), String(this.#lingerMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
    this.#child = child;
    await eventually(() => this.#output.includes('listening') || undefined, 20_000);
  }

  /** Has it take requests and never reply, from now on. */
  hang(): void {
    this.#child?.kill('SIGUSR2');
  }

  /** Ends it in order: it finishes what it is at. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    child.kill('SIGTERM');
    await once(child, 'close');
    this.processed.push(...JSON.parse(this.#output.split('\n')[1] ?? '[]'));
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }
}

/** Endpoints on free ports, not yet started. */
export async function endpointProcesses(
  count: number,
  lingerMs: number,
): Promise<EndpointProcess[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  // The address of a TCP server that listens is an object.
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports.map((port) => new EndpointProcess(port, lingerMs));
}
