import { STATUS_CODES } from 'node:http';
import type { Answer } from '../answer/answer.ts';
import type { ClientResponse } from './client-message.ts';
import { lingerAfter } from './linger.ts';
import type { Refusal } from './refusal.ts';

/** What of an answer goes over the wire. */
type Written = Pick<Answer, 'status' | 'reasonPhrase' | 'headers' | 'body'> &
  Partial<Pick<Answer, 'printer'>>;

/** Writes an answer, whole, in one go; a printed one at the end of the turn. */
export function respond(response: ClientResponse, answer: Written): void {
  const { printer = null } = answer;
  if (printer === null || !response.sendPrinted(answer.status, printer)) {
    response.writeHead(answer.status, answer.reasonPhrase, answer.headers as string[]);
    response.end(answer.body, 'latin1');
  }
  lingerAfter(response);
}

/** Answers a request that is no proper HTTP, or no business of any upstream. The connection ends. */
export function refuse(response: ClientResponse, { status, detail }: Refusal): void {
  const body = `${detail}\n`;
  response.shouldKeepAlive = false;
  response.writeHead(status, STATUS_CODES[status] ?? '', [
    'Content-Type',
    'text/plain; charset=utf-8',
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Cache-Control',
    'no-store',
    'X-Content-Type-Options',
    'nosniff',
  ]);
  response.end(body);
  lingerAfter(response);
}

/** A short text of the gateway's own that is no answer about an outage. */
export function respondText(response: ClientResponse, status: number, text: string): void {
  response.writeHead(status, STATUS_CODES[status] ?? '', [
    'Content-Type',
    'text/plain; charset=utf-8',
    'Content-Length',
    String(Buffer.byteLength(text)),
    'Cache-Control',
    'no-store',
  ]);
  response.end(text);
  lingerAfter(response);
}
