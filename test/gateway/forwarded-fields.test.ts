import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { forwardedFields } from '../../src/gateway/forwarded-fields.ts';
import { introduce, type Peer } from '../../src/gateway/peer.ts';
import type { RequestHead } from '../../src/gateway/request-head.ts';
import { PLAIN_HEAD } from '../support/plain-head.ts';

const PEER: Peer = { ...introduce(new Socket(), false), address: '192.0.2.7' };

interface Given {
  readonly head?: Partial<RequestHead>;
  readonly peer?: Partial<Peer>;
  readonly isTrusted?: boolean;
}

/** What the upstream gets of these fields, between Host and what the gateway adds, and what it adds. */
function forwarded(rawHeaders: readonly string[], { head, peer, isTrusted = false }: Given = {}) {
  const fields = forwardedFields(
    { ...PLAIN_HEAD, rawHeaders, ...head },
    { peer: { ...PEER, ...peer }, isTrusted, reference: '9F3K' },
  );
  expect(fields.slice(0, 2)).toEqual(['host', 'app.example']);
  return { kept: fields.slice(2, -10), own: fields.slice(-10) };
}

test.for<{ readonly name: string; readonly fields: readonly string[] } & Given>([
  { name: 'end-to-end fields', fields: ['X-a', '1', 'x-A', '2'] },
  { name: 'content', fields: ['Content-Type', 'a/b', 'content-length', '5'] },
  { name: 'what is accepted', fields: ['Accept', '*/*', 'Accept-Encoding', 'br'] },
  { name: 'cookies', fields: ['Cookie', 'a=b; c=d'] },
  { name: 'credentials', fields: ['Authorization', 'Basic x'] },
  {
    name: 'Max-Forwards of a method that does not count',
    fields: ['Max-Forwards', '3'],
    head: { maxForwards: 3 },
  },
  {
    name: 'Max-Forwards that is no number',
    fields: ['Max-Forwards', 'x'],
    head: { method: 'TRACE' },
  },
  {
    name: 'what a trusted proxy says',
    fields: ['Forwarded', 'for=a', 'X-Real-IP', 'b'],
    isTrusted: true,
  },
])('passed on as it is: $name', ({ fields, ...given }) => {
  expect(forwarded(fields, given).kept).toEqual(fields);
});

test.for<{ readonly name: string; readonly fields: readonly string[] } & Given>([
  { name: 'what is nominated', fields: ['X-A', '1'], head: { nominated: new Set(['x-a']) } },
  {
    name: 'the connection',
    fields: ['Connection', 'close', 'Keep-Alive', 'max=5', 'TE', 'trailers'],
  },
  { name: 'a framing', fields: ['Transfer-Encoding', 'chunked', 'Trailer', 'A', 'Upgrade', 'h2c'] },
  { name: 'another host', fields: ['Host', 'other.example'] },
  { name: 'an expectation', fields: ['Expect', '100-continue'] },
  { name: 'a reference that is not ours', fields: ['X-Request-Id', 'a'] },
  { name: 'what a stranger says of its client', fields: ['Forwarded', 'for=a', 'X-Real-IP', 'b'] },
  { name: 'cookies of a trace', fields: ['Cookie', 'a=b'], head: { method: 'TRACE' } },
  { name: 'credentials of a trace', fields: ['Authorization', 'a'], head: { method: 'TRACE' } },
  { name: 'the cookie of a bypass', fields: ['Cookie', 'candor-bypass-1f=x'] },
])('not passed on: $name', ({ fields, ...given }) => {
  expect(forwarded(fields, given).kept).toEqual([]);
});

test.for(['TRACE', 'OPTIONS'])('%s counts its forwards', (method) => {
  const { kept } = forwarded(['Max-Forwards', '3'], { head: { method, maxForwards: 3 } });
  expect(kept).toEqual(['Max-Forwards', '2']);
});

const CLAIMS = [
  'X-Forwarded-For',
  '203.0.113.1',
  'X-Forwarded-Proto',
  'https',
  'X-Forwarded-Host',
  'a.example',
];

test.for<
  {
    readonly name: string;
    readonly fields: readonly string[];
    readonly own: readonly string[];
  } & Given
>([
  { name: 'a client', fields: [], own: ['1.1 candor', '192.0.2.7', 'http', 'app.example'] },
  {
    name: 'a client with TLS',
    fields: [],
    peer: { isSecure: true },
    own: ['1.1 candor', '192.0.2.7', 'https', 'app.example'],
  },
  {
    name: 'a client with HTTP/2',
    fields: [],
    peer: { protocol: 'http2' },
    own: ['2.0 candor', '192.0.2.7', 'http', 'app.example'],
  },
  {
    name: 'a stranger’s client',
    fields: CLAIMS,
    own: ['1.1 candor', '192.0.2.7', 'http', 'app.example'],
  },
  {
    name: 'a trusted proxy’s client',
    fields: CLAIMS,
    isTrusted: true,
    own: ['1.1 candor', '203.0.113.1, 192.0.2.7', 'https', 'a.example'],
  },
  {
    name: 'a client behind two proxies',
    fields: [...CLAIMS, 'x-forwarded-for', '203.0.113.2'],
    isTrusted: true,
    own: ['1.1 candor', '203.0.113.1, 203.0.113.2, 192.0.2.7', 'https', 'a.example'],
  },
])('told of $name', ({ fields, own: [via, client, proto, host], ...given }) => {
  const { kept, own } = forwarded(fields, given);
  expect(kept).toEqual([]);
  expect(own).toEqual([
    ...['Via', via, 'X-Forwarded-For', client, 'X-Forwarded-Proto', proto],
    ...['X-Forwarded-Host', host, 'X-Request-Id', '9F3K'],
  ]);
});
