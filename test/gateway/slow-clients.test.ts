import { readFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectHttp2 } from '../support/http2-client.ts';
import { FRAME, frame, headerBlock, headers, PREFACE } from '../support/http2-frames.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startUpstream } from '../support/upstream.ts';

const TOO_SLOW = [408, 'The body of the request took too long to arrive.\n'];
const LIMITS = { bodyRate: '50B', bodyTimeout: '200ms', sendTimeout: '200ms' };
const POST = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n';

/** Calls again and again until the test is over. */
function every(ms: number, act: () => void): void {
  const timer = setInterval(act, ms);
  onTestFinished(() => clearInterval(timer));
}

test.for([
  { name: 'stops', drip: '' },
  { name: 'drips', drip: 'x' },
])('a client whose body $name is answered 408, and the upstream let go', async ({ drip }) => {
  const upstream = await startUpstream('hang');
  const {
    url,
    gateway,
    upstream: app,
  } = await startGateway({
    ...oneUpstream([upstream.url]),
    limits: LIMITS,
  });
  const client = await connectRaw(url);
  client.send(`${POST}\r\n${'x'.repeat(1_000)}`);
  every(60, () => client.send(drip));

  const answer = await client.response();
  expect([answer.status, answer.body]).toEqual(TOO_SLOW);
  expect(gateway.counts.limited.get('body_rate')).toBe(1);
  expect(app().belief.verdict.state).toBe('up');
  client.leave();
});

test('through HTTP/2 only the stream whose body stops is ended', async () => {
  const upstream = await startUpstream((request, response) => {
    if (request.method === 'GET') response.end('served\n');
  });
  const { url } = await startGateway({ ...oneUpstream([upstream.url]), limits: LIMITS });
  const client = await connectHttp2(url);
  const { stream, over } = client.open({ method: 'POST' });
  stream.write('x');

  const got = await over;
  expect([got.status, got.text]).toEqual(TOO_SLOW);
  expect((await client.ask()).text).toBe('served\n');
});

test('who is slow for another reason is left alone', async () => {
  const upstream = await startUpstream((request, response) => {
    if (request.url === '/begun') response.write('begun');
    if (request.url === '/unread') unread.resolve(() => request.resume());
    else request.resume();
    request.once('end', () => response.end('whole'));
  });
  const unread = Promise.withResolvers<() => void>();
  const { url } = await startGateway({ ...oneUpstream([upstream.url]), limits: LIMITS });
  const post = async (path: string, { length = 2, fields = '' } = {}) => {
    const client = await connectRaw(url);
    client.send(`POST ${path} HTTP/1.1\r\nHost: a\r\n${fields}Content-Length: ${length}\r\n\r\nx`);
    return client;
  };
  const grpc = await post('/', { fields: 'Content-Type: application/grpc\r\n' });
  const listener = await post('/', { fields: 'Accept: text/event-stream\r\n' });
  const inConversation = await post('/begun');
  const steady = await post('/', { length: 401 });
  every(25, () => steady.send('x'.repeat(10)));
  const blocked = await post('/unread', { length: BODY_BEYOND_BUFFERS + 1 });
  blocked.send('x'.repeat(BODY_BEYOND_BUFFERS));
  const read = await unread.promise;

  // Two who are cut off, one after the other: the others have been looked at all the time.
  for (let round = 0; round < 2; round++) {
    expect((await (await post('/')).response()).status).toBe(408);
  }
  read();
  for (const client of [grpc, listener, inConversation]) client.send('x');
  for (const client of [grpc, listener, inConversation, steady, blocked]) {
    expect((await client.response()).status).toBe(200);
  }
});

const BODY_BEYOND_BUFFERS = 16 * 1024 * 1024;

/** An upstream whose reply has no end, and how much of it was taken from it. */
async function endless() {
  const sent = { bytes: 0, isOver: false };
  const chunk = Buffer.alloc(64 * 1024);
  const upstream = await startUpstream((_, response) => {
    response.once('close', () => {
      sent.isOver = true;
    });
    const write = () => {
      sent.bytes += chunk.length;
      if (response.write(chunk)) write();
    };
    response.on('drain', write);
    write();
  });
  return { upstream, sent };
}

test('a client that reads nothing is cut off, and holds little until then', async () => {
  const { upstream, sent } = await endless();
  const { url, gateway } = await startGateway({ ...oneUpstream([upstream.url]), limits: LIMITS });
  const client = deafClient(url);
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');

  await vi.waitFor(() => expect(gateway.counts.limited.get('send_timeout')).toBe(1), 3_000);
  await vi.waitFor(() => expect([sent.isOver, gateway.counts.connections]).toEqual([true, 0]));
  // Nearly all of that is in the system's buffers.
  expect(sent.bytes).toBeLessThan(16 * 1024 * 1024);
});

test('a client that reads slowly is not', async () => {
  const { upstream } = await endless();
  const { url, gateway } = await startGateway({ ...oneUpstream([upstream.url]), limits: LIMITS });
  const client = deafClient(url);
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  every(5, () => void client.read());

  const deaf = deafClient(url);
  deaf.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await vi.waitFor(() => expect(gateway.counts.limited.get('send_timeout')).toBe(1), 3_000);
  expect(gateway.counts.connections).toBe(1);
});

test('through HTTP/2 a stream whose client takes nothing is reset, and the others go on', async () => {
  const { upstream, sent } = await endless();
  const { url, gateway } = await startGateway({ ...oneUpstream([upstream.url]), limits: LIMITS });
  const client = await connectHttp2(url);
  const stream = client.session.request({ ':path': '/' }); // Nobody listens to its data.
  stream.on('error', () => undefined);

  await vi.waitFor(() => expect(stream.closed).toBe(true), 3_000);
  expect(gateway.counts.limited.get('send_timeout')).toBe(1);
  expect(sent.isOver).toBe(true);
  upstream.behave('serve');
  expect((await client.ask()).text).toBe('served\n');
});

test('an HTTP/2 client that reads nothing of its connection is cut off as a whole', async () => {
  const { upstream, sent } = await endless();
  const { url, gateway } = await startGateway({
    ...oneUpstream([upstream.url]),
    limits: { ...LIMITS, keepAlive: '100ms' },
  });
  const client = deafClient(url);
  // A window of 2 GiB for the stream and for the connection: nothing but the connection itself holds it back.
  const window = '\x7f\xff\0\0';
  client.write(`${PREFACE}${frame(FRAME.settings, { payload: `\0\x04${window}` })}`, 'latin1');
  client.write(frame(FRAME.windowUpdate, { payload: window }), 'latin1');
  client.write(headers(1), 'latin1');

  await vi.waitFor(() => expect(gateway.counts.limited.get('send_timeout')).toBe(1), 3_000);
  await vi.waitFor(() => expect(gateway.counts.connections).toBe(0), 3_000);
  expect(sent.isOver).toBe(true);
});

test('an HTTP/2 client whose head does not end loses its connection', async () => {
  const { url, gateway } = await startGateway({
    ...oneUpstream(['http://127.0.0.1:9']),
    limits: { ...LIMITS, headTimeout: '200ms' },
  });
  const client = await connectRaw(url);
  const payload = headerBlock({ ':method': 'GET' });
  client.send(PREFACE + frame(FRAME.headers, { stream: 1, payload }));
  every(100, () => client.send(frame(FRAME.continuation, { stream: 1 })));

  await vi.waitFor(() => expect(gateway.counts.connections).toBe(1));
  await vi.waitFor(() => expect(gateway.counts.connections).toBe(0), 3_000);
});

/** A connection that is opened, and not read from unless the test does. */
function deafClient(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connectTcp({ host: hostname, port: Number(port) }).pause();
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

test.skipIf(process.platform !== 'linux')(
  'TCP looks whether a client is still there, once its connection has lasted (Linux only: /proc/net/tcp)',
  async () => {
    const upstream = await startUpstream('hang');
    const { url } = await startGateway({ ...oneUpstream([upstream.url]), limits: LIMITS });
    const client = await connectRaw(url);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => keepAliveSecondsOf(client.socket)).toBeGreaterThan(50);
  },
);

/** After how long TCP asks the client of this connection whether it is there, as proc(5) has it; null: it does not. */
function keepAliveSecondsOf({ localPort, remotePort }: Socket): number | null {
  const hex = (port: number | undefined) => (port ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const ends = `:${hex(remotePort)} 0100007F:${hex(localPort)} `;
  const line = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .find((row) => row.includes(ends));
  const timer = /^(?:\s*\S+){5} 02:([0-9A-F]+)/.exec(line ?? '');
  return timer === null ? null : Number.parseInt(timer[1] ?? '', 16) / 100;
}
