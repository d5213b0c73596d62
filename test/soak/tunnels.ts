import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Chance } from '../simulation/chance.ts';
import type { Chronicle } from './chronicle.ts';
import { contentOf } from './content.ts';
import { again } from './traffic.ts';

/** Somebody who opens WebSockets. */
export interface Tunneller {
  readonly name: string;
  readonly chance: Chance;
  /** `ws:` or `wss:` */
  readonly url: string;
  readonly chronicle: Chronicle;
}

const MOST_MESSAGES = 40;
const MOST_MESSAGE_BYTES = 32 * 1024;
const PATIENCE_MS = 15_000;

/** Opens a WebSocket, has its messages sent back, and closes it or leaves; again and again. */
export async function tunnel(tunneller: Tunneller, end: AbortSignal): Promise<void> {
  await again(tunneller, end, 400, (id) => open(tunneller, id));
}

async function open({ chance, url, chronicle }: Tunneller, id: string): Promise<void> {
  const from = Date.now();
  const webSocket = new WebSocket(`${url}/tunnel`, {
    rejectUnauthorized: false,
    headers: { host: 'soak.example.com' },
  });
  const closed = closeOf(webSocket);
  const opening = await openingOf(webSocket);
  const trouble = (what: 'answer' | 'broken off', detail: string) =>
    chronicle.troubles.push({ what, upstream: 'app', from, to: Date.now(), detail });
  if (opening.kind === 'refused') {
    chronicle.count('tunnels: refused by an answer');
    if (opening.fault === null) trouble('answer', `tunnel ${id} refused`);
    else chronicle.add('raw error', `tunnel ${id}: ${opening.fault}`);
    return;
  }
  if (opening.kind === 'raw') {
    chronicle.add('raw error', `tunnel ${id}: ${opening.code}`);
    return;
  }
  chronicle.count('tunnels: opened');
  const how = await talk(webSocket, { id, chance, closed, chronicle });
  if (how === 'left') return;
  chronicle.count('tunnels: broken off');
  trouble('broken off', `tunnel ${id}: close code ${how}`);
}

type Opening =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly fault: string | null }
  | { readonly kind: 'raw'; readonly code: string };

async function openingOf(webSocket: WebSocket): Promise<Opening> {
  const { promise, resolve } = Promise.withResolvers<Opening>();
  const late = setTimeout(() => resolve({ kind: 'raw', code: 'patience is over' }), PATIENCE_MS);
  webSocket.once('open', () => resolve({ kind: 'open' }));
  webSocket.on('error', (error: NodeJS.ErrnoException) =>
    resolve({ kind: 'raw', code: error.code ?? error.message }),
  );
  webSocket.once('unexpected-response', (request, reply: IncomingMessage) => {
    resolve({ kind: 'refused', fault: faultOf(reply) });
    request.destroy();
  });
  const opening = await promise;
  clearTimeout(late);
  if (opening.kind === 'raw') webSocket.terminate();
  return opening;
}

/** A handshake cannot show anything but its status and fields. */
function faultOf({ statusCode, headers }: IncomingMessage): string | null {
  const isOurs =
    headers['candor-disposition'] !== undefined && headers['proxy-status'] !== undefined;
  const isOutage = statusCode === 502 || statusCode === 503 || statusCode === 504;
  return isOurs && isOutage ? null : `refused with ${statusCode}, and no answer of the gateway's`;
}

async function closeOf(webSocket: WebSocket): Promise<number> {
  const [code] = (await once(webSocket, 'close')) as [number];
  return code;
}

/** Resolves to `left`, or to the code with which the other side closed. */
async function talk(
  webSocket: WebSocket,
  {
    id,
    chance,
    closed,
    chronicle,
  }: { id: string; chance: Chance; closed: Promise<number>; chronicle: Chronicle },
): Promise<'left' | number> {
  const messages = Math.ceil(MOST_MESSAGES * chance());
  for (let number = 0; number < messages; number += 1) {
    const message = contentOf(`${id}-${number}`, Math.round(MOST_MESSAGE_BYTES ** chance()));
    const back = echoOf(webSocket);
    webSocket.send(message, () => undefined); // A connection that is gone says so by its close.
    const got = await Promise.race([
      back,
      closed,
      delay(PATIENCE_MS, 'late' as const, { ref: false }),
    ]);
    if (got === 'late') {
      webSocket.terminate();
      return 0;
    }
    if (typeof got === 'number') return got;
    chronicle.count('tunnels: messages');
    if (!got.equals(message)) chronicle.add('damaged reply', `tunnel ${id}: message ${number}`);
    await delay(100 * chance());
  }
  if (chance() < 0.3) webSocket.terminate();
  else webSocket.close(1000);
  await closed;
  return 'left';
}

function echoOf(webSocket: WebSocket): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  // The type of what comes is that of `binaryType`, which is a buffer by default.
  webSocket.once('message', (message) => resolve(message as Buffer));
  return promise;
}
