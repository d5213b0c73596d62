import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** As it was built for all tests, or its sources where a test is run without that. */
const MAIN = process.env.CANDOR_TEST_MAIN ?? join(ROOT, 'src', 'main.ts');
const START_MS = 20_000;
const STOP_MS = 10_000;

/** One line of the program's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** How the program ended: its exit code, or the signal that ended it. */
interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The program as a process of its own, with what it prints. */
export interface Program extends AsyncDisposable {
  /** The first listener: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Of all listeners. */
  readonly urls: readonly string[];
  readonly opsUrl: string;
  readonly pid: number;
  /** Its settings file; absent for the demo and for `--upstream`. */
  readonly file: string;
  /** All of its log so far. */
  readonly lines: readonly LogLine[];
  /** All of its standard output so far, the log and the demo's banner. */
  readonly output: string;
  readonly errorOutput: string;
  readonly isRunning: boolean;
  /** Resolves when the process is gone. */
  readonly ended: Promise<End>;
  /** Waits for a line of the log, one that is there already included, after the first `from` lines. */
  logged(msg: string, from?: number): Promise<LogLine>;
  /** Writes other settings into its file. */
  configure(settings: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Tells the module that was loaded before it. */
  send(message: string | number): void;
  /** Whether its standard output is read, which it is from the start. */
  listen(isListening: boolean): void;
}

/** What the program is started with: the text of a settings file, or arguments in its place. */
export type Start = ({ readonly settings: string } | { readonly args: readonly string[] }) & {
  /** In the place of this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** A module that is loaded before the program, and hears what is sent to it. */
  readonly preload?: URL;
  /** Where it is started, in the place of a folder of its own. */
  readonly cwd?: string;
};

/** Starts the program; it is stopped when the running test is over. */
export async function startProgram(start: Start): Promise<Program> {
  const program = await openProgram(start);
  onTestFinished(() => program[Symbol.asyncDispose]());
  return program;
}

/** The same for hooks: whoever opens it disposes of it. Rejects when the program dies at start. */
export async function openProgram(start: Start): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-e2e-'));
  const file = join(folder, 'candor.yaml');
  if ('settings' in start) await writeFile(file, start.settings);
  const args = 'settings' in start ? ['run', '--config', file] : start.args;
  const { env = process.env, cwd = folder, preload } = start;
  const flags = preload === undefined ? [] : ['--import', preload.href];
  const child = spawn(process.execPath, [...flags, MAIN, ...args], {
    ...{ cwd, env },
    stdio: ['pipe', 'pipe', 'pipe', ...(preload === undefined ? [] : ['ipc' as const])],
  });
  const program = new Running(child, file, folder);
  try {
    await program.start();
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
  return program;
}

/** Runs a command of the program to its end, in the project's folder. */
export async function runCommand(
  ...args: readonly string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: ROOT });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const late = setTimeout(() => child.kill('SIGKILL'), START_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  return { code, stdout, stderr };
}

class Running implements Program {
  readonly file: string;
  readonly ended: Promise<End>;
  readonly lines: LogLine[] = [];
  output = '';
  errorOutput = '';
  isRunning = true;
  urls: readonly string[] = [];
  opsUrl = '';
  readonly #child: ChildProcess;
  readonly #folder: string;
  #rest = '';

  constructor(child: ChildProcess, file: string, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.file = file;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errorOutput += text;
    });
    this.ended = once(child, 'close').then(([code, signal]) => {
      this.isRunning = false;
      return { code, signal };
    });
  }

  get url(): string {
    return this.urls[0] ?? '';
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async start(): Promise<void> {
    const { listen, ops } = await this.logged('started');
    this.urls = listen as string[];
    this.opsUrl = ops as string;
  }

  async logged(msg: string, from = 0): Promise<LogLine> {
    const find = () => this.lines.slice(from).find((line) => line.msg === msg);
    const found = await eventually(() => find() ?? (this.isRunning ? undefined : null), START_MS);
    if (found !== null) return found;
    throw new Error(`the program ended without "${msg}"\n${this.output}${this.errorOutput}`);
  }

  configure(settings: string): Promise<void> {
    return writeFile(this.file, settings);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  send(message: string | number): void {
    this.#child.send(message);
  }

  listen(isListening: boolean): void {
    if (isListening) this.#child.stdout?.resume();
    else this.#child.stdout?.pause();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isRunning) {
      this.#child.kill('SIGTERM');
      const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
      await this.ended;
      clearTimeout(late);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** What is no JSON on standard output is the demo's banner. */
  #take(text: string): void {
    this.output += text;
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('{')) this.lines.push(JSON.parse(line));
  }
}
