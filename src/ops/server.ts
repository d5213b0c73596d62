import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { OpsSettings } from '../config/settings.ts';
import { buildOpsApp, type OpsOptions } from './app.ts';

const CLOSE_MS = 1_000;

/** What operators listen to, while it is open. */
export interface Ops extends AsyncDisposable {
  readonly url: string;
}

/**
 * Opens the ops listener.
 *
 * Rejects with a message that names the address where it cannot be listened on. Its disposal gives
 * running requests a second.
 */
export async function startOps(options: OpsOptions): Promise<Ops> {
  const { settings, log } = options;
  const stop = new AbortController();
  const server = createServer(buildOpsApp(options, stop.signal));
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.maxConnections = 256;
  await listen(server, settings);
  server.on('error', (err) => log.error({ err }, 'ops listener failed'));
  return { url: urlOf(server, settings), [Symbol.asyncDispose]: () => close(server, stop) };
}

async function listen(server: Server, { host, port }: OpsSettings): Promise<void> {
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new Error(`ops: cannot listen on ${authority(host, port)}: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'not permitted (a port below 1024 needs privileges)',
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the name does not resolve',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const reason = REASONS[code];
  return reason === undefined ? code : `${reason} (${code})`;
}

function urlOf(server: Server, { host, port }: OpsSettings): string {
  const address = server.address();
  const actual = typeof address === 'object' ? address?.port : undefined;
  return `http://${authority(host, actual ?? port)}`;
}

function authority(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

async function close(server: Server, stop: AbortController): Promise<void> {
  stop.abort();
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await closed;
  clearTimeout(late);
}
