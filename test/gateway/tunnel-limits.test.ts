import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { oneUpstream, startGateway } from '../support/gateway.ts';

/** A gateway in front of a server that sends every message back, and WebSockets through it. */
async function scene(limits: Readonly<Record<string, unknown>>) {
  const server = createServer((_, response) => response.end('served'));
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) =>
    socket.on('message', (message) => socket.send(message.toString())),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  // The address of a TCP server that listens is an object.
  const { port } = server.address() as AddressInfo;
  const started = await startGateway({ ...oneUpstream([`http://127.0.0.1:${port}`]), limits });
  const open = async () => {
    const socket = new WebSocket(started.url.replace('http', 'ws'));
    socket.on('error', () => undefined);
    onTestFinished(() => socket.terminate());
    const status = new Promise<number>((resolve) => {
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode));
    });
    return { socket, status: await status };
  };
  return { ...started, open };
}

test('a tunnel beyond limits.tunnels is refused as overload; requests are served', async () => {
  const { open, gateway, url } = await scene({ tunnels: 1 });
  const first = await open();
  expect([first.status, (await open()).status]).toEqual([101, 503]);
  expect(gateway.counts.limited.get('tunnels')).toBe(1);
  expect(await (await fetch(url)).text()).toBe('served');

  first.socket.close();
  await vi.waitFor(() => expect(gateway.counts.tunnels).toBe(0));
  expect((await open()).status).toBe(101);
});

test('a tunnel through which nothing passes for limits.tunnelIdle ends with 1001; one that lives goes on', async () => {
  const { open, gateway } = await scene({ tunnelIdle: '200ms' });
  const idle = await open();
  const alive = await open();
  const timer = setInterval(() => alive.socket.send('x'), 20);
  onTestFinished(() => clearInterval(timer));

  const [code, reason] = await once(idle.socket, 'close');
  expect([code, String(reason)]).toEqual([1001, 'idle']);
  expect(gateway.counts.limited.get('tunnel_idle')).toBe(1);
  expect(alive.socket.readyState).toBe(WebSocket.OPEN);
});
