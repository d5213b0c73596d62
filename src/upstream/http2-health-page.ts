import { connect } from 'node:http2';
import type { Socket } from 'node:net';
import type { Page } from './health-page.ts';

/** As `askForPage`, of an endpoint that speaks HTTP/2. A reset of the stream is one of the connection. */
export function askForPageByHttp2(
  socket: Socket,
  { url, path }: Page,
  onReply: (status: number | 'malformed') => void,
): void {
  const session = connect(url, {
    createConnection: () => socket,
    settings: { enablePush: false },
  });
  session.on('error', () => undefined); // Its socket tells of it, or its stream.
  const stream = session.request(
    { ':path': path, 'user-agent': 'candor-probe', accept: '*/*' },
    { endStream: true },
  );
  stream.on('response', ({ ':status': status = 0 }) => onReply(status));
  stream.on('error', ({ code }: Error & { readonly code?: string }) => {
    if (code === 'ERR_HTTP2_ERROR') onReply('malformed');
  });
  stream.on('close', () => {
    socket.destroy(Object.assign(new Error('the stream was reset'), { code: 'ECONNRESET' }));
  });
}
