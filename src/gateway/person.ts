import type { ClientKind } from '../answer/answer.ts';
import type { Sender } from './forwarded-fields.ts';

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
export function clientAddress(rawHeaders: readonly string[], { peer, isTrusted }: Sender): string {
  const forwarded = isTrusted ? lastOf('x-forwarded-for', rawHeaders) : '';
  // The nearest proxy has put it last.
  return forwarded.slice(forwarded.lastIndexOf(',') + 1).trim() || peer.address;
}

/** Its `User-Agent`; empty where there is none. */
export function userAgent(rawHeaders: readonly string[]): string {
  return lastOf('user-agent', rawHeaders);
}

function lastOf(name: string, rawHeaders: readonly string[]): string {
  for (let index = rawHeaders.length - 2; index >= 0; index -= 2) {
    const field = rawHeaders[index] ?? '';
    // By length first: this is on the way of every answer to a person.
    if (field.length !== name.length || field.toLowerCase() !== name) continue;
    return rawHeaders[index + 1] ?? '';
  }
  return '';
}
