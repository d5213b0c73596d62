/**
 * Starts a Docker Engine in network, mount and process namespaces of its own, and takes all of it
 * away when its input ends: when the test is done with it, or is gone, however it went.
 *
 * The Engine's bridges, firewall rules, mounts and containers live in the namespaces and nowhere
 * else. When their first process ends, the kernel ends whatever is in them.
 *
 * Prints the Engine's version when it is ready. Usage: node keeper.ts FOLDER PORT...
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeCgroups } from './cgroups.ts';
import { outputOf } from './command.ts';
import { waitFor } from './wait.ts';

/**
 * Where containers ask for names that Docker does not know. As on any machine, something has to
 * answer there: without it, a name that is gone times out in place of not existing. The address is
 * one for documentation (RFC 5737), so nothing beyond this machine is ever asked.
 */
const NAME_SERVER = '192.0.2.53';

/**
 * What runs as the first process of the namespaces. The Engine writes to fixed places besides those
 * that it can be told: they are covered, so that the machine's own stay as they are.
 */
const FIRST_PROCESS = `
set -e
ip link set lo up
ip address add ${NAME_SERVER}/32 dev lo
mkdir "$FOLDER/memory"
mount -t tmpfs tmpfs "$FOLDER/memory"
mkdir "$FOLDER/memory/etc" "$FOLDER/memory/work"
layers="lowerdir=/etc,upperdir=$FOLDER/memory/etc,workdir=$FOLDER/memory/work"
mount -t overlay overlay -o "$layers" /etc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /opt
mount -t tmpfs tmpfs /var/lib
exec dockerd --host "unix://$FOLDER/docker.sock" --pidfile "$FOLDER/dockerd.pid" \\
  --data-root "$FOLDER/data" --exec-root "$FOLDER/exec" --dns ${NAME_SERVER} \\
  --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/$(basename "$FOLDER")"
`;

const LOG_LINES = 15;

const [folder = '', ...ports] = process.argv.slice(2);
const testIsOver = once(process.stdin.resume(), 'end');
const outside = startFirstProcess();
let inside: ChildProcess | null = null;
try {
  const version = await Promise.race([versionOnceUp(), testIsOver]);
  inside = await openDoors();
  console.log(version);
  await testIsOver;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await takeAway();
}
process.exit();

function startFirstProcess(): ChildProcess {
  const log = createWriteStream(join(folder, 'dockerd.log'));
  const unshare = 'unshare --net --mount --pid --fork --kill-child --mount-proc'.split(' ');
  const started = spawn('setpriv', ['--pdeathsig', 'KILL', ...unshare, 'sh', '-c', FIRST_PROCESS], {
    env: { ...process.env, FOLDER: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.on('error', () => undefined); // Seen as `exitCode` and `pid` by whoever waits for it.
  started.stdout.pipe(log);
  started.stderr.pipe(log);
  return started;
}

async function versionOnceUp(): Promise<string> {
  const env = { ...process.env, DOCKER_HOST: `unix://${join(folder, 'docker.sock')}` };
  const asked = ['version', '--format', '{{.Server.Version}}'];
  const hasEnded = () => outside.exitCode !== null || outside.pid === undefined;
  const { version } = await waitFor(
    async () => ({ version: hasEnded() ? null : await outputOf('docker', asked, { env }) }),
    { what: 'a Docker Engine to start', withinMs: 60_000, everyMs: 250, explain: endOfLog },
  );
  if (version !== null) return version;
  const needs = 'it takes root, and docker.io, iptables, iproute2 and util-linux';
  throw new Error(`dockerd ended (${needs}); the end of its log:\n${await endOfLog()}`);
}

async function endOfLog(): Promise<string> {
  const lines = (await readFile(join(folder, 'dockerd.log'), 'utf8')).trimEnd().split('\n');
  return lines.slice(-LOG_LINES).join('\n');
}

/** The first process inside: the one child of the `unshare` that stands outside. */
async function firstProcess(): Promise<string> {
  return (await readFile(`/proc/${outside.pid}/task/${outside.pid}/children`, 'utf8')).trim();
}

/** Starts the doors and the name server within the Engine's network. */
async function openDoors(): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('inside.ts', import.meta.url));
  const entered = ['--target', await firstProcess(), '--net', process.execPath, script];
  const started = spawn('nsenter', [...entered, NAME_SERVER, folder, ...ports], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [said] = await Promise.race([once(started.stdout, 'data'), once(started, 'exit')]);
  if (!Buffer.isBuffer(said)) throw new Error('the doors into the Engine could not be opened');
  return started;
}

async function takeAway(): Promise<void> {
  const first = await firstProcess().catch(() => '');
  if (first !== '') process.kill(Number(first), 'SIGKILL');
  for (const running of inside === null ? [outside] : [outside, inside]) await hasGone(running);
  await removeCgroups(basename(folder));
  // What the dying namespaces still hold is let go within moments.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

async function hasGone(running: ChildProcess): Promise<void> {
  if (running.pid === undefined || running.exitCode !== null || running.signalCode !== null) return;
  const gone = once(running, 'exit');
  running.stdin?.end();
  await gone;
}
