import type { Discovery } from '../config/upstream-settings.ts';
import type { Findings, Source } from './discovery.ts';
import { EngineClient } from './engine-client.ts';
import { type EventsDeps, followEvents } from './swarm-events.ts';
import { runningTasks, type SwarmService, serviceNamed } from './swarm-objects.ts';

type SwarmSettings = Extract<Discovery, { kind: 'swarm' }>;

/** The Engine's word, or the code of why there is none; `null` stands for a service that is absent. */
type Word = { readonly code: string } | Pick<Findings, 'urls' | 'desired' | 'isDecided'>;

/** Both questions of one answer end within this time. */
const LIMIT_MS = 2_000;

const ABSENT = { urls: [], desired: null, isDecided: true } as const;

/**
 * Discovery by the API of a Docker Engine that manages a swarm: the tasks of one service that run, each
 * at its address on one network. The event stream says when to ask.
 *
 * Only reads. While the Engine cannot say, the last known endpoints stay.
 */
export function discoverBySwarm(
  settings: SwarmSettings,
  toldTo: Pick<EventsDeps, 'upstream' | 'log'>,
): Source {
  const engine = new EngineClient(settings.engine);
  let last: readonly string[] = [];

  const ask: Source['ask'] = async (stop) => {
    const limit = AbortSignal.any([stop, AbortSignal.timeout(LIMIT_MS)]);
    const word = await askEngine(engine, settings, limit);
    if ('code' in word) {
      return { urls: last, error: word.code, freshMs: null, isDecided: false, desired: null };
    }
    last = word.urls;
    return { ...word, error: null, freshMs: null };
  };
  const watch: Source['watch'] = async (onNews, stop) => {
    await followEvents({ ...toldTo, engine, service: settings.service, onNews }, stop);
    await engine.destroy();
  };
  return { ask, watch };
}

async function askEngine(
  engine: EngineClient,
  settings: SwarmSettings,
  stop: AbortSignal,
): Promise<Word> {
  const { service: name } = settings;
  const listed = await engine.ask(`/services?status=true&${filters({ name: [name] })}`, stop);
  if ('code' in listed) return listed;
  const service = serviceNamed(name, listed.value);
  if (service === undefined) return { code: 'BAD_ANSWER' };
  if (service === null) return ABSENT;
  return await askForTasks(engine, { settings, service }, stop);
}

async function askForTasks(
  engine: EngineClient,
  { settings, service }: { settings: SwarmSettings; service: SwarmService },
  stop: AbortSignal,
): Promise<Word> {
  const wanted = filters({ service: [service.id], 'desired-state': ['running'] });
  const listed = await engine.ask(`/tasks?${wanted}`, stop);
  if ('code' in listed) return listed.code === 'HTTP_404' ? ABSENT : listed; // Removed in between.
  const tasks = runningTasks(settings.network, listed.value);
  if (tasks === undefined) return { code: 'BAD_ANSWER' };
  if (tasks.count > 0 && tasks.addresses.length === 0) return { code: 'NO_ADDRESS' };
  const urls = tasks.addresses.map((address) => urlOf(settings, address)).sort();
  return { urls, desired: service.desired, isDecided: service.isScaledToNone };
}

/** As the API takes them: JSON in the query. */
function filters(wanted: Readonly<Record<string, readonly string[]>>): string {
  return `filters=${encodeURIComponent(JSON.stringify(wanted))}`;
}

function urlOf({ scheme, port }: SwarmSettings, address: string): string {
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
