import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../answer/answer.ts';
import type { Refusal } from './request-head.ts';

/** How long a client may go on sending the body of a request that has been answered already. */
const LINGER_MS = 5_000;

/** Writes an answer, whole, in one go. */
export function respond(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, answer.reasonPhrase, answer.headers as string[]);
  response.end(answer.body);
  if (!response.req.complete) linger(response.req);
}

/** Answers a request that is no proper HTTP, or no business of any upstream. The connection ends. */
export function refuse(response: ServerResponse, { status, detail }: Refusal): void {
  const body = `${detail}\n`;
  response.writeHead(status, [
    'Content-Type',
    'text/plain; charset=utf-8',
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Cache-Control',
    'no-store',
    'X-Content-Type-Options',
    'nosniff',
    'Connection',
    'close',
  ]);
  response.end(body);
}

/** A short text of the gateway's own that is no answer about an outage. */
export function respondText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, [
    'Content-Type',
    'text/plain; charset=utf-8',
    'Content-Length',
    String(Buffer.byteLength(text)),
    'Cache-Control',
    'no-store',
  ]);
  response.end(text);
}

/**
 * Lets a client that is still sending its body finish for a while, so that it reads the answer
 * rather than a reset (RFC 9112, section 9.6); node:http reads the body and throws it away.
 */
function linger(request: IncomingMessage): void {
  const { socket } = request;
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
}
