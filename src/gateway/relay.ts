import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ClientResponse } from './client-message.ts';
import { fieldValue, type ReplyHead } from './reply.ts';

/**
 * Puts the head of a reply in front of the client's response. It leaves with the first bytes of the
 * body, in one write, or at the end of the turn where no body has come yet.
 */
export function relayHead(response: ClientResponse, reply: ReplyHead): void {
  response.writeHead(reply.status, reply.reasonPhrase, reply.fields);
}

/**
 * Ends a response that its upstream has broken off, so that the client knows it for what it is. Where
 * nothing but the connection's end would have told that it is whole, a reset tells that it is not.
 */
export function breakOff(response: ClientResponse, hasLength: boolean): void {
  const { socket } = response;
  if (socket === null || response.chunkedEncoding || hasLength) {
    response.destroy();
  } else cutOff(socket);
}

/** Resets a connection; one with TLS ends without its closing word, which says the same. */
export function cutOff(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/**
 * Relays an informational reply (RFC 9110, section 15.2). 102 and 103 are what node:http can write;
 * others are dropped, which a proxy may do with those it does not know. Never to an HTTP/1.0 client.
 */
export function relayInformational(
  response: ClientResponse,
  status: number,
  fields: readonly string[],
): void {
  if (response.headersSent || response.req.httpVersionMinor === 0) return;
  if (status === 102) response.writeProcessing();
  const link = fieldValue(fields, 'link');
  if (status !== 103 || link === null) return;
  const hints: Record<string, string | string[]> = {};
  for (let index = 0; index < fields.length; index += 2) {
    const name = (fields[index] ?? '').toLowerCase();
    const value = fields[index + 1] ?? '';
    const before = hints[name];
    if (before === undefined) hints[name] = value;
    else hints[name] = name === 'link' ? [before, value].flat() : `${before}, ${value}`;
  }
  try {
    response.writeEarlyHints(hints);
  } catch {
    // A hint that node:http takes for malformed is only a hint: the reply itself still comes.
  }
}
