import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Mode } from './mode.ts';

const server = new WebSocketServer({ noServer: true });
const BREAKS_AFTER = 3;

/** The endpoint's end of a tunnel: a WebSocket that sends back what it gets. */
export function answerUpgrade(
  request: IncomingMessage,
  socket: Socket,
  { head, mode }: { readonly head: Buffer; readonly mode: Mode },
): void {
  socket.on('error', () => undefined); // The gateway has left, or this end has.
  switch (mode) {
    case 'unavailable':
    case 'balancer':
      socket.end(
        'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
      );
      return;
    case 'reset':
    case 'reset_after':
    case 'refuse':
      socket.destroy();
      return;
    case 'garbage':
      socket.end('this is not HTTP\r\n\r\n');
      return;
    case 'hang':
      return;
    case 'well':
    case 'cold':
    case 'drip':
    case 'break_off':
      server.handleUpgrade(request, socket, head, (webSocket) => echo(webSocket, mode));
  }
}

function echo(webSocket: WebSocket, mode: Mode): void {
  let messages = 0;
  webSocket.on('error', () => undefined); // It breaks off.
  webSocket.on('message', (message, isBinary) => {
    messages += 1;
    if (mode === 'break_off' && messages > BREAKS_AFTER) webSocket.terminate();
    else webSocket.send(message, { binary: isBinary });
  });
}
