import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EventStreams } from '../../src/gateway/event-streams.ts';
import { Http1Response } from '../../src/gateway/http1-response.ts';
import type { StatusPageState } from '../../src/statuspage/model.ts';
import { incident, published, update } from '../answer/samples.ts';
import { openEvents } from '../support/event-client.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw } from '../support/raw-client.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** Streams whose time the test sets, behind a server of their own. */
async function startStreams() {
  let statusPage: StatusPageState = published();
  const { gateway } = await startGateway(oneUpstream(['http://127.0.0.1:9']), {
    isQuiet: true,
    statusPage: () => statusPage,
  });
  const clock = new VirtualClock();
  const counts = { eventStreams: 0 };
  const { log } = gateway;
  const streams = new EventStreams({ plan: () => gateway.plan, counts, log, clock });
  const server = createServer({ ServerResponse: Http1Response }, (request, response) => {
    const { rawHeaders } = request;
    const ask = { rawHeaders, upstream: 'app', language: null, place: 'wanted' } as const;
    streams.open(response, ask, '127.0.0.1');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  // A TCP server's address is an object, never a pipe's name.
  const { port } = server.address() as AddressInfo;
  /** Publishes a long update, so that clients that do not read are soon full. */
  const publish = (text: string) => {
    const updates = [update('investigating', text.padEnd(3000, '.'))];
    statusPage = published({ incidents: [incident({ updates })] });
    streams.changed();
  };
  return { streams, clock, counts, publish, url: `http://127.0.0.1:${port}/` };
}

test('a stream on which nothing is said gets a comment every 20 seconds, by one timer', async () => {
  const { url, clock } = await startStreams();
  const clients = [await openEvents(url), await openEvents(url)];
  for (const { next } of clients) expect((await next()).state.headingId).toBe('recovered');
  await clock.advance(19_000);
  for (const { blocks } of clients) expect(blocks).toHaveLength(1);
  await clock.advance(1_000);
  for (const { next } of clients) expect(await next()).toEqual({ fields: { '': '' }, state: null });
  expect(clock.pending).toBe(1);
  await clock.advance(20_000);
  for (const { next } of clients) expect((await next()).state).toBeNull();
});

test('when nobody listens any more no timer is left', async () => {
  const { url, clock, counts } = await startStreams();
  const { leave } = await openEvents(url);
  expect([clock.pending, counts.eventStreams]).toEqual([1, 1]);
  leave();
  await vi.waitFor(() => expect([clock.pending, counts.eventStreams]).toEqual([0, 0]));
});

/** Changes what there is to tell until the client's side of the connection is full. */
async function fill(publish: (text: string) => void): Promise<number> {
  for (let count = 0; count < 6_000; count += 1) {
    publish(`${count}`);
    await new Promise(setImmediate);
  }
  return 6_000;
}

test('a client that reads slowly misses what came in between, and gets the newest', async () => {
  const { url, publish, counts } = await startStreams();
  const { socket, send, until } = await connectRaw(url);
  send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await until('retry:');
  socket.pause();
  const sent = await fill(publish);
  publish('the last');
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.resume();
  await vi.waitFor(() => expect(text).toContain('the last'), { timeout: 10_000 });
  expect(text.split('data: ').length).toBeLessThan(sent);
  expect(counts.eventStreams).toBe(1);
});

test('a client that reads nothing for a minute is cut off', async () => {
  const { url, publish, clock, counts } = await startStreams();
  const { socket, send, until } = await connectRaw(url);
  send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await until('retry:');
  socket.pause();
  await fill(publish);
  await clock.advance(59_000);
  expect(counts.eventStreams).toBe(1);
  await clock.advance(2_000);
  await vi.waitFor(() => expect(counts.eventStreams).toBe(0));
});

test('when they end, all end, and none begins', async () => {
  const { url, streams } = await startStreams();
  const clients = [await openEvents(url), await openEvents(url)];
  expect(streams.isFullFor('127.0.0.1')).toBe(false);
  streams.end();
  expect(await Promise.all(clients.map(({ ended }) => ended()))).toEqual([true, true]);
  expect(streams.isFullFor('127.0.0.1')).toBe(true);
});
