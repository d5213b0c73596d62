import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { askHttp2, connectHttp2 } from '../support/http2-client.ts';
import { replying, startRawUpstream } from '../support/raw-upstream.ts';
import { certificatePath } from '../support/secure-upstream.ts';
import { startUpstream } from '../support/upstream.ts';

const run = promisify(execFile);
const tls = { cert: certificatePath('server'), key: certificatePath('server-key') };

async function inFrontOf(upstreamUrl: string, rest: Readonly<Record<string, unknown>> = {}) {
  return startGateway({ ...oneUpstream([upstreamUrl]), ...rest }, { isQuiet: true });
}

test('request and reply flow at the same time', async () => {
  const upstream = await startUpstream((incoming, response) => void incoming.pipe(response));
  const { url } = await inFrontOf(upstream.url);
  const client = await connectHttp2(url);
  const { stream, over } = client.open({ method: 'POST' });

  for (const part of ['one', 'two', 'three']) {
    stream.write(part);
    const [echo] = (await once(stream, 'data')) as [Buffer];
    expect(echo.toString()).toBe(part);
  }
  stream.end();

  await expect(over).resolves.toMatchObject({ text: 'onetwothree', code: 'NO_ERROR' });
});

test('each part of a reply goes on as it comes, its head before any', async () => {
  const parts: (() => void)[] = [];
  const upstream = await startUpstream((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    parts.push(
      () => response.write('data: 1\n\n'),
      () => response.end('data: 2\n\n'),
    );
  });
  const { url } = await inFrontOf(upstream.url);
  const client = await connectHttp2(url);
  const { stream, over } = client.open({ headers: { accept: 'text/event-stream' } });

  await once(stream, 'response');
  for (const send of parts) {
    send();
    await once(stream, 'data');
  }

  await expect(over).resolves.toMatchObject({ text: 'data: 1\n\ndata: 2\n\n' });
});

test.for([
  { reply: 'HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n', method: 'GET', status: 204 },
  { reply: 'HTTP/1.1 304 Not Modified\r\nX-A: 1\r\nETag: "a"\r\n\r\n', method: 'GET', status: 304 },
  { reply: 'HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n\r\n', method: 'HEAD', status: 200 },
  { reply: 'HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 0\r\n\r\n', method: 'GET', status: 200 },
])('$method with $status is one frame', async ({ reply, method, status }) => {
  const upstream = await startRawUpstream(replying(reply));
  const { url } = await inFrontOf(upstream.url);

  const got = await askHttp2(url, { method });

  expect(got).toMatchObject({ status, isHeadOnly: true, code: 'NO_ERROR' });
  expect(got.field('content-length')).toBe(/Content-Length: (\d)/.exec(reply)?.[1] ?? null);
});

test('a status that HTTP/2 does not know is a fault of the upstream, for the client', async () => {
  const upstream = await startRawUpstream(
    replying('HTTP/1.1 777 Lucky\r\nContent-Length: 2\r\n\r\nok'),
  );
  const { url } = await inFrontOf(upstream.url);

  await expect(askHttp2(url)).resolves.toMatchObject({ status: 502, text: 'ok' });
});

test('early hints pass in front of the reply, and 100 (Continue) in front of an upload', async () => {
  const upstream = await startUpstream((incoming, response) => {
    response.writeEarlyHints({ link: ['</a.css>; rel=preload', '</b.css>; rel=preload'] });
    incoming.resume().once('end', () => response.end('done'));
  });
  const { url } = await inFrontOf(upstream.url);
  const client = await connectHttp2(url);
  const { stream, over } = client.open({ method: 'PUT', headers: { expect: '100-continue' } });

  await once(stream, 'continue');
  stream.end('body');

  const { interim, text } = await over;
  expect(text).toBe('done');
  expect(interim).toContainEqual({ status: 100, fields: [] });
  const hints = interim.find(({ status }) => status === 103);
  expect(hints?.fields).toEqual(['link', '</a.css>; rel=preload, </b.css>; rel=preload']);
});

test('a client that does not read holds its own stream back, and no other', async () => {
  const size = 32 * 1024 * 1024;
  let written = 0;
  const upstream = await startUpstream((incoming, response) => {
    if (incoming.url !== '/long') return void response.end('short');
    const chunk = Buffer.alloc(64 * 1024);
    const more = () => {
      while (written < size) {
        written += chunk.length;
        if (!response.write(chunk)) return;
      }
      response.end();
    };
    response.on('drain', more);
    more();
  });
  const { url } = await inFrontOf(upstream.url);
  const client = await connectHttp2(url);
  const { stream } = client.open({ path: '/long' });
  stream.pause();
  await once(stream, 'response');

  for (let count = 0; count < 20; count += 1) {
    await expect(client.ask()).resolves.toMatchObject({ text: 'short' });
  }
  expect(written).toBeLessThan(size);

  let read = 0;
  stream.on('data', (chunk: Buffer) => {
    read += chunk.length;
  });
  stream.resume();
  await once(stream, 'close');
  expect(read).toBe(size);
});

test.for(['with', 'without'])(
  'a long reply %s a length that comes early goes down whole',
  async (length) => {
    const body = Buffer.alloc(1024 * 1024, 'x');
    const fields = length === 'with' ? { 'content-length': body.length } : {};
    const upstream = await startUpstream((_, response) =>
      response.writeHead(403, fields).end(body),
    );
    const { url } = await inFrontOf(upstream.url);
    const client = await connectHttp2(url);

    const { stream, over } = client.open({ method: 'POST' });
    stream.write(Buffer.alloc(1024 * 1024));

    const got = await over;
    expect([got.status, got.body.length, got.code]).toEqual([403, body.length, 'NO_ERROR']);
  },
);

test('the events of the gateway are told through HTTP/2, and end when it drains', async () => {
  const upstream = await startUpstream();
  const { url, drain } = await inFrontOf(upstream.url);
  const client = await connectHttp2(url);
  const { stream, over } = client.open({ path: '/_candor/events' });
  const [first] = (await once(stream, 'data')) as [Buffer];

  await drain();

  expect(first.toString()).toMatch(/^retry: \d+\ndata: \{/);
  await expect(over).resolves.toMatchObject({ status: 200, code: 'NO_ERROR' });
});

test.for([
  { name: 'with what is small enough to be sent again', size: 1024 },
  { name: 'with more than that', size: 1024 * 1024 },
])(
  'an upstream that breaks off an upload $name is told of, and the stream ends',
  async ({ size }) => {
    const upstream = await startUpstream((incoming) => {
      incoming.once('data', () => incoming.socket.resetAndDestroy());
    });
    const { url, gateway } = await inFrontOf(upstream.url);
    const client = await connectHttp2(url);

    const { stream, over } = client.open({ method: 'POST', headers: { accept: '*/*' } });
    stream.write(Buffer.alloc(size));

    await expect(over).resolves.toMatchObject({ status: 502, code: 'NO_ERROR' });
    await vi.waitFor(() => expect(gateway.counts.inFlight).toBe(0));
  },
);

test('a client that vanishes ends all that it had under way', async () => {
  const upstream = await startUpstream('hang');
  const { url, gateway, upstream: app } = await inFrontOf(upstream.url);
  const client = await connectHttp2(url);
  for (let count = 0; count < 10; count += 1) client.open();
  await vi.waitFor(() => expect(upstream.requests).toBe(10));

  client.session.socket.destroy();

  await vi.waitFor(() => expect(gateway.counts.inFlight).toBe(0));
  expect(app().belief.verdict.state).toBe('up');
});

test.for([
  { name: 'curl by prior knowledge', listen: '127.0.0.1:0', args: ['--http2-prior-knowledge'] },
  {
    name: 'curl by ALPN',
    listen: { address: '127.0.0.1:0', tls },
    args: ['--insecure', '--http2'],
  },
  { name: 'curl that upgrades', listen: '127.0.0.1:0', args: ['--http2'], version: '1.1' },
])('$name is served', async ({ listen, args, version = '2' }) => {
  const upstream = await startUpstream((incoming, response) => void incoming.pipe(response));
  const { url } = await inFrontOf(upstream.url, { listen });

  const { stdout } = await run('curl', [
    ...['--silent', '--show-error', '--max-time', '10', '--data', 'a body'],
    ...['--write-out', ' %{http_code} %{http_version}', ...args, url],
  ]);

  expect(stdout).toBe(`a body 200 ${version}`);
});
