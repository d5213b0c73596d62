import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A program with its arguments, and what it needs in its environment. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A process that runs, known by its id alone. */
export interface Running {
  readonly name: string;
  readonly pid: number;
  /** True until the process has ended, by whatever means. */
  readonly isAlive: () => boolean;
  /** The end of what it wrote. */
  readonly lastWords: () => string;
  readonly stop: () => Promise<void>;
  /** Without a word to it: gone from one moment to the next. */
  readonly kill: () => Promise<void>;
}

interface Tracked {
  readonly name: string;
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<unknown>;
}

const GRACE_MS = 3000;

/**
 * Every process that a benchmark starts, and the one folder that it writes to.
 *
 * Each process leads a group of its own (nginx has a worker), and only these groups are ever
 * signalled: at the end, on Ctrl-C, and when the benchmark itself fails.
 */
export class Processes implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'candor-bench-'));
  readonly #tracked = new Set<Tracked>();
  readonly #onExit = () => {
    for (const { pid } of this.#tracked) signalGroup(pid, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  };
  readonly #onSignal = () => process.exit(130);

  constructor() {
    chmodSync(this.folder, 0o755); // nginx's worker runs as another user where it is started by root.
    process.on('exit', this.#onExit);
    process.once('SIGINT', this.#onSignal);
    process.once('SIGTERM', this.#onSignal);
  }

  /**
   * Starts a program, pinned to one core unless that is null; both of its outputs go to
   * `NAME.log` in the folder.
   */
  start(name: string, command: Command, core: number | null): Running {
    const { program, args, env } = core === null ? command : pinned(command, core);
    const logFile = join(this.folder, `${name}.log`);
    const output = openSync(logFile, 'a');
    const child = spawn(program, args, {
      cwd: this.folder,
      detached: true,
      env: { ...process.env, ...env },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    const { pid } = child;
    if (pid === undefined) throw new Error(`${name} does not start: is ${program} installed?`);
    const tracked = { name, child, pid, ended: once(child, 'exit') };
    this.#tracked.add(tracked);
    child.once('exit', () => this.#tracked.delete(tracked));
    return {
      name,
      pid,
      isAlive: () => this.#tracked.has(tracked),
      lastWords: () => readFileSync(logFile, 'utf8').trimEnd().slice(-1000),
      stop: () => this.#stop(tracked),
      kill: () => this.#kill(tracked),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#tracked].map((tracked) => this.#stop(tracked)));
    process.off('exit', this.#onExit);
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #kill(tracked: Tracked): Promise<void> {
    if (!this.#tracked.has(tracked)) return;
    signalGroup(tracked.pid, 'SIGKILL');
    await tracked.ended;
  }

  async #stop(tracked: Tracked): Promise<void> {
    if (!this.#tracked.has(tracked)) return;
    signalGroup(tracked.pid, 'SIGTERM');
    const impatience = new AbortController();
    const late = delay(GRACE_MS, undefined, { signal: impatience.signal, ref: false }).then(
      () => signalGroup(tracked.pid, 'SIGKILL'),
      () => undefined, // It ended in time.
    );
    await tracked.ended;
    impatience.abort();
    await late;
  }
}

function pinned({ program, args, ...rest }: Command, core: number): Command {
  return { program: 'taskset', args: ['-c', String(core), program, ...args], ...rest };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group ended by itself, which is what was wanted.
  }
}

/**
 * A port of the loopback that nobody uses.
 *
 * From below the range that outgoing connections take theirs from: a proxy that keeps dialling a
 * closed port inside that range meets, sooner or later, itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  return promise;
}

const LISTEN_MS = 15_000;

/** Waits until the process accepts connections, and fails when it ends or takes too long. */
export async function accepting(running: Running, port: number, host = '127.0.0.1'): Promise<void> {
  const until = Date.now() + LISTEN_MS;
  while (!(await accepts(port, host))) {
    if (!running.isAlive()) {
      throw new Error(`${running.name} ended before it listened:\n${running.lastWords()}`);
    }
    if (Date.now() > until)
      throw new Error(`${running.name} does not listen after ${LISTEN_MS} ms`);
    await delay(20);
  }
}

function accepts(port: number, host: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, host);
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
