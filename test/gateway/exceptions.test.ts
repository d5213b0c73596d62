import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectHttp2 } from '../support/http2-client.ts';
import { startHttp2Upstream } from '../support/http2-upstream.ts';
import { connectRaw } from '../support/raw-client.ts';
import { type Behaviour, startUpstream } from '../support/upstream.ts';
import { Mines } from './mines.ts';

const HEAD = 'HTTP/1.1\r\nHost: a\r\n';
const READ = `GET / ${HEAD}\r\n`;
const WRITE = `POST / ${HEAD}Content-Length: 5\r\n\r\n12345`;
const UPGRADE = `GET / ${HEAD}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;

interface Way {
  readonly name: string;
  readonly bytes: string;
  readonly behaviour: Behaviour | RequestListener | 'refuse';
  /** Of the request that meets no mine; null where its client leaves before. */
  readonly status: number | null;
  readonly upstream?: object;
  readonly settings?: object;
}

const inPieces: RequestListener = (_request, response) => {
  response.write('first');
  setTimeout(() => response.end('later'), 5);
};

const upgraded: RequestListener = ({ socket }) =>
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  );

/** Of a way that fails each time: on a busy machine it takes long enough to be an outage. */
const PATIENT = { detection: { windowRequests: 10_000, failedRow: 10_000 } };

const WAYS: readonly Way[] = [
  { name: 'a read', bytes: READ, behaviour: 'serve', status: 200 },
  { name: 'a write', bytes: WRITE, behaviour: 'serve', status: 200 },
  { name: 'a reply in pieces', bytes: READ, behaviour: inPieces, status: 200 },
  { name: 'a read that is reset', bytes: READ, behaviour: 'reset', status: 502, upstream: PATIENT },
  {
    name: 'a write that is reset',
    ...{ bytes: WRITE, behaviour: 'reset', status: 502, upstream: PATIENT },
  },
  { name: 'an outage by its own word', bytes: READ, behaviour: 'unavailable', status: 503 },
  { name: 'an upgrade that is refused', bytes: UPGRADE, behaviour: 'serve', status: 200 },
  { name: 'an upgrade', bytes: UPGRADE, behaviour: upgraded, status: 101 },
  { name: 'a client that leaves', bytes: READ, behaviour: 'hang', status: null },
  { name: 'a client that leaves its write', bytes: WRITE, behaviour: 'hang', status: null },
  {
    name: 'a reply that is looked into',
    ...{ bytes: READ, behaviour: 'serve', status: 200 },
    settings: {
      misleading: { wrong: { status: [200], body: 'served', dependsOn: ['app'] } },
      routes: [{ upstream: 'app', misleading: ['wrong'] }],
    },
  },
  {
    name: 'a wait that comes to nothing',
    ...{ bytes: READ, behaviour: 'refuse', status: 503 },
    upstream: { hold: '10ms', ...PATIENT },
  },
];

const OURS = 'request failed by an error of ours';
/** Told once, and then the built-in page goes out: a storm of answers would fill the disk with lines. */
const RENDERING = 'an answer could not be rendered';

const isOfRendering = ({ msg }: { readonly msg: string }) => msg === RENDERING;

test.for(WAYS)(
  '$name: an error of ours at any step costs that request and one line of the log',
  async ({ bytes, behaviour, status, upstream: rest, settings }) => {
    const app = await startUpstream(behaviour === 'refuse' ? 'serve' : behaviour);
    if (behaviour === 'refuse') await app.refuse();
    const given = { ...oneUpstream([app.url], { ...rest }), ...settings };
    const started = await startGateway(given, { isQuiet: true });
    const { log, url, upstream, gateway } = started;
    const mines = new Mines();
    await mines.layIn(started);
    for (let number = 1; ; number += 1) {
      const before = log.length;
      const told = () =>
        log.slice(before).filter(({ msg }) => msg === OURS || isOfRendering({ msg }));
      mines.arm(number);
      const client = await connectRaw(url);
      client.send(bytes);
      const asked = app.requests;
      const answer = client.response().catch(() => null);
      if (status === null)
        await eventually(() => (app.requests > asked || told().length > 0 ? true : undefined));
      if (status === null) client.leave();
      const got = await answer;
      client.leave();
      await eventually(() => (gateway.counts.inFlight === 0 ? true : undefined));
      if (mines.steps < number) {
        expect(got?.status ?? null).toBe(status);
        break;
      }
      // Broken off, or told what it is: never an outage of the upstream's.
      expect([500, status, null]).toContain(got?.status ?? null);
      const isBuiltIn = got?.body.includes('<!doctype html>') && log.some(isOfRendering);
      if (!isBuiltIn) await eventually(() => (told().length > 0 ? true : undefined));
      expect(told().length).toBeLessThanOrEqual(1);
    }
    expect(upstream().counts.attemptFailures.bad_response).toBe(0);
  },
);

test.for([
  { name: 'a read', asking: {} },
  { name: 'a write', asking: { method: 'POST', body: '12345' } },
])(
  '$name over HTTP/2 on both sides: an error of ours at any step costs its stream, and no other of the connection',
  async ({ asking }) => {
    const app = await startHttp2Upstream();
    const started = await startGateway(oneUpstream([app.url], { protocol: 'http2' }), {
      isQuiet: true,
    });
    const { log, url, gateway } = started;
    const client = await connectHttp2(url);
    const mines = new Mines();
    await mines.layIn(started);
    for (let number = 1; ; number += 1) {
      const before = log.length;
      mines.arm(number);
      const { status } = await client.ask(asking);
      await eventually(() => (gateway.counts.inFlight === 0 ? true : undefined));
      const told = log.slice(before).filter(({ msg }) => msg === OURS);
      expect(told).toHaveLength(mines.steps < number ? 0 : 1);
      expect(mines.steps < number ? [200] : [500, 200, 0]).toContain(status);
      if (mines.steps < number) break;
    }
    expect(gateway.counts.connections).toBe(1);
    expect(app.connections).toBe(1);
  },
);
