import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
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
  readonly behaviour: Behaviour | RequestListener;
  /** Of the request that meets no mine. */
  readonly status: number;
}

const inPieces: RequestListener = (_request, response) => {
  response.write('first');
  setTimeout(() => response.end('later'), 5);
};

const WAYS: readonly Way[] = [
  { name: 'a read', bytes: READ, behaviour: 'serve', status: 200 },
  { name: 'a write', bytes: WRITE, behaviour: 'serve', status: 200 },
  { name: 'a reply in pieces', bytes: READ, behaviour: inPieces, status: 200 },
  { name: 'a read that is reset', bytes: READ, behaviour: 'reset', status: 502 },
  { name: 'a write that is reset', bytes: WRITE, behaviour: 'reset', status: 502 },
  { name: 'an outage by its own word', bytes: READ, behaviour: 'unavailable', status: 503 },
  { name: 'an upgrade that is refused', bytes: UPGRADE, behaviour: 'serve', status: 200 },
];

const OURS = 'request failed by an error of ours';
/** Told once, and then the built-in page goes out: a storm of answers would fill the disk with lines. */
const RENDERING = 'an answer could not be rendered';

const isOfRendering = ({ msg }: { readonly msg: string }) => msg === RENDERING;

test.for(WAYS)(
  '$name: an error of ours at any step costs that request and one line of the log',
  async ({ bytes, behaviour, status }) => {
    const app = await startUpstream(behaviour);
    const started = await startGateway(oneUpstream([app.url]), { isQuiet: true });
    const { log, url, upstream } = started;
    const mines = new Mines();
    await mines.layIn(started);
    for (let number = 1; ; number += 1) {
      const before = log.length;
      const told = () =>
        log.slice(before).filter(({ msg }) => msg === OURS || isOfRendering({ msg }));
      mines.arm(number);
      const client = await connectRaw(url);
      client.send(bytes);
      const got = await client.response().catch(() => null);
      client.leave();
      if (mines.steps < number) {
        expect(got?.status).toBe(status);
        break;
      }
      // Broken off, or told what it is: never an outage of the upstream's.
      expect([500, status, undefined]).toContain(got?.status);
      const isBuiltIn = got?.body.includes('<!doctype html>') && log.some(isOfRendering);
      if (!isBuiltIn) await eventually(() => (told().length > 0 ? true : undefined));
      expect(told().length).toBeLessThanOrEqual(1);
    }
    expect(upstream().counts.attemptFailures.bad_response).toBe(0);
  },
);
