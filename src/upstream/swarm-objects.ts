import { isIP } from 'node:net';

/** What matters of a Swarm service, in the words of the Engine's API (`GET /services`). */
export interface SwarmService {
  readonly id: string;
  /** How many tasks should run; null where the Engine does not say. */
  readonly desired: number | null;
  /** Somebody wants none to run. A global service that fits no node has none by chance. */
  readonly isScaledToNone: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The service of exactly this name: the API's filter takes a name for the beginning of one. Null where
 * there is none, undefined where the Engine's answer is none.
 */
export function serviceNamed(name: string, answer: unknown): SwarmService | null | undefined {
  if (!Array.isArray(answer) || !answer.every(isFields)) return undefined;
  const service = answer.find((one) => at(one, 'Spec', 'Name') === name);
  if (service === undefined) return null;
  const id = at(service, 'ID');
  if (typeof id !== 'string') return undefined;
  const replicas = countOf(at(service, 'Spec', 'Mode', 'Replicated', 'Replicas'));
  const wanted = countOf(at(service, 'ServiceStatus', 'DesiredTasks'));
  return { id, desired: replicas ?? wanted, isScaledToNone: replicas === 0 };
}

/** Where the tasks that run are reached, and how many they are. */
export interface RunningTasks {
  readonly count: number;
  /** One for each task, but for those that are not on the network. */
  readonly addresses: readonly string[];
}

/**
 * The tasks that run and are meant to, of `GET /tasks`. A task with a health check runs, in Swarm's
 * words, from its first success on. Undefined where the Engine's answer is none.
 */
export function runningTasks(network: string | null, answer: unknown): RunningTasks | undefined {
  if (!Array.isArray(answer) || !answer.every(isFields)) return undefined;
  const running = answer.filter(
    (task) => at(task, 'DesiredState') === 'running' && at(task, 'Status', 'State') === 'running',
  );
  const addresses = running.map((task) => addressOf(task, network));
  return { count: running.length, addresses: addresses.filter((address) => address !== null) };
}

/** The first address of a task on the network: `10.0.1.3`, of `10.0.1.3/24`. */
function addressOf(task: Fields, network: string | null): string | null {
  const attachments = at(task, 'NetworksAttachments');
  const attached = (Array.isArray(attachments) ? attachments : []).find((attachment) =>
    isOn(attachment, network),
  );
  const addresses = at(attached, 'Addresses');
  const first: unknown = Array.isArray(addresses) ? addresses[0] : null;
  const [address = ''] = typeof first === 'string' ? first.split('/') : [];
  return isIP(address) === 0 ? null : address;
}

/** By name or ID. Where none is asked for, any but Swarm's own for published ports: no service is on it. */
function isOn(attachment: unknown, network: string | null): boolean {
  if (network === null) return at(attachment, 'Network', 'Spec', 'Ingress') !== true;
  const names = [at(attachment, 'Network', 'Spec', 'Name'), at(attachment, 'Network', 'ID')];
  return names.includes(network);
}

/** Whether an event (`GET /events`) may have changed where the service is to be found. */
export function concerns(service: string, event: unknown): boolean {
  const attributes = at(event, 'Actor', 'Attributes');
  switch (at(event, 'Type')) {
    case 'service':
      return at(attributes, 'name') === service;
    case 'container':
      return at(attributes, 'com.docker.swarm.service.name') === service;
    // A node that went takes its tasks along, whoever's they are.
    case 'node':
      return true;
    default:
      return false;
  }
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (!isFields(found)) return undefined;
    found = found[name];
  }
  return found;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
