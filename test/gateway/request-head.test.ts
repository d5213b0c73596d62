import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { type RequestHead, readHead } from '../../src/gateway/request-head.ts';
import { PLAIN_HEAD } from '../support/plain-head.ts';

const MOST_BYTES = 100;

/** What is read of a request with these fields beside its Host. */
function headOf(
  fields: readonly string[],
  { host = ['Host', 'app.example'], ...others }: Partial<Request> = {},
) {
  const request = Object.assign(new IncomingMessage(new Socket()), {
    method: 'GET',
    url: '/a?b',
    httpVersionMinor: 1,
    rawHeaders: [...host, ...fields],
    ...others,
  });
  return readHead(request, MOST_BYTES);
}

interface Request {
  readonly method: string;
  readonly url: string;
  readonly httpVersionMinor: number;
  readonly host: readonly string[];
  readonly upgrade: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

const { rawHeaders: _own, ...PLAIN } = { ...PLAIN_HEAD, target: '/a?b' };

test.for<{ readonly fields: readonly string[]; readonly read: Partial<RequestHead> }>([
  { fields: [], read: {} },
  { fields: ['Content-Length', '5'], read: { hasBody: true, contentLength: 5 } },
  { fields: ['Content-Length', '0'], read: { contentLength: 0 } },
  { fields: ['Transfer-Encoding', 'chunked'], read: { hasBody: true } },
  { fields: ['Transfer-Encoding', 'CHUNKED'], read: { hasBody: true } },
  { fields: ['Connection', 'close'], read: {} },
  { fields: ['Connection', 'X-A, x-b'], read: { nominated: new Set(['x-a', 'x-b']) } },
  {
    fields: ['Connection', 'x-a', 'Connection', 'x-b'],
    read: { nominated: new Set(['x-a', 'x-b']) },
  },
  { fields: ['X-Request-Id', 'r-1'], read: { requestId: 'r-1' } },
  { fields: ['Max-Forwards', '10'], read: { maxForwards: 10 } },
  { fields: ['Max-Forwards', '1000000000'], read: {} },
  { fields: ['Max-Forwards', '-1'], read: {} },
  { fields: ['Max-Forwards', '1x'], read: {} },
  { fields: ['Accept', 'text/event-stream'], read: { mayBeSilent: true } },
  {
    fields: ['Accept', 'text/html', 'Accept', 'text/event-stream'],
    read: { mayBeSilent: true },
  },
  { fields: ['Accept', 'text/html'], read: {} },
  { fields: ['Content-Type', 'Application/gRPC+proto'], read: { mayBeSilent: true } },
  { fields: ['Content-Type', 'text/plain; a=application/grpc'], read: {} },
  { fields: ['TE', 'trailers'], read: { acceptsTrailers: true } },
  { fields: ['TE', 'gzip , Trailers ,x'], read: { acceptsTrailers: true } },
  { fields: ['TE', 'gzip', 'TE', 'trailers'], read: { acceptsTrailers: true } },
  { fields: ['TE', 'xtrailers, trailersx, x trailers'], read: {} },
  { fields: ['Accept-Encoding', 'trailers'], read: {} },
])('$fields', ({ fields, read }) => {
  const rawHeaders = ['Host', 'app.example', ...fields];
  expect(headOf(fields)).toEqual({ ...PLAIN, rawHeaders, ...read });
});

test('an upgrade is one where node:http has let go of the connection', () => {
  const headers = { upgrade: 'websocket' };
  expect(headOf([], { upgrade: true, headers })).toMatchObject({ upgrade: 'websocket' });
  expect(headOf([], { upgrade: false, headers })).toMatchObject({ upgrade: null });
  expect(headOf([], { upgrade: true, headers: {} })).toMatchObject({ upgrade: null });
});

test.for<{
  readonly name: string;
  readonly fields?: readonly string[];
  readonly others?: Partial<Request>;
  readonly refusal: Readonly<Record<string, unknown>>;
}>([
  {
    name: 'two hosts',
    fields: ['Host', 'app.example'],
    refusal: { status: 400, detail: 'The request has more than one Host field.' },
  },
  {
    name: 'no host',
    others: { host: [] },
    refusal: { status: 400, detail: 'The request has no Host field.' },
  },
  {
    name: 'a coding in HTTP/1.0',
    fields: ['Transfer-Encoding', 'chunked'],
    others: { httpVersionMinor: 0 },
    refusal: {
      status: 400,
      detail: 'An HTTP/1.0 request cannot have a Transfer-Encoding field.',
    },
  },
  {
    name: 'another coding',
    fields: ['Transfer-Encoding', 'gzip, chunked'],
    refusal: {
      status: 501,
      detail: 'The only transfer coding that is understood is chunked.',
    },
  },
  {
    name: 'chunked twice',
    fields: ['Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'],
    refusal: {
      status: 501,
      detail: 'The only transfer coding that is understood is chunked.',
    },
  },
  {
    name: 'a target that is none',
    others: { url: 'a' },
    refusal: {
      status: 400,
      detail: 'The request target is neither a path nor an http URL.',
    },
  },
  {
    name: 'a target of a byte too many',
    others: { url: `/${'a'.repeat(MOST_BYTES)}` },
    refusal: {
      status: 414,
      detail: 'The request target is too long.',
      limit: 'target_bytes',
    },
  },
])('$name is refused', ({ fields = [], others, refusal }) => {
  expect(headOf(fields, others)).toEqual(refusal);
});

test('a target of just as many bytes as it may have is read', () => {
  const url = `/${'a'.repeat(MOST_BYTES - 1)}`;
  expect(headOf([], { url })).toMatchObject({ target: url });
});

test('HTTP/1.0 needs no Host', () => {
  expect(headOf([], { host: [], httpVersionMinor: 0 })).toMatchObject({ authority: '' });
});
