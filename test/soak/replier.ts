import { openSync, writeSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Http2ServerRequest } from 'node:http2';
import { TLSSocket } from 'node:tls';
import { Comparison, contentOf } from './content.ts';
import { ledgerLine } from './ledger.ts';
import type { Mode } from './mode.ts';

const COLD_MS = 700;
const DRIPS = 16;
const DRIP_MS = 30;
const EVENT_MS = 100;
const UNAVAILABLE = '<html><body><h1>503 Service Unavailable</h1></body></html>\n';
/** What HAProxy says where it has no server: no server has seen the request. */
const NO_SERVER =
  '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n';

const PATH = /^(?:\/api|\/files)?\/(page|write|events|healthz)(?:\/([^/]+)\/(\d+))?$/;

/**
 * What the application does: `GET …/page/ID/BYTES` replies with the content of that id, `POST …/write/ID/BYTES`
 * takes it and replies with the id, `GET …/events` counts, as an event stream without an end.
 *
 * An id that begins with `lie-` is lied about: that is how the checkers are tested.
 */
export class Replier {
  readonly #ledger: number;

  constructor(ledger: string) {
    this.#ledger = openSync(ledger, 'a');
  }

  serve(request: IncomingMessage, response: ServerResponse, mode: Mode): void {
    response.on('error', () => undefined); // The gateway has left.
    if (mode === 'unavailable') return refuse(response, UNAVAILABLE);
    if (mode === 'balancer') return refuse(response, NO_SERVER);
    const [, what, id = '', bytes] = PATH.exec(request.url ?? '') ?? [];
    const content = contentOf(id, Number(bytes ?? 0));
    if (what === 'page') send(response, lied(id, content), mode);
    else if (what === 'write') this.#write(request, response, { id, content, mode });
    else if (what === 'events') count(response);
    else response.writeHead(what === 'healthz' ? 200 : 404).end();
  }

  #write(
    request: IncomingMessage,
    response: ServerResponse,
    { id, content, mode }: { id: string; content: Buffer; mode: Mode },
  ): void {
    const comparison = new Comparison(content);
    request.on('error', () => undefined); // It breaks off: nothing is processed.
    request.on('data', (chunk: Buffer) => comparison.take(chunk));
    request.once('end', () => {
      if (isBrokenOff(request)) return;
      const times = id.startsWith('lie-double') ? 2 : id.startsWith('lie-lose') ? 0 : 1;
      for (let time = 0; time < times; time += 1) {
        writeSync(this.#ledger, ledgerLine(id, comparison.isIntact));
      }
      if (mode === 'reset_after') cutOff(request);
      else if (id.startsWith('lie-deny')) refuse(response, NO_SERVER);
      else send(response, Buffer.from(id), mode);
    });
  }
}

/** Breaks the connection of a request off. */
export function cutOff(request: IncomingMessage): void {
  const { socket } = request;
  if (isHttp2(request)) request.stream.session?.destroy();
  else if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** The compatible interface of node:http2 ends a body that was reset as one that is whole. */
function isBrokenOff(request: IncomingMessage): boolean {
  return isHttp2(request) ? request.stream.aborted : !request.complete;
}

function isHttp2(request: unknown): request is Http2ServerRequest {
  return request instanceof Http2ServerRequest;
}

function refuse(response: ServerResponse, page: string): void {
  response.writeHead(503, { 'content-type': 'text/html' }).end(page);
}

function lied(id: string, content: Buffer): Buffer {
  if (!id.startsWith('lie-garble')) return content;
  const garbled = Buffer.from(content);
  garbled[garbled.length >> 1] = (garbled[garbled.length >> 1] ?? 0) ^ 1;
  return garbled;
}

/** Every second length is sent in chunks. */
function send(response: ServerResponse, body: Buffer, mode: Mode): void {
  const reply = () => {
    const length = body.length % 2 === 0 ? { 'content-length': body.length } : {};
    response.writeHead(200, { 'content-type': 'application/octet-stream', ...length });
    if (mode === 'drip') drip(response, body);
    else if (mode === 'break_off') breakOff(response, body);
    else response.end(body);
  };
  if (mode === 'garbage') sendGarbage(response);
  else if (mode === 'cold') setTimeout(reply, COLD_MS);
  else reply();
}

function sendGarbage({ req: request }: ServerResponse): void {
  if (isHttp2(request)) cutOff(request);
  else request.socket.end('this is not HTTP\r\n\r\n');
}

function breakOff(response: ServerResponse, body: Buffer): void {
  response.flushHeaders();
  response.write(body.subarray(0, body.length >> 1), () => cutOff(response.req));
}

function drip(response: ServerResponse, body: Buffer): void {
  const step = Math.ceil(body.length / DRIPS);
  let sent = 0;
  const timer = setInterval(() => {
    response.write(body.subarray(sent, sent + step));
    sent += step;
    if (sent < body.length) return;
    clearInterval(timer);
    response.end();
  }, DRIP_MS);
  response.once('close', () => clearInterval(timer));
}

function count(response: ServerResponse): void {
  let number = 0;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const tell = () => {
    response.write(`data: ${number}\n\n`);
    number += 1;
  };
  tell();
  const timer = setInterval(tell, EVENT_MS);
  response.once('close', () => clearInterval(timer));
}
