import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Outcome, outcomeOf } from './command.ts';
import type { Door } from './engine.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** How a command of ours ended, and when it began and ended. Milliseconds since the epoch. */
export interface Ran extends Outcome {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Runs a command of the program, as a pipeline would, to its end. */
export async function runCandor(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const startedAt = Date.now();
  const options = { env: { ...process.env, ...env }, timeoutMs: 120_000 };
  const outcome = await outcomeOf(process.execPath, [MAIN, ...args], options);
  return { ...outcome, startedAt, endedAt: Date.now() };
}

/** The step after a deployment: `candor verify` of the application, by the ops listener behind a door. */
export async function verifyApplication(ops: Door, token: string): Promise<Ran> {
  await using bridge = await bridgeTo(ops);
  const wanted = [
    '--upstream',
    'app',
    '--expect-endpoints',
    '2',
    '--for',
    '2s',
    '--timeout',
    '60s',
  ];
  return await runCandor(['verify', '--url', bridge.url, ...wanted], { CANDOR_OPS_TOKEN: token });
}

/** A door may be a Unix socket, and a pipeline has a URL. */
async function bridgeTo(door: Door): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((near) => {
    const far = connect('socketPath' in door ? { path: door.socketPath } : door);
    near.pipe(far).pipe(near);
    // Either end may go first, and takes the other along.
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      await once(server.close(), 'close');
    },
  };
}
