import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { isMode, type Mode } from './mode.ts';

/**
 * One endpoint of the application, as a process of its own: `node endpoint.ts HOST PORT CONTROL_PORT LEDGER MODE`.
 *
 * The path of a request to the control port is the mode from then on. Each POST that is processed
 * is a line of the ledger, written before the reply. SIGTERM ends it as a well-behaved server ends: it
 * accepts no new connections, says so on those that it has, and closes them when they are idle. In the
 * mode `abrupt` it closes idle connections at once, whatever may be on its way.
 */
const [, , host = '', port = '', controlPort = '', ledger = '', begin = ''] = process.argv;

const COLD_REPLY_MS = 1_000;
const LINGER_MS = 500;
let isEnding = false;
let mode: Mode = isMode(begin) ? begin : 'well';

const server = createServer((request, response) => {
  if (isEnding) response.shouldKeepAlive = false;
  if (mode === 'reset') return void request.socket.resetAndDestroy();
  if (mode === 'hang') return;
  const isProbe = request.url === '/healthz';
  if (mode === 'sick' && !isProbe) return refuse(response);
  if (mode === 'unavailable') return refuse(response);
  if (mode === 'cold') return void serveLate(request, response);
  serve(request, response);
});
server.keepAliveTimeout = 75_000;
server.listen(Number(port), host);

createServer((request, response) => {
  const asked = request.url?.slice(1) ?? '';
  if (isMode(asked)) mode = asked;
  response.end(mode);
}).listen(Number(controlPort), host);

process.on('SIGTERM', () => {
  if (mode === 'abrupt') return void server.close(() => process.exit(0));
  isEnding = true;
  // node:http's own `close` ends idle connections in the same moment.
  Server.prototype.close.call(server, () => process.exit(0));
  setTimeout(() => server.closeIdleConnections(), LINGER_MS);
});

function serve(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  request.once('end', () => {
    if (request.method === 'POST') appendFileSync(ledger, `${request.url}\n`);
    response.end('well\n');
  });
}

async function serveLate(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await delay(COLD_REPLY_MS);
  serve(request, response);
}

function refuse(response: ServerResponse): void {
  response.writeHead(503, { 'content-type': 'text/html' });
  response.end('<html><body><h1>503 Service Unavailable</h1></body></html>');
}
