import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { removeCgroups } from '../swarm/cgroups.ts';
import { outcomeOf } from '../swarm/command.ts';
import { type Docker, dockerFor } from '../swarm/engine.ts';
import { waitFor } from '../swarm/wait.ts';

/**
 * The Engine's first process, in mount and process namespaces of its own: what it starts ends with it.
 * It has the machine's network, since a build installs packages, and makes no bridge and no rule there.
 */
const FIRST_PROCESS = `
exec dockerd --host "unix://$FOLDER/docker.sock" --pidfile "$FOLDER/dockerd.pid" \\
  --data-root "$FOLDER/data" --exec-root "$FOLDER/exec" \\
  --bridge none --iptables=false --ip6tables=false \\
  --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/$(basename "$FOLDER")"
`;

/** A build installs some six hundred packages. */
const MOST_MS = 280_000;

/** A Docker Engine that can build images and run containers on the machine's own network. */
export interface BuildEngine extends AsyncDisposable {
  readonly docker: Docker;
  readonly folder: string;
}

/** The Engine that answers, or else one of the test's own. Rejects with the reason when there is none. */
export async function startBuildEngine(): Promise<BuildEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-image-'));
  const remove = () =>
    rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  const running = dockerFor({ address: undefined }, MOST_MS);
  if ((await running.outcome(['version'])).code === 0) {
    return { docker: running, folder, [Symbol.asyncDispose]: remove };
  }
  const log = createWriteStream(join(folder, 'dockerd.log'));
  const unshare = 'unshare --mount --pid --fork --kill-child --mount-proc'.split(' ');
  const started = spawn('setpriv', ['--pdeathsig', 'KILL', ...unshare, 'sh', '-c', FIRST_PROCESS], {
    env: { ...process.env, FOLDER: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(started, 'exit');
  started.stdout.pipe(log);
  started.stderr.pipe(log);
  const docker = dockerFor({ address: `unix://${join(folder, 'docker.sock')}` }, MOST_MS);
  const explain = async () => (await readFile(join(folder, 'dockerd.log'), 'utf8')).slice(-2_000);
  await waitFor(() => docker.output('version'), {
    ...{ what: 'a Docker Engine to start', withinMs: 60_000, everyMs: 250, explain },
  });
  const end = async () => {
    started.kill('SIGKILL');
    await ended;
    await removeCgroups(basename(folder));
    await remove();
  };
  return { docker, folder, [Symbol.asyncDispose]: end };
}

/** Builds by the legacy builder, which needs no plugin and pulls nothing that is there. */
export async function buildImage(docker: Docker, tag: string, context: string): Promise<void> {
  const asked = ['build', '--network', 'host', '--tag', tag, context];
  const { code, stdout, stderr } = await docker.outcome(asked, { DOCKER_BUILDKIT: '0' });
  if (code !== 0) throw new Error(`docker build: ${stdout.slice(-2_000)}${stderr.slice(-2_000)}`);
}

/** Whether the Engine has an image, so that nothing has to stand in for it. */
export async function hasImage({ outcome }: Docker, name: string): Promise<boolean> {
  return (await outcome(['image', 'inspect', name])).code === 0;
}

/** What a command on this machine prints, or nothing where it fails. */
export async function printed(command: string, ...args: string[]): Promise<string> {
  return (await outcomeOf(command, args)).stdout.trim();
}
