/**
 * The entry of the container that has the Engine's socket. It stands in for a socket proxy that users
 * would take from a registry, which the test has none of: GET of what `by-engine.yml` lets through, and
 * 403 for all else.
 */
import { createServer, request } from 'node:http';

const SOCKET = '/var/run/docker.sock';
const PORT = 2375;

/** A version before the path is as good as none. */
const ALLOWED = /^(\/v[\d.]+)?\/(services|tasks|events)(\?|$)/;

// The first process of a container has no default for it, and Docker waits ten seconds for its end.
process.on('SIGTERM', () => process.exit(0));

createServer(({ method, url: path = '' }, response) => {
  if (method !== 'GET' || !ALLOWED.test(path)) {
    response.writeHead(403).end();
    return;
  }
  const asked = request({ socketPath: SOCKET, path }, (said) => {
    response.writeHead(said.statusCode ?? 502, said.headers).flushHeaders();
    said.pipe(response).on('close', () => said.destroy());
  });
  asked.on('error', () => response.destroy()).end();
}).listen(PORT, '0.0.0.0');
