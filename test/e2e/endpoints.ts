import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';

const SCRIPT = fileURLToPath(new URL('endpoint-process.ts', import.meta.url));
const START_MS = 20_000;

/** One endpoint, a process that can be ended and started again at its address. */
export class EndpointProcess {
  readonly host: string;
  readonly port: number;
  /** `METHOD id` of each request that it has processed, told when it ends. */
  readonly processed: string[] = [];
  readonly #lingerMs: number;
  #child: ChildProcess | null = null;
  #output = '';

  constructor(host: string, port: number, lingerMs: number) {
    this.host = host;
    this.port = port;
    this.#lingerMs = lingerMs;
  }

  get url(): string {
    return `http://${this.host}:${this.port}`;
  }

  async start(): Promise<void> {
    this.#output = '';
    const args = [SCRIPT, this.host, String(this.port), String(this.#lingerMs)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
    this.#child = child;
    await eventually(() => this.#output.includes('listening') || undefined, START_MS);
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

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }
}

/**
 * Endpoints on one free port of as many loopback addresses, not yet started; they end with the running
 * test. `lingerMs` is how long each keeps idle connections when it ends.
 */
export async function endpointProcesses(count: number, lingerMs = 500): Promise<EndpointProcess[]> {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  // The address of a TCP server that listens is an object.
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  const endpoints = Array.from(
    { length: count },
    (_, index) => new EndpointProcess(`127.0.0.${index + 1}`, port, lingerMs),
  );
  onTestFinished(() => {
    for (const endpoint of endpoints) endpoint.kill();
  });
  return endpoints;
}
