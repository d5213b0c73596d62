import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { isMode, type Mode } from './mode.ts';

/**
 * One endpoint of the application, as a process of its own: `node endpoint.ts HOST PORT CONTROL_PORT LEDGER MODE`.
 *
 * The path of a request to the control port is the mode from then on. Each POST that is processed
 * is a line of the ledger, written before the reply. SIGTERM ends it as a well-behaved server ends:
 * no new connections, what runs is finished, and then it is gone.
 */
const [, , host = '', port = '', controlPort = '', ledger = '', begin = ''] = process.argv;

const COLD_REPLY_MS = 1_000;
let mode: Mode = isMode(begin) ? begin : 'well';

const server = createServer((request, response) => {
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
  server.close(() => process.exit(0));
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
