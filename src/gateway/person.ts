import type { ClientKind } from '../answer/answer.ts';
import type { Peer } from './peer.ts';
import { fieldValue } from './reply.ts';

/** Kinds of clients that a person sits in front of; the others are programs, or parts of a page. */
const OF_PEOPLE: ReadonlySet<string> = new Set([
  'person',
  'html_fetch',
  'fetch',
  'event_source',
  'websocket',
] satisfies ClientKind[]);

/** Whether clients of that kind are people's. */
export function isOfPeople(kind: string): boolean {
  return OF_PEOPLE.has(kind);
}

/** The address that a request came from: what a trusted proxy says, or the connection's own. */
export function clientAddress(
  rawHeaders: readonly string[],
  { peer, isTrusted }: { readonly peer: Pick<Peer, 'address'>; readonly isTrusted: boolean },
): string {
  if (!isTrusted) return peer.address;
  // The nearest proxy has put it last.
  const place = rawHeaders.findLastIndex(
    (name, index) =>
      // By its length first: most names have another one, and each would be a string more.
      index % 2 === 0 && name.length === 15 && name.toLowerCase() === 'x-forwarded-for',
  );
  const forwarded = place === -1 ? '' : (rawHeaders[place + 1] ?? '');
  return forwarded.slice(forwarded.lastIndexOf(',') + 1).trim() || peer.address;
}

/** Its `User-Agent`; empty where there is none. */
export function userAgent(rawHeaders: readonly string[]): string {
  return fieldValue(rawHeaders, 'user-agent') ?? '';
}
