import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw, exchange, request } from '../support/raw-client.ts';
import { replying, startRawUpstream } from '../support/raw-upstream.ts';
import { startUpstream } from '../support/upstream.ts';

const MIB = 1024 * 1024;
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

/** What has been read of a stream so far. */
interface Progress {
  bytes: number;
}

/** Reads a stream in fits and starts; resolves to its digest. */
async function readSlowly(
  stream: IncomingMessage,
  progress: Progress = { bytes: 0 },
): Promise<string> {
  const hash = createHash('sha256');
  let pauseAt = 0;
  for await (const chunk of stream) {
    hash.update(chunk);
    progress.bytes += chunk.length;
    if (progress.bytes < pauseAt) continue;
    pauseAt = progress.bytes + 8 * MIB;
    await delay(20);
  }
  return hash.digest('hex');
}

/** Writes blocks as fast as they are taken; resolves to their digest, and how far ahead of the reader it was. */
async function writeAll(
  stream: Writable,
  progress: Progress,
): Promise<{ digest: string; aheadMiB: number }> {
  const block = randomBytes(MIB);
  const hash = createHash('sha256');
  let ahead = 0;
  for (let sent = 1; sent <= 64; sent += 1) {
    hash.update(block);
    if (!stream.write(block)) await once(stream, 'drain');
    ahead = Math.max(ahead, sent * MIB - progress.bytes);
  }
  stream.end();
  return { digest: hash.digest('hex'), aheadMiB: ahead / MIB };
}

/** What the kernel keeps for the two connections, and a little for the three programs. */
const MOST_AHEAD_MIB = 30;

test('64 MiB go down whole through a slow reader, and little of it is ever held', async () => {
  const progress = { bytes: 0 };
  const written = Promise.withResolvers<{ digest: string; aheadMiB: number }>();
  const upstream = await startUpstream((_request, response) =>
    written.resolve(writeAll(response, progress)),
  );
  const { url } = await startGateway(oneUpstream([upstream.url]));

  const [reply] = await once(httpRequest(url).end(), 'response');
  const digest = await readSlowly(reply, progress);

  const { digest: expected, aheadMiB } = await written.promise;
  expect(digest).toBe(expected);
  expect(aheadMiB).toBeLessThan(MOST_AHEAD_MIB);
});

test.for([{ framing: 'a length' }, { framing: 'chunks' }])(
  '64 MiB with $framing go up whole to a slow reader, and little of it is ever held',
  async ({ framing }) => {
    const progress = { bytes: 0 };
    const upstream = await startUpstream(async (request, response) => {
      response.end(await readSlowly(request, progress));
    });
    const { url } = await startGateway(oneUpstream([upstream.url]));
    const headers = framing === 'a length' ? { 'content-length': 64 * MIB } : {};

    const upload = httpRequest(url, { method: 'POST', headers });
    const replied = once(upload, 'response');
    const { digest, aheadMiB } = await writeAll(upload, progress);
    const [reply] = await replied;

    expect(String(await once(reply, 'data'))).toBe(digest);
    expect(aheadMiB).toBeLessThan(MOST_AHEAD_MIB);
  },
);

test('a client that reads nothing holds the upstream back, however long it pauses', async () => {
  const progress = { bytes: 0 };
  let sent = 0;
  const block = Buffer.alloc(MIB, 'x');
  const upstream = await startUpstream(async (_request, response) => {
    for (; sent < 64; sent += 1) if (!response.write(block)) await once(response, 'drain');
    response.end();
  });
  const { url } = await startGateway(oneUpstream([upstream.url], { timeouts: { idle: '1s' } }));
  const [reply] = await once(httpRequest(url).end(), 'response');

  let before = -1;
  while (before !== sent) {
    before = sent;
    await delay(1_300); // Longer than timeouts.idle: it is the client that pauses.
  }
  expect(sent).toBeLessThan(MOST_AHEAD_MIB);

  await readSlowly(reply, progress);
  expect(progress.bytes).toBe(64 * MIB);
});

test('reply trailers are relayed, without those that frame or route', async () => {
  const upstream = await startRawUpstream(
    replying(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 42\r\nHost: b\r\nKeep-Alive: timeout=1\r\n\r\n',
    ),
  );
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const reply = await request(url, GET);
  expect([reply.isChunked, reply.field('trailer'), reply.body]).toEqual([true, 'X-Sum', 'hello']);
  expect(reply.trailers).toEqual([['X-Sum', '42']]);
});

test('an HTTP/1.0 client gets no chunks and no trailers, but an end', async () => {
  const upstream = await startRawUpstream(
    replying(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n',
    ),
  );
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const { received } = await exchange(url, 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
  expect(received.endsWith('\r\n\r\nhello')).toBe(true);
  expect(received).not.toMatch(/chunked|trailer|x-sum/i);
});

test('a reply that ends with its connection is whole', async () => {
  const upstream = await startRawUpstream(({ socket }) =>
    socket.end('HTTP/1.1 200 OK\r\n\r\nhello'),
  );
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const reply = await request(url, GET);
  expect([reply.isChunked, reply.body]).toEqual([true, 'hello']);
});

test('the head of a reply does not wait for its body', async () => {
  const upstream = await startRawUpstream();
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(url);
  client.send(GET);
  const { socket } = await upstream.connection(0);
  socket.write('HTTP/1.1 200 OK\r\nX-Early: yes\r\nContent-Length: 5\r\n\r\n');
  await client.until('X-Early: yes');
  socket.write('hel');
  await client.until('hel');
  socket.write('lo');
  expect((await client.response()).body).toBe('hello');
});

test('each part of a reply goes on as it comes', async () => {
  const upstream = await startUpstream('drip');
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const [reply] = await once(httpRequest(url).end(), 'response');
  const chunks: string[] = [];
  for await (const chunk of reply) chunks.push(String(chunk));
  expect(chunks.join('')).toBe('drip drip drip');
  expect(chunks.length).toBeGreaterThan(3);
});

test.for([{ ending: 'keeps its connection' }, { ending: 'wants to close' }])(
  'a reply that comes before the upload is over reaches a client that $ending',
  async ({ ending }) => {
    const upstream = await startRawUpstream(({ socket, received }) => {
      if (received.includes('first')) {
        socket.end('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig');
      }
    });
    const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
    const client = await connectRaw(url);
    const connection = ending === 'wants to close' ? 'Connection: close\r\n' : '';
    client.send(`POST / HTTP/1.1\r\nHost: a\r\n${connection}Content-Length: 8000005\r\n\r\nfirst`);
    await upstream.connection(0);
    client.send('x'.repeat(8_000_000));

    const reply = await client.response();

    expect([reply.status, reply.body]).toEqual([413, 'big']);
    await vi.waitFor(() => expect(client.socket.writableLength).toBe(0));
    client.socket.end();
    expect(await client.ending()).toEqual({ received: '', code: null });
  },
);

test('a POST arrives whole at the second endpoint when the first refuses', async () => {
  const first = await startUpstream();
  await first.refuse();
  const second = await startUpstream(async (request, response) => {
    response.end(await readSlowly(request));
  });
  const { url } = await startGateway(oneUpstream([first.url, second.url]), { isQuiet: true });
  const body = 'b'.repeat(300_000);
  const expected = createHash('sha256').update(body).digest('hex');
  for (let count = 0; count < 4; count += 1) {
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`;
    const reply = await request(url, head + body);
    expect([reply.status, reply.body]).toEqual([200, expected]);
  }
});

test('an event stream may be quiet for longer than timeouts.idle', async () => {
  const upstream = await startRawUpstream();
  const { url } = await startGateway(oneUpstream([upstream.url], { timeouts: { idle: '200ms' } }), {
    isQuiet: true,
  });
  const client = await connectRaw(url);
  client.send('GET /events HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n');
  const { socket } = await upstream.connection(0);
  socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n');
  await client.until('text/event-stream');
  await delay(2_500);
  socket.end('data: after a while\n\n');

  expect((await client.response()).body).toBe('data: after a while\n\n');
});

test('an upload that takes longer than timeouts.response is no failure, and a reply that does not follow is', async () => {
  const upstream = await startRawUpstream();
  const { url } = await startGateway(
    oneUpstream([upstream.url], { timeouts: { response: '500ms' } }),
    { isQuiet: true },
  );
  const client = await connectRaw(url);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234');
  const connection = await upstream.connection(0);
  await delay(2_500);
  client.send('56789');
  await connection.until('0123456789');

  const answer = await client.response();
  expect(answer.status).toBe(504);
});
