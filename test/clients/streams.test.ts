import { EventSource } from 'eventsource';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Outage, openOutage } from './outage.ts';

/** What the code behind a stream sees, outside of a browser. */

let outage: Outage;
beforeAll(async () => {
  outage = await openOutage();
});
afterAll(() => outage[Symbol.asyncDispose]());

describe('eventsource', () => {
  test('gets a named event, and comes back by itself', async () => {
    // Node's fetch says `Sec-Fetch-Mode: cors`, as a browser does.
    const source = new EventSource(`${outage.url}/stream`);
    const { promise, resolve } = Promise.withResolvers<MessageEvent>();
    source.addEventListener('outage', resolve);
    const { data, lastEventId } = await promise;
    expect(JSON.parse(data)).toMatchObject({ reason: 'outage', statusPage: outage.statusPage });
    // The application's own Last-Event-ID is left alone.
    expect(lastEventId).toBe('');
    expect(source.readyState).not.toBe(EventSource.CLOSED);
    source.close();
  });

  test('a program that reads streams without a browser gets the status and a text', async () => {
    const { statusCode, body } = await request(`${outage.url}/stream`, {
      headers: { accept: 'text/event-stream' },
    });
    expect(statusCode).toBe(503);
    expect(await body.text()).toContain('Nothing was sent to ChargeOver.');
  });
});

describe('ws', () => {
  test('a handshake is refused with the outage in its body', async () => {
    const socket = new WebSocket(`${outage.url.replace('http', 'ws')}/socket`);
    const { promise, resolve } = Promise.withResolvers<[number, string, string]>();
    socket.on('unexpected-response', (_request, reply) => {
      let body = '';
      reply.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      reply.on('end', () => resolve([reply.statusCode ?? 0, reply.headers.connection ?? '', body]));
    });
    const [status, connection, body] = await promise;
    expect([status, connection]).toEqual([503, 'close']);
    expect(JSON.parse(body)).toMatchObject({
      title: 'ChargeOver is unavailable',
      outage: { retrySafe: true, statusPage: outage.statusPage },
    });
  });
});
