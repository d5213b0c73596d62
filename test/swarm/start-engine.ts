import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outcomeOf } from './command.ts';
import type { Engine } from './engine.ts';
import { SandboxedEngine } from './sandboxed-engine.ts';

/**
 * The Engine that answers, or else one that is started for the test.
 *
 * Rejects with the reason when there is none and none can be started.
 */
export async function startEngine(ports: readonly number[]): Promise<Engine> {
  const version = await versionOfRunningEngine();
  if (version === null) return await SandboxedEngine.start(ports);
  const folder = await mkdtemp(join(tmpdir(), 'candor-swarm-'));
  return {
    description: `Docker Engine ${version}, which was running`,
    address: undefined,
    folder,
    door: (port) => ({ host: '127.0.0.1', port }),
    // The Engine is not ours to end.
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function versionOfRunningEngine(): Promise<string | null> {
  const asked = ['version', '--format', '{{.Server.Version}}'];
  const { code, stdout } = await outcomeOf('docker', asked, { timeoutMs: 10_000 }).catch(
    (error: unknown) => {
      throw new Error('the Swarm test needs the `docker` client (Debian: docker.io)', {
        cause: error,
      });
    },
  );
  return code === 0 ? stdout.trim() : null;
}
