import { once } from 'node:events';
import { createServer, IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Answer, Asker, Matter } from '../../src/answer/answer.ts';
import { Http1Response } from '../../src/gateway/http1-response.ts';
import { respond } from '../../src/gateway/respond.ts';
import {
  answererOf,
  asker,
  matter,
  NAVIGATION,
  route,
  settings,
  unanswered,
} from '../answer/samples.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw, exchange } from '../support/raw-client.ts';
import type { RawResponse } from '../support/raw-response.ts';

const ORIGIN = 'https://portal.example.com';

interface Said {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly over?: Partial<Asker>;
  readonly matter?: Matter;
  readonly isPrinted: boolean;
}

const GIVEN: readonly Said[] = [
  { name: 'a page', headers: NAVIGATION, isPrinted: true },
  {
    name: 'a page for a write, with a path that is escaped',
    headers: { ...NAVIGATION, Host: 'a.test', Referer: 'http://a.test/r?a=1&b="2"' },
    over: { method: 'POST', reference: '@'.repeat(128) },
    matter: unanswered({}),
    isPrinted: true,
  },
  {
    name: 'a compressed page',
    headers: { ...NAVIGATION, 'Accept-Encoding': 'br' },
    isPrinted: true,
  },
  {
    name: 'a page in gzip',
    headers: { ...NAVIGATION, 'Accept-Encoding': 'gzip' },
    over: { target: '/r/invoices?page=2' },
    isPrinted: true,
  },
  { name: 'text', headers: {}, isPrinted: true },
  { name: 'JSON', headers: { Accept: 'application/json', Origin: ORIGIN }, isPrinted: true },
  { name: 'SOAP', headers: { SOAPAction: '' }, over: { method: 'POST' }, isPrinted: true },
  {
    name: 'an envelope',
    headers: { Accept: '*/*' },
    over: { route: route({ errors: 'chargeover' }) },
    isPrinted: true,
  },
  {
    name: 'a stream of one event',
    headers: { Accept: 'text/event-stream', 'Sec-Fetch-Mode': 'cors' },
    isPrinted: true,
  },
  { name: 'an empty answer', headers: { 'Sec-Fetch-Dest': 'font' }, isPrinted: true },
  {
    name: 'what keeps fields of a reply',
    headers: NAVIGATION,
    matter: matter({ receivedStatus: 503, kept: ['Retry-After', '7'] }),
    isPrinted: false,
  },
  {
    name: 'a pixel',
    headers: { 'Sec-Fetch-Dest': 'image' },
    over: { route: route({ kind: 'pixel' }) },
    isPrinted: false,
  },
  { name: 'HEAD', headers: NAVIGATION, over: { method: 'HEAD' }, isPrinted: false },
  { name: 'gRPC', headers: { 'Content-Type': 'application/grpc' }, isPrinted: false },
];

/** How a client may ask that decides what node:http writes besides. */
const WAYS = [
  { way: 'HTTP/1.1', version: '1.1', fields: '', ends: false },
  { way: 'close', version: '1.1', fields: 'Connection: close\r\n', ends: true },
  { way: 'HTTP/1.0', version: '1.0', fields: '', ends: true },
  { way: 'kept HTTP/1.0', version: '1.0', fields: 'Connection: keep-alive\r\n', ends: false },
];

test.for(GIVEN)('$name is printed as node:http would write it', async (given) => {
  const answerer = answererOf({
    settings: settings({ brand: { ...settings().brand!, name: 'Größe 漢字' } }),
  });
  const asked = asker(given.headers, given.over);
  const told = given.matter ?? matter();
  let answer = answerer.answer(asked, told);
  // A page is compressed behind the back of who asks first.
  while ('Accept-Encoding' in given.headers && !answer.headers.includes('Content-Encoding')) {
    await nextTurn();
    answer = answerer.answer(asked, told);
  }
  const [printing, writing] = await Promise.all([serve(answer, true), serve(answer, false)]);

  for (const { version, fields, ends } of WAYS) {
    const bytes = `${asked.method} / HTTP/${version}\r\nHost: a.test\r\n${fields}\r\n`;
    const last = `GET / HTTP/1.0\r\nHost: a.test\r\n\r\n`;
    const sent = ends ? bytes : bytes + last;
    const [printed, written] = [
      await exchange(printing.url, sent),
      await exchange(writing.url, sent),
    ];
    expect(printed.code).toBe(null);
    expect(withoutDate(printed.received)).toBe(withoutDate(written.received));
  }
  expect(printing.ways).toEqual(new Set([given.isPrinted]));
});

/** A server that gives one answer; `ways` says whether it was printed. */
async function serve(answer: Answer, mayPrint: boolean) {
  const ways = new Set<boolean>();
  const options = { ServerResponse: Http1Response, IncomingMessage, keepAliveTimeout: 75_000 };
  const server = createServer(options, (_request, response) => {
    const { status, reasonPhrase, headers, body } = answer;
    const printer = mayPrint ? answer.printer : null;
    respond(response, { status, reasonPhrase, headers, body, printer });
    ways.add(response._header?.startsWith('HTTP/') === false);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ways };
}

function withoutDate(bytes: string): string {
  return bytes.replace(/^Date: .*\r$/gm, 'Date: \r');
}

test('a client that reads nothing for a while gets its own answers, whoever is answered meanwhile', async () => {
  const { gateway, url, upstream } = await startGateway({
    ...oneUpstream(['http://127.0.0.1:9']),
    trustedProxies: ['127.0.0.1'],
  });
  const ask = (reference: string) =>
    `GET /${reference} HTTP/1.1\r\nHost: a.test\r\nAccept: text/html\r\nX-Request-Id: ${reference}\r\n\r\n`;
  const slow = await connectRaw(url);
  const quick = await connectRaw(url);
  await vi.waitFor(() => expect(upstream().belief.verdict.state).toBe('down'), 5_000);
  quick.send(ask('one-0'));
  const page = pageWithout('one-0', await quick.response());
  // More than the buffers of the system take, so that a part of one answer waits.
  const references = Array.from({ length: 500 }, (_, index) => `slow-${index}`);
  slow.socket.pause();
  slow.send(references.map(ask).join(''));
  for (let index = 0; index < 500; index += 1) {
    // Longer than the others: in its page everything has another place.
    const reference = `quick-${index}`.padEnd(100, '-');
    quick.send(ask(reference));
    expect(pageWithout(reference, await quick.response())).toBe(page);
  }

  expect(gateway.counts.inFlight).toBeGreaterThan(0);
  slow.socket.resume();
  for (const reference of references) {
    expect(pageWithout(reference, await slow.response())).toBe(page);
  }
});

/** The page to a request, which has to name it in its fields as well, without what is its own. */
function pageWithout(reference: string, { fields, body }: RawResponse): string {
  expect(fields).toContainEqual(['X-Request-Id', reference]);
  return body.replaceAll(reference, '');
}
