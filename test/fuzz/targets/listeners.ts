import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { pino } from 'pino';
import { App } from '../../../src/app.ts';
import { parseSettings } from '../../../src/config/load.ts';
import { type ParentLog, repeatedBy } from '../../../src/log.ts';
import { frame, headers, PREFACE, reset } from '../../support/http2-frames.ts';
import type { Target } from '../target.ts';

const MOST_WAIT_MS = 150;

/** The program in this very process, in front of an application that notes what is not HTTP. */
class Running implements AsyncDisposable {
  url = '';
  opsUrl = '';
  readonly faults: string[] = [];
  readonly #undo = new AsyncDisposableStack();

  async start(): Promise<this> {
    const application = createServer((request, response) => {
      request.resume().on('end', () => response.end('ok'));
    });
    application.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      // A connection that breaks off is none; bytes that are no HTTP are.
      if (error.code?.startsWith('HPE_') && error.code !== 'HPE_INVALID_EOF_STATE') {
        this.faults.push(`the application was sent what is no HTTP: ${error.code}`);
      }
      socket.destroy();
    });
    await once(application.listen(0, '127.0.0.1'), 'listening');
    this.#undo.defer(async () => {
      application.closeAllConnections();
      application.close();
    });
    const { port } = application.address() as AddressInfo;
    const app = await App.start({
      settings: await settingsFor(port),
      ...{ version: '0', source: 'fuzz', log: this.#log() },
      unexpectedErrors: () => 0,
      readSettings: async () => ({ ok: true, settings: await settingsFor(port) }),
    });
    this.#undo.use(app);
    this.url = app.urls[0] ?? '';
    this.opsUrl = app.opsUrl;
    return this;
  }

  /** Throws where something has gone wrong, or another client is not served. */
  async expectWell(): Promise<void> {
    const health = await fetch(`${this.url}/_candor/healthz`);
    await health.text();
    if (health.status !== 200) this.faults.push(`healthz says ${health.status}`);
    const faults = this.faults.splice(0);
    if (faults.length > 0) throw new Error(faults.join('; '));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#undo.disposeAsync();
  }

  #log(): ParentLog {
    const write = (line: string) => {
      if (JSON.parse(line).err !== undefined) this.faults.push(line);
    };
    const logger = pino({ level: 'error', base: null }, { write });
    return Object.assign(logger, { repeated: repeatedBy(logger) });
  }
}

async function settingsFor(port: number) {
  const given = {
    ...{ listen: '127.0.0.1:0', ops: '127.0.0.1:0', store: 'memory' },
    limits: { drain: '0s', headTimeout: '100ms' },
    upstreams: { app: { endpoints: [`http://127.0.0.1:${port}`], timeouts: { response: '1s' } } },
  };
  const loaded = await parseSettings({ text: JSON.stringify(given), file: 'fuzz.yaml' });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.settings;
}

let running: Running | null = null;

async function open(): Promise<AsyncDisposable> {
  running = await new Running().start();
  return running;
}

/** Sends bytes on a connection of their own, and waits until it is over, or for long enough. */
async function send(url: string, bytes: Buffer): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const over = Promise.withResolvers<void>();
  socket.on('error', () => socket.destroy());
  socket.on('close', () => over.resolve());
  socket.resume();
  socket.end(bytes);
  const late = setTimeout(() => socket.destroy(), MOST_WAIT_MS);
  await over.promise;
  clearTimeout(late);
}

/** Requests, as they come from a connection. */
export const HTTP1: Target = {
  name: 'http1',
  about:
    'bytes of a client: no error of ours, nothing malformed for the application, others are served',
  seeds: [
    'GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.0\r\n\r\n',
    'PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n3;e=1\r\nabc\r\n0\r\nT: u\r\n\r\n',
    'GET http://a/b?c HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
  ],
  words: [
    ...[
      '\r\n',
      '\n',
      '\r\n\r\n',
      'Host: a\r\n',
      'Content-Length: 3\r\n',
      'Transfer-Encoding: chunked\r\n',
    ],
    ...[
      'Transfer-Encoding: x, chunked\r\n',
      'Content-Length: 3, 3\r\n',
      '0\r\n\r\n',
      'ffffffffffffffff1\r\n',
    ],
    ...[
      'Expect: 100-continue\r\n',
      'Connection: Host\r\n',
      'OPTIONS * HTTP/1.1\r\n',
      'CONNECT a:1 HTTP/1.1\r\n',
    ],
    ...[
      '/_candor/events',
      '/_candor/status.json?wait=',
      '/_candor/bypass?token=',
      '%00',
      '\0',
      'TRACE ',
      ' ',
    ],
    ...['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'HTTP/1.0', 'X-Forwarded-For: a', 'TE: trailers\r\n'],
  ],
  mostBytes: 20_000,
  mostMs: 1_000,
  open,
  async check(input) {
    if (running === null) throw new Error('not open');
    await send(running.url, input);
    await running.expectWell();
  },
};

/** Frames, after the preface. */
export const HTTP2: Target = {
  name: 'http2',
  about: 'frames of a client: no error of ours, others are served',
  seeds: [
    headers(1),
    headers(1, { flags: 4, ':method': 'POST' }) + frame(0, { flags: 1, stream: 1, payload: 'abc' }),
    headers(1) +
      reset(1, 8) +
      frame(6, { payload: '12345678' }) +
      frame(8, { payload: '\0\0\x01\0' }),
  ].map((bytes) => Buffer.from(bytes, 'latin1')),
  words: [
    headers(1),
    headers(3),
    reset(1, 0),
    frame(4),
    frame(9, { stream: 1 }),
    frame(7),
    ':path',
    'te',
  ],
  mostBytes: 4_000,
  mostMs: 1_000,
  open,
  async check(input) {
    if (running === null) throw new Error('not open');
    await send(running.url, Buffer.concat([Buffer.from(PREFACE, 'latin1'), input]));
    await running.expectWell();
  },
};

const ASKED = [
  ['PUT', '/api/upstreams/app/maintenance'],
  ['PUT', '/api/unknown-outcomes/1/tick'],
  ['POST', '/api/reload'],
  ['GET', '/api/preview/page?'],
  ['GET', '/api/unknown-outcomes?'],
  ['GET', '/api/incidents/latest/report?'],
  ['POST', '/console/maintenance'],
  ['GET', '/?'],
] as const;

/** Bodies and queries at the ops listener. The first byte says where. */
export const OPS: Target = {
  name: 'ops',
  about: "an operator's bodies and queries: refused or done, and never a 500",
  seeds: [
    '0{"reason":"r","message":"m","endsAt":"2030-01-01T00:00:00Z","bypass":true}',
    ...[
      '1{"note":"=1+1"}',
      '2',
      '3as=browser&when=outage',
      '4from=2020-01-01&limit=3',
      '5format=md',
      '7preview=page',
    ],
  ],
  words: [
    '{',
    '}',
    '"reason":',
    '"for":"30m"',
    'null',
    '[]',
    '1e400',
    '"\\u0000"',
    '&',
    '=',
    '%00',
    '%',
    '__proto__',
  ],
  mostBytes: 4_000,
  mostMs: 1_000,
  open,
  async check(input) {
    if (running === null) throw new Error('not open');
    const [method, path] = ASKED[(input[0] ?? 0) % ASKED.length] ?? ASKED[0];
    const rest = input.subarray(1);
    const isGet = method === 'GET';
    const url = running.opsUrl + path + (isGet ? encodeURI(rest.toString('latin1')) : '');
    const type = path.startsWith('/console')
      ? 'application/x-www-form-urlencoded'
      : 'application/json';
    const init = isGet ? { method } : { method, headers: { 'content-type': type }, body: rest };
    const reply = await fetch(url, init);
    await reply.text();
    if (reply.status >= 500) throw new Error(`${method} ${url}: ${reply.status}`);
    await running.expectWell();
  },
};
