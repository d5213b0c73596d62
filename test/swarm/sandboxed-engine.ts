import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outputOf } from './command.ts';
import type { Door, Engine } from './engine.ts';
import { waitFor } from './wait.ts';

/**
 * Where containers ask for names that Docker does not know. As on any machine, something has to
 * answer there: without it, a name that is gone times out in place of not existing. The address is
 * one for documentation (RFC 5737), so nothing beyond this machine is ever asked.
 */
const NAME_SERVER = '192.0.2.53';

/**
 * What runs as the first process of the new namespaces.
 *
 * The Engine writes to fixed places besides those that it can be told: they are covered, so that
 * the machine's own stay as they are.
 */
const FIRST_PROCESS = `
set -e
ip link set lo up
ip address add ${NAME_SERVER}/32 dev lo
mkdir "$FOLDER/memory"
mount -t tmpfs tmpfs "$FOLDER/memory"
mkdir "$FOLDER/memory/etc" "$FOLDER/memory/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$FOLDER/memory/etc,workdir=$FOLDER/memory/work" /etc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /opt
mount -t tmpfs tmpfs /var/lib
exec dockerd --host "unix://$FOLDER/docker.sock" --data-root "$FOLDER/data" --exec-root "$FOLDER/exec" \\
  --pidfile "$FOLDER/dockerd.pid" --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "$CGROUP" \\
  --dns ${NAME_SERVER}
`;

const CGROUPS = '/sys/fs/cgroup';
const LOG_LINES = 15;
const LINGER_MS = 5000;

/**
 * A Docker Engine of the test's own, in a network, a mount and a process namespace of its own.
 *
 * Its bridges, firewall rules, mounts and containers live in there and nowhere else. When its
 * first process ends, however that comes about, the kernel takes all of them away.
 */
export class SandboxedEngine implements Engine {
  readonly description: string;
  readonly address: string;
  readonly #folder: string;
  readonly #outside: ChildProcess;
  readonly #inside: ChildProcess;

  private constructor(
    folder: string,
    version: string,
    { outside, inside }: { outside: ChildProcess; inside: ChildProcess },
  ) {
    this.description = `Docker Engine ${version}, started for this test in namespaces of its own`;
    this.address = addressIn(folder);
    this.#folder = folder;
    this.#outside = outside;
    this.#inside = inside;
  }

  /** Starts it, with a door for each of the ports, or rejects with what its log says. */
  static async start(ports: readonly number[]): Promise<SandboxedEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'candor-swarm-'));
    const outside = startFirstProcess(folder);
    try {
      const version = await versionOnceUp(outside, folder);
      const inside = await startInside(await childOf(outside), folder, ports);
      return new SandboxedEngine(folder, version, { outside, inside });
    } catch (error) {
      await end(folder, outside, null);
      throw error;
    }
  }

  door(port: number): Door {
    return { socketPath: join(this.#folder, `${port}.sock`) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.#folder, this.#outside, this.#inside);
  }
}

const addressIn = (folder: string): string => `unix://${join(folder, 'docker.sock')}`;

function startFirstProcess(folder: string): ChildProcess {
  const log = createWriteStream(join(folder, 'dockerd.log'));
  const unshare = 'unshare --net --mount --pid --fork --kill-child --mount-proc'.split(' ');
  // With the test gone, however it went, the Engine is to go as well.
  const started = spawn('setpriv', ['--pdeathsig', 'KILL', ...unshare, 'sh', '-c', FIRST_PROCESS], {
    env: { ...process.env, FOLDER: folder, CGROUP: `/${basename(folder)}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.on('error', () => undefined); // Seen as `exitCode` and `pid` by whoever waits for it.
  started.stdout.pipe(log);
  started.stderr.pipe(log);
  return started;
}

async function versionOnceUp(outside: ChildProcess, folder: string): Promise<string> {
  const env = { ...process.env, DOCKER_HOST: addressIn(folder) };
  const explain = async () => `the end of its log:\n${await endOfLog(folder)}`;
  const hasEnded = () => outside.exitCode !== null || outside.pid === undefined;
  const asked = ['version', '--format', '{{.Server.Version}}'];
  const { version } = await waitFor(
    async () => ({ version: hasEnded() ? null : await outputOf('docker', asked, { env }) }),
    { what: 'a Docker Engine to start', withinMs: 60_000, everyMs: 250, explain },
  );
  if (version !== null) return version;
  throw new Error(
    `no Docker Engine answers, and none could be started (it takes root, and Debian's docker.io and iptables); ${await explain()}`,
  );
}

async function endOfLog(folder: string): Promise<string> {
  const lines = (await readFile(join(folder, 'dockerd.log'), 'utf8')).trimEnd().split('\n');
  return lines.slice(-LOG_LINES).join('\n');
}

/** The first process inside: the one child of the `unshare` that stands outside. */
async function childOf({ pid }: ChildProcess): Promise<string> {
  return (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim();
}

/** Starts `inside.ts`: the doors and the name server, within the Engine's network. */
async function startInside(
  target: string,
  folder: string,
  ports: readonly number[],
): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('inside.ts', import.meta.url));
  const args = ['--target', target, '--net', process.execPath, script, NAME_SERVER, folder];
  const started = spawn('nsenter', [...args, ...ports.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await Promise.race([
    once(started.stdout, 'data'),
    once(started, 'exit').then(() => {
      throw new Error('the doors into the Engine could not be opened');
    }),
  ]);
  return started;
}

async function end(
  folder: string,
  outside: ChildProcess,
  inside: ChildProcess | null,
): Promise<void> {
  // The kernel ends whatever else is in the namespaces with their first process.
  const first = await childOf(outside).catch(() => '');
  if (first !== '') process.kill(Number(first), 'SIGKILL');
  for (const running of inside === null ? [outside] : [outside, inside]) await ended(running);
  await removeCgroups(basename(folder));
  // What the dying namespaces still hold is let go within moments.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/** Waits for the end of a process that has lost what it was for, and brings it about if it lingers. */
async function ended(running: ChildProcess): Promise<void> {
  if (running.pid === undefined || running.exitCode !== null || running.signalCode !== null) return;
  const gone = once(running, 'exit');
  const timer = setTimeout(() => running.kill('SIGKILL'), LINGER_MS);
  running.stdin?.end();
  await gone;
  clearTimeout(timer);
}

/** Containers that were killed leave their control groups, empty; version 1 has a tree for each controller. */
async function removeCgroups(name: string): Promise<void> {
  const trees = await readdir(CGROUPS).catch(() => []);
  for (const root of ['', ...trees]) await removeTree(join(CGROUPS, root, name));
}

async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  }
  // Not there, or a process of it is still dying: an empty group costs nothing and harms nobody.
  await rmdir(folder).catch(() => undefined);
}
