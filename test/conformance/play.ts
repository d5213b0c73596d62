import { setTimeout as delay } from 'node:timers/promises';
import { PREFACE } from '../support/http2-frames.ts';
import { openRaw, type RawClient } from '../support/raw-connection.ts';
import type { RawResponse } from '../support/raw-response.ts';
import { areOver, http2Seen } from './http2-seen.ts';
import { closing } from './origin.ts';
import type { Row, Seen, Stand } from './row.ts';
import { inTime } from './steps.ts';

/** What the origin says where a row gives it no words of its own. */
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

const LAST = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';

/** How long a proxy has to end a connection on which its client sends no more. */
const LINGER_MS = 300;

/**
 * Plays one row: does what its client does, waits until the proxy has replied or ended, and looks at
 * both sides. Returns all that is wrong, nothing when the row passes.
 *
 * Besides its own checks, each row must leave the origin with nothing that a strict reader does not take
 * and no more requests than were sent, and the proxy able to serve the next client.
 */
export async function play(row: Row, stand: Stand, patienceMs = 5_000): Promise<readonly string[]> {
  const { origin } = stand;
  origin.play({ reply: row.reply ?? OK, early: row.early });
  const client = await openRaw(row.streams === undefined ? stand.url : stand.http2Url);
  const wrong: string[] = [];
  try {
    for (const step of row.streams === undefined ? row.send : [PREFACE, ...row.send]) {
      if (typeof step === 'string') client.send(step);
      else await step({ client, origin, patienceMs });
    }
    const seen = await look(client, row, { stand, patienceMs });
    wrong.push(...faultsIn(row, seen));
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error));
  } finally {
    client.socket.destroy();
  }
  if (!(await servesNext(stand, patienceMs))) wrong.push('the next client is not served');
  return wrong;
}

interface Setting {
  readonly stand: Stand;
  readonly patienceMs: number;
}

async function look(client: RawClient, row: Row, { stand, patienceMs }: Setting): Promise<Seen> {
  const isHttp2 = row.streams !== undefined;
  const responses = isHttp2 ? [] : await responsesOf(client, row, patienceMs);
  if (isHttp2) await framesOf(client, row.streams, patienceMs);
  if (row.ends) await inTime(client.ending(), patienceMs, 'the connection stays open');
  // What was sent in one go is served in one go: a surplus request would be on its way by now.
  const { hasEnded } = client.soFar;
  if (!client.socket.destroyed) client.socket.end();
  await inTime(client.ending(), LINGER_MS, '').catch(() => undefined);
  const { received: rest, code } = client.soFar;
  return {
    responses,
    rest: isHttp2 ? '' : rest,
    ended: hasEnded ? (code === null ? 'in order' : 'by a reset') : null,
    http2: http2Seen(isHttp2 ? rest : ''),
    origin: { ...stand.origin.seen },
  };
}

async function responsesOf(
  client: RawClient,
  { requests = 1, replies = requests, isHead = false }: Row,
  patienceMs: number,
): Promise<RawResponse[]> {
  const responses: RawResponse[] = [];
  // For all of them: interim responses can go on without end.
  const end = performance.now() + patienceMs;
  let finals = 0;
  while (finals < replies) {
    const next = client.response({ isHead }).catch(() => null); // It ended, or never comes.
    const response = await inTime(next, patienceMs, 'no response came');
    if (response === null) break;
    if (performance.now() > end) throw new Error('no final response came');
    responses.push(response);
    if (response.status >= 200) finals += 1;
  }
  return responses;
}

async function framesOf(
  client: RawClient,
  streams: readonly number[],
  patienceMs: number,
): Promise<void> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const { received, hasEnded } = client.soFar;
    if (hasEnded || areOver(http2Seen(received), streams)) return;
    if (performance.now() > end) throw new Error(`no end of the streams ${streams.join(', ')}`);
    await delay(2);
  }
}

function faultsIn(row: Row, seen: Seen): string[] {
  const { requests, unfinished, fault } = seen.origin;
  const wrong = row.checks.map((check) => check(seen)).filter((text) => text !== null);
  if (fault !== null) wrong.push(fault);
  const reached = requests.length + unfinished.length;
  const sent = row.requests ?? 1;
  if (reached > sent) wrong.push(`the origin got ${reached} requests where ${sent} were sent`);
  return wrong;
}

/** Whether a plain request on a connection of its own is served, within some time. */
async function servesNext({ url, origin }: Stand, patienceMs: number): Promise<boolean> {
  // No connection is left over on which the next row's write could be lost.
  origin.play({ reply: closing(LAST) });
  for (const end = performance.now() + patienceMs; performance.now() < end; await delay(20)) {
    const client = await openRaw(url);
    client.send('GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    const response = await inTime(client.response(), patienceMs, 'late').catch(() => null);
    client.socket.destroy();
    if (response?.status === 200) return true;
  }
  return false;
}
