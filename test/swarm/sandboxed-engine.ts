import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Door, Engine } from './engine.ts';

const KEEPER = fileURLToPath(new URL('keeper.ts', import.meta.url));

/** A Docker Engine of the test's own, in network, mount and process namespaces of its own. */
export class SandboxedEngine implements Engine {
  readonly description: string;
  readonly address: string;
  readonly folder: string;
  readonly #keeper: ChildProcess;

  private constructor(folder: string, version: string, keeper: ChildProcess) {
    this.description = `Docker Engine ${version}, started for this test in namespaces of its own`;
    this.address = `unix://${join(folder, 'docker.sock')}`;
    this.folder = folder;
    this.#keeper = keeper;
  }

  /** Starts it, with a door for each of the ports; rejects when it cannot be started. */
  static async start(ports: readonly number[]): Promise<SandboxedEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'candor-swarm-'));
    const keeper = spawn(process.execPath, [KEEPER, folder, ...ports.map(String)], {
      // The keeper's errors are the reader's. What ends the test must not end the keeper first.
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    const [said] = await Promise.race([once(keeper.stdout, 'data'), once(keeper, 'exit')]);
    if (!Buffer.isBuffer(said)) {
      throw new Error('no Docker Engine answers, and none could be started: the reason is above');
    }
    return new SandboxedEngine(folder, said.toString('utf8').trim(), keeper);
  }

  door(port: number): Door {
    return { socketPath: join(this.folder, `${port}.sock`) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#keeper.exitCode !== null || this.#keeper.signalCode !== null) return;
    const gone = once(this.#keeper, 'exit');
    this.#keeper.stdin?.end();
    await gone;
  }
}
