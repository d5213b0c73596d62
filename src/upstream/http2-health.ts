import { type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import type { Page } from './health-page.ts';

/** As `askForPage`, of an endpoint that speaks HTTP/2. A reset of the stream is one of the connection. */
export function askForPageByHttp2(
  socket: Socket,
  { url, path }: Page,
  onReply: (status: number | 'malformed') => void,
): void {
  const stream = openStream(
    socket,
    { url, onMalformed: () => onReply('malformed') },
    { ':path': path, accept: '*/*' },
  );
  stream.on('response', ({ ':status': status = 0 }) => onReply(status));
  stream.end();
}

const HEALTH_CHECK = '/grpc.health.v1.Health/Check';
/** A message of no bytes, which asks for the server as a whole: not compressed, and its length. */
const EMPTY_MESSAGE = Buffer.alloc(5);
/** The message that says SERVING, the first member of which is a status: 1. */
const SERVING = Buffer.from([0, 0, 0, 0, 2, 0x08, 1]);

/**
 * Asks a gRPC server for its health by the standard service, `grpc.health.v1.Health`. Whatever it says
 * but SERVING is `not_serving`, that it knows no such service included.
 */
export function askForHealth(
  socket: Socket,
  { url }: Pick<Page, 'url'>,
  onReply: (health: 'serving' | 'not_serving' | 'malformed') => void,
): void {
  const stream = openStream(
    socket,
    { url, onMalformed: () => onReply('malformed') },
    {
      ':method': 'POST',
      ':path': HEALTH_CHECK,
      'content-type': 'application/grpc',
      te: 'trailers',
    },
  );
  let reply = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    reply = Buffer.concat([reply, chunk]);
    if (reply.length > SERVING.length) onReply('not_serving');
    else if (reply.equals(SERVING)) onReply('serving');
  });
  // One that was reset has ended as well.
  stream.on('end', () => {
    if (stream.rstCode === 0) onReply('not_serving');
  });
  stream.end(EMPTY_MESSAGE);
}

/** Opens a session on a connection that is open, and its only stream. */
function openStream(
  socket: Socket,
  { url, onMalformed }: { readonly url: string; readonly onMalformed: () => void },
  fields: OutgoingHttpHeaders,
): ClientHttp2Stream {
  const session = connect(url, {
    createConnection: () => socket,
    settings: { enablePush: false },
  });
  session.on('error', () => undefined); // Its socket tells of it, or its stream.
  const stream = session.request({ 'user-agent': 'candor-probe', ...fields });
  stream.on('error', ({ code }: Error & { readonly code?: string }) => {
    if (code === 'ERR_HTTP2_ERROR') onMalformed();
  });
  stream.on('close', () => {
    socket.destroy(Object.assign(new Error('the stream was reset'), { code: 'ECONNRESET' }));
  });
  return stream;
}
