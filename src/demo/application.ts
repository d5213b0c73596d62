import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { handleApi } from './application-api.ts';
import { handlePage } from './application-pages.ts';
import { type Exchange, RequestError, sendText } from './exchange.ts';
import { type Fault, spoil } from './fault.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { DemoServer, type Place } from './server.ts';
import { echoWebSocket } from './web-socket.ts';

/** One endpoint of the demo's application, as it was started. */
export interface ApplicationOptions extends Place {
  /** Shown on its pages and in `Served-By`, to tell the endpoints apart. */
  readonly name: string;
  /** Shared by endpoints that are to know the same; its own when left out. */
  readonly ledger?: Ledger;
}

/** A running endpoint of the application. */
export interface Application extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly fault: Fault;
  /** Breaks it, or mends it with `none`; resolves when it is so. */
  breakWith(fault: Fault): Promise<void>;
  close(): Promise<void>;
}

const SLOW_MS = 3000;
const SLOWEST_MS = 60_000;
const TICK_MS = 1000;

/** Starts a small billing application: pages, a JSON API, events, a WebSocket echo. */
export async function startApplication(options: ApplicationOptions): Promise<Application> {
  const ledger = options.ledger ?? openLedger();
  const hung = new Set<Socket>();
  let fault: Fault = 'none';

  const server = await DemoServer.start(options, {
    handle: (exchange) => {
      if (fault !== 'none') return spoil(fault, exchange.request, hung);
      exchange.response.setHeader('Served-By', options.name);
      return serve(exchange, ledger, options.name);
    },
    upgrade: (request, socket, head) => {
      if (fault !== 'none') return spoil(fault, request, hung);
      return upgrade(request, socket, head);
    },
  });

  const change = async (next: Fault) => {
    fault = next;
    for (const socket of hung) socket.destroy();
    await (next === 'gone' ? server.leave() : server.comeBack());
  };
  const inTurn = queueOfSteps();
  const close = () => inTurn(() => server[Symbol.asyncDispose]());

  return {
    name: options.name,
    url: server.url,
    get fault() {
      return fault;
    },
    breakWith: (next) => inTurn(() => change(next)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Runs steps one after the other: `gone` and `none` at once must not meet on the port. */
function queueOfSteps(): (step: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (step) => {
    // A step that failed has been told to its caller, and does not stop the next one.
    last = last.catch(() => undefined).then(step);
    return last;
  };
}

async function serve(exchange: Exchange, ledger: Ledger, name: string): Promise<void> {
  const { response, url } = exchange;
  if (url.pathname === '/healthz') return sendText(response, 'ok');
  if (url.pathname === '/slow') return replySlowly(exchange);
  if (url.pathname === '/events') return streamEvents(exchange);
  if (url.pathname.startsWith('/api/')) return handleApi(exchange, ledger);
  return handlePage(exchange, ledger, name);
}

function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  if (request.url?.split('?')[0] === '/ws') echoWebSocket(request, socket, head);
  else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** Replies after `?ms=`, three seconds by default. */
function replySlowly({ response, url }: Exchange): void {
  const delayMs = Number(url.searchParams.get('ms') ?? SLOW_MS);
  if (!(delayMs >= 0 && delayMs <= SLOWEST_MS)) {
    throw new RequestError(400, `ms: expected a number from 0 to ${SLOWEST_MS}.`);
  }
  const timer = setTimeout(() => sendText(response, `This took ${delayMs} ms.`), delayMs);
  response.once('close', () => clearTimeout(timer));
}

/** Counts, a number a second, as server-sent events; starts again where `Last-Event-ID` ended. */
function streamEvents({ request, response }: Exchange): void {
  const last = Number(request.headers['last-event-id'] ?? 0);
  let count = Number.isSafeInteger(last) && last >= 0 ? last : 0;
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const tick = () => {
    count += 1;
    response.write(`id: ${count}\ndata: ${count}\n\n`);
  };
  tick();
  const timer = setInterval(tick, TICK_MS);
  response.once('close', () => clearInterval(timer));
}
