import { expect, test } from 'vitest';
import { readRequest } from './request-reader.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const CHUNKED = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n';

test.for([
  { name: 'no body', bytes: GET, body: '' },
  {
    name: 'a length',
    bytes: 'PUT /a?b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello',
    body: 'hello',
  },
  {
    name: 'chunks',
    bytes: `${CHUNKED}5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n`,
    body: 'hello0123456789',
  },
  { name: 'trailers', bytes: `${CHUNKED}2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n`, body: 'ok' },
])('a request with $name is read to its end, and no further', ({ bytes, body }) => {
  const read = readRequest(bytes + GET);
  expect(read).toMatchObject({ kind: 'request', request: { body }, length: bytes.length });
});

test.for([
  { bytes: 'GET / HT', kind: 'more' },
  { bytes: 'GET / HTTP/1.1\r\nHost: a\r\n', kind: 'more' },
  { bytes: 'PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhell', kind: 'head' },
  { bytes: `${CHUNKED}5\r\nhel`, kind: 'head' },
  { bytes: `${CHUNKED}0\r\n`, kind: 'head' },
])('of $bytes there is more to come', ({ bytes, kind }) => {
  expect(readRequest(bytes).kind).toBe(kind);
});

test.for([
  'GET / HTTP/1.1\nHost: a\n\n',
  'GET  / HTTP/1.1\r\n\r\n',
  'GET / HTTP/1.2\r\n\r\n',
  'G(T / HTTP/1.1\r\n\r\n',
  'GET /caf\xe9 HTTP/1.1\r\n\r\n',
  'GET / HTTP/1.1\r\nX-A : b\r\n\r\n',
  'GET / HTTP/1.1\r\nX-A: b\r\n c\r\n\r\n',
  'GET / HTTP/1.1\r\nX-A: b\0\r\n\r\n',
  'GET / HTTP/1.1\r\nX-A: b\rc\r\n\r\n',
  'GET / HTTP/1.1\r\nContent-Length: +0\r\n\r\n',
  'GET / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n',
  'GET / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n',
  'GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n',
  'GET / HTTP/1.1\r\nTransfer-Encoding: foo, chunked\r\n\r\n',
  `${CHUNKED}0x5\r\n`,
  `${CHUNKED}5;a=b\r\n`,
  `${CHUNKED}5\r\nhelloX\r\n`,
  `${CHUNKED}0\r\nX Y: z\r\n\r\n`,
])('%j is a fault', (bytes) => {
  expect(readRequest(bytes)).toMatchObject({
    kind: 'fault',
    fault: expect.stringMatching(/^the origin got /),
  });
});
