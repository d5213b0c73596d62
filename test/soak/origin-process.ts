import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isModeMessage, type Mode, type Protocol } from './mode.ts';
import type { UpstreamName } from './plan.ts';

const SCRIPT = fileURLToPath(new URL('origin.ts', import.meta.url));

/** Where an endpoint is, and what it speaks. */
export interface OriginPlace {
  readonly upstream: UpstreamName;
  readonly host: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** The file in which it writes down what it has processed. */
  readonly ledger: string;
}

/** One endpoint, a process that can be killed, stopped and started again at its address. */
export class OriginProcess implements AsyncDisposable {
  readonly place: OriginPlace;
  /** When it ended by itself, and served again. */
  readonly deaths: { readonly from: number; readonly to: number }[] = [];
  #child: ChildProcess | null = null;
  #starting: Promise<void> | null = null;
  /** A stopped process does not notice that it is alone. */
  readonly #onExit = () => void this.#child?.kill('SIGKILL');

  constructor(place: OriginPlace) {
    this.place = place;
    process.on('exit', this.#onExit);
  }

  get url(): string {
    const { host, port, protocol } = this.place;
    return `${protocol === 'https' ? 'https' : 'http'}://${host}:${port}`;
  }

  /** Resolves when it accepts connections. One that ends by itself is started again. */
  start(): Promise<void> {
    const { host, port, protocol, ledger } = this.place;
    const child = fork(SCRIPT, [host, String(port), protocol, ledger], { stdio: 'inherit' });
    this.#child = child;
    this.#starting = this.#said('well');
    child.once('exit', () => {
      if (this.#child !== child) return; // Killed, as planned.
      const from = Date.now();
      void this.start().then(() => this.deaths.push({ from, to: Date.now() })); // Or the soak ends.
    });
    return this.#starting;
  }

  /** Resolves when it does so, or serves again where it has ended in the meantime. */
  async turnTo(mode: Mode): Promise<void> {
    await this.#starting;
    const done = this.#said(mode);
    this.#child?.send({ mode }, () => undefined); // Where nobody takes it, the process has ended.
    await done.catch(() => this.#starting);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    child.kill('SIGKILL'); // Ends one that is stopped as well.
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  /** Its connections are accepted by the system, and nobody reads them. */
  stop(): void {
    this.#child?.kill('SIGSTOP');
  }

  goOn(): void {
    this.#child?.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    process.off('exit', this.#onExit);
  }

  async #said(mode: Mode): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onMessage = (message: unknown) => {
      if (isModeMessage(message) && message.mode === mode) resolve();
    };
    const onExit = () => reject(new Error(`the endpoint ${this.url} ended instead of "${mode}"`));
    child.on('message', onMessage).once('exit', onExit);
    await promise.finally(() => child.off('message', onMessage).off('exit', onExit));
  }
}
