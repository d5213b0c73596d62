import type { Docker } from './engine.ts';
import { waitFor } from './wait.ts';

/** A swarm makes this bridge for itself, and leaves it behind. */
const GATEWAY_BRIDGE = 'docker_gwbridge';

/** Makes the Engine the one node of a swarm, unless it is in one; `undo` then takes it out again. */
export async function initSwarm(docker: Docker, undo: AsyncDisposableStack): Promise<void> {
  const state = await docker.output('info', '--format', '{{.Swarm.LocalNodeState}}');
  if (state === 'active') return;
  const before = await networksOf(docker);
  await docker.output('swarm', 'init', '--advertise-addr', '127.0.0.1');
  undo.defer(async () => {
    await docker.output('swarm', 'leave', '--force');
    if (!before.includes(GATEWAY_BRIDGE)) await docker.output('network', 'rm', GATEWAY_BRIDGE);
  });
}

async function networksOf(docker: Docker): Promise<string[]> {
  return (await docker.output('network', 'ls', '--format', '{{.Name}}')).split('\n');
}

/** What is called as the test would call it is somebody's, and the incident would remove it. */
export async function refuseTaken(
  docker: Docker,
  network: string,
  stacks: string[],
): Promise<void> {
  const deployed = await docker.output('stack', 'ls', '--format', '{{.Name}}');
  const taken = [
    ...(await networksOf(docker)).filter((name) => name === network),
    ...deployed.split('\n').filter((name) => stacks.includes(name)),
  ];
  if (taken.length === 0) return;
  throw new Error(`this Engine has a network or stack called ${taken.join(', ')} already`);
}

/** Makes an overlay network that both stacks can join; `undo` removes it. */
export async function createNetwork(
  docker: Docker,
  name: string,
  undo: AsyncDisposableStack,
): Promise<void> {
  await docker.output('network', 'create', '--driver', 'overlay', '--attachable', name);
  undo.defer(async () => {
    // Swarm lets go of a network a moment after the last of its tasks.
    await waitFor(async () => (await docker.outcome(['network', 'rm', name])).code === 0, {
      what: `the network ${name} to be let go`,
      withinMs: 30_000,
      everyMs: 250,
    });
  });
}

/** The containers of a service's tasks that run on this node. */
export async function containersOf(docker: Docker, service: string): Promise<string[]> {
  const filter = `label=com.docker.swarm.service.name=${service}`;
  const ids = await docker.output('ps', '--quiet', '--filter', filter);
  return ids.split('\n').filter(Boolean);
}

/** Removes a stack, if it is there, and waits until its containers are gone. */
export async function removeStack(docker: Docker, stack: string): Promise<void> {
  await docker.outcome(['stack', 'rm', stack]);
  const label = `label=com.docker.stack.namespace=${stack}`;
  await waitFor(
    async () => (await docker.output('ps', '--all', '--quiet', '--filter', label)) === '',
    { what: `the containers of the stack ${stack} to be gone`, withinMs: 60_000, everyMs: 250 },
  );
}
