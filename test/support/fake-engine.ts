import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** How the Engine behaves when it is asked for services, tasks or events. */
type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Not a Docker Engine: a server on a Unix socket that answers as one does, for what a real one cannot
 * be made to do. What a real one says is tested in `test/swarm/`.
 */
export interface FakeEngine {
  readonly path: string;
  /** Each request so far: `GET /services`. */
  readonly requests: readonly string[];
  /** What `/services` and `/tasks` list. */
  services: readonly unknown[];
  tasks: readonly unknown[];
  /** What it does in place of listing, or of opening a stream; null: as it should. */
  behaves: Behaviour | null;
  streams: Behaviour | null;
  /** How many event streams are open. */
  readonly listeners: number;
  /** Tells all who listen. */
  tell(event: unknown): void;
  /** Ends all streams. */
  hangUp(): void;
  /** Ends everything and leaves the socket's place empty. */
  close(): Promise<void>;
}

/** Starts one that closes when the running test is over. */
export async function startFakeEngine(): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-engine-'));
  const path = join(folder, 'docker.sock');
  const requests: string[] = [];
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://engine');
    requests.push(`${request.method} ${pathname}`);
    if (pathname === '/events') return listen(request, response);
    if (engine.behaves !== null) return engine.behaves(request, response);
    const listed = pathname === '/services' ? engine.services : engine.tasks;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(listed));
  });
  const listen: Behaviour = (request, response) => {
    if (engine.streams !== null) return engine.streams(request, response);
    open.add(response.on('close', () => open.delete(response)));
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  };
  const engine: FakeEngine = {
    path,
    requests,
    services: [],
    tasks: [],
    behaves: null,
    streams: null,
    get listeners() {
      return open.size;
    },
    tell: (event) => {
      for (const response of open) response.write(`${JSON.stringify(event)}\n`);
    },
    hangUp: () => {
      for (const response of open) response.end();
    },
    close: async () => {
      if (!server.listening) return;
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
  await once(server.listen(path), 'listening');
  onTestFinished(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });
  return engine;
}
