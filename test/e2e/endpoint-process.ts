/**
 * An endpoint as a process of its own: `node endpoint-process.ts HOST PORT LINGER_MS`. It replies 200 a few
 * milliseconds after it has the whole request; after SIGUSR2 it takes requests and never replies, and tells of
 * those alone.
 *
 * On SIGTERM it ends as well-behaved servers do: it stops listening, finishes what runs, replies with
 * `Connection: close`, closes idle connections after LINGER_MS, prints the method and `x-id` of each request that
 * it has processed, and exits.
 */
import { createServer } from 'node:http';
import { Server } from 'node:net';

const [, , host, port, lingerMs] = process.argv;
const processed: string[] = [];
let hangs = false;
let isClosing = false;

const server = createServer((request, response) => {
  request.resume().once('end', () => {
    processed.push(`${request.method} ${request.headers['x-id']}`);
    if (hangs) return;
    setTimeout(() => {
      if (isClosing) response.setHeader('connection', 'close');
      response.end('served\n');
    }, Math.random() * 10);
  });
});

process.on('SIGUSR2', () => {
  hangs = true;
  processed.length = 0;
});
process.once('SIGTERM', () => {
  isClosing = true;
  // Not node:http's own close, which closes idle connections at once, those included on which a request has just come.
  Server.prototype.close.call(server, () => {
    process.stdout.write(`${JSON.stringify(processed)}\n`, () => process.exit(0));
  });
  setTimeout(() => server.closeIdleConnections(), Number(lingerMs));
  if (hangs) setTimeout(() => server.closeAllConnections(), Number(lingerMs));
});
server.listen(Number(port), host, () => process.stdout.write('listening\n'));
