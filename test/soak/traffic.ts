import { setTimeout as delay } from 'node:timers/promises';
import { type AskingClient, CLIENTS } from '../../bench/honest-answer.ts';
import type { Chance } from '../simulation/chance.ts';
import type { Asking, Line } from './asking.ts';
import type { Chronicle } from './chronicle.ts';
import { contentOf, MOST_BYTES } from './content.ts';
import { pick, type UpstreamName } from './plan.ts';

/** Somebody who asks again and again, with a chance of their own. */
export interface Actor {
  readonly name: string;
  readonly chance: Chance;
  readonly line: Line;
  readonly chronicle: Chronicle;
}

const READERS = CLIENTS.filter(({ method }) => method === 'GET');
const WRITERS = CLIENTS.filter(({ method }) => method === 'POST');
const LISTENER: AskingClient = {
  name: 'event source',
  method: 'GET',
  headers: { Accept: 'text/event-stream' },
  body: '',
  mediaType: 'text/plain',
};

const PREFIX: Readonly<Record<UpstreamName, string>> = { app: '', api: '/api', files: '/files' };
const MOST_PAGE_BYTES = 64 * 1024;
const LEAST_FILE_BYTES = 64 * 1024;

/** Looks at pages and sends forms, mostly, as people and programs do. */
export async function visit(actor: Actor, end: AbortSignal): Promise<void> {
  await again(actor, end, 150, async (id) => {
    const { chance } = actor;
    const upstream = pick(chance, ['app', 'app', 'api']);
    const bytes = sizeOf(chance, 1, MOST_PAGE_BYTES);
    const leavesAfterMs = chance() < 0.03 ? 20 * chance() : null;
    const given = { id, bytes, leavesAfterMs };
    await exchange(actor, upstream, chance() < 0.3 ? writing(actor, given) : reading(actor, given));
  });
}

/** Brings and fetches files of up to 4 MiB, and often leaves in the middle of one. */
export async function carry(actor: Actor, end: AbortSignal): Promise<void> {
  await again(actor, end, 500, async (id) => {
    const { chance } = actor;
    const upstream = pick(chance, ['files', 'files', 'api']);
    const bytes = sizeOf(chance, LEAST_FILE_BYTES, MOST_BYTES);
    const leavesAfterMs = chance() < 0.1 ? 40 * chance() : null;
    const given = { id, bytes, leavesAfterMs };
    await exchange(actor, upstream, chance() < 0.5 ? writing(actor, given) : reading(actor, given));
  });
}

/** Listens to event streams for a while each. */
export async function listen(actor: Actor, end: AbortSignal): Promise<void> {
  await again(actor, end, 300, async (id) => {
    const leavesAfterMs = 500 + 5_000 * actor.chance();
    const asking = { id, client: LISTENER, path: '/events', body: null, isChunked: false };
    await exchange(actor, 'app', { ...asking, expected: null, leavesAfterMs });
    actor.chronicle.count('event streams');
  });
}

/** Does something again and again until the end, with pauses of that length on the average. */
export async function again(
  { name, chance }: Pick<Actor, 'name' | 'chance'>,
  end: AbortSignal,
  meanPauseMs: number,
  once: (id: string) => Promise<void>,
): Promise<void> {
  for (let number = 0; !end.aborted; number += 1) {
    await once(`${name}-${number}`);
    const pauseMs = -meanPauseMs * Math.log(1 - chance());
    await delay(pauseMs, undefined, { signal: end }).catch(() => undefined); // The end.
  }
}

interface Given {
  readonly id: string;
  readonly bytes: number;
  readonly leavesAfterMs: number | null;
}

function reading({ chance }: Actor, { id, bytes, leavesAfterMs }: Given): Asking {
  const client = pick(chance, READERS);
  const expected = contentOf(id, bytes);
  const path = `/page/${id}/${bytes}`;
  return { id, client, path, body: null, isChunked: false, expected, leavesAfterMs };
}

function writing({ chance }: Actor, { id, bytes, leavesAfterMs }: Given): Asking {
  const client = pick(chance, WRITERS);
  const path = `/write/${id}/${bytes}`;
  const body = contentOf(id, bytes);
  const expected = Buffer.from(id);
  return { id, client, path, body, isChunked: chance() < 0.5, expected, leavesAfterMs };
}

async function exchange(actor: Actor, upstream: UpstreamName, asking: Asking): Promise<void> {
  const prefixed = { ...asking, path: `${PREFIX[upstream]}${asking.path}` };
  const got = await actor.line.ask(prefixed);
  actor.chronicle.take(upstream, actor.line.name, prefixed, got);
}

/** Small ones are as frequent as those ten times as large. */
function sizeOf(chance: Chance, least: number, most: number): number {
  return Math.round(least * (most / least) ** chance());
}
