import {
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
  headerBlock,
  headers,
} from '../../support/http2-frames.ts';
import {
  all,
  either,
  originBody,
  originField,
  originLacks,
  originMethod,
  originSaw,
  originSawNothingWhole,
  originTarget,
} from '../checks.ts';
import {
  connectionGoesOn,
  malformed,
  streamBody,
  streamReset,
  streamStatus,
} from '../http2-checks.ts';
import { head, PSEUDO, without } from '../http2-heads.ts';
import { breaking, closing } from '../origin.ts';
import type { Row } from '../row.ts';

function post(fields: Readonly<Record<string, string>>, ...bodies: readonly string[]): string {
  const parts = bodies.map((payload, index) =>
    frame(FRAME.data, { stream: 1, payload, flags: index === bodies.length - 1 ? END_STREAM : 0 }),
  );
  return headers(1, { flags: END_HEADERS, ':method': 'POST', ...fields }) + parts.join('');
}

/** Requests and responses in HTTP/2, and what becomes of them in HTTP/1.1 (RFC 9113, section 8). */
export const http2Messages: readonly Row[] = [
  {
    id: 'http2/a GET',
    rfc: 'RFC 9113 §8.3.1',
    holds: 'A request becomes one of HTTP/1.1, and its reply comes back on the stream.',
    send: [headers(1, { ':path': '/a?b', 'x-a': 'c' })],
    streams: [1],
    checks: [
      streamStatus(1, 200),
      streamBody(1, 'ok'),
      originTarget('/a?b'),
      originField('host', 'a'),
      originField('x-a', 'c'),
    ],
  },
  {
    id: 'http2/host in place of :authority',
    rfc: 'RFC 9113 §8.3.1',
    holds: 'Host stands in for an authority that is left out.',
    send: [head(without(':authority'), { host: 'a.example' })],
    streams: [1],
    checks: [either(malformed(1), all(streamStatus(1, 200), originField('host', 'a.example')))],
  },
  {
    id: 'http2/host beside another :authority',
    rfc: 'RFC 9113 §8.3.1',
    holds:
      'An authority and a Host that differ are refused, or the authority counts: one reaches the origin.',
    send: [headers(1, { host: 'b' })],
    streams: [1],
    checks: [either(malformed(1), all(streamStatus(1, 200), originField('host', 'a')))],
  },
  {
    id: 'http2/user information in :authority',
    rfc: 'RFC 9113 §8.3.1',
    holds: 'An authority with user information is refused, or goes on without it.',
    send: [headers(1, { ':authority': 'user@a' })],
    streams: [1],
    checks: [either(malformed(1), originField('host', 'a'))],
  },
  {
    id: 'http2/cookie crumbs',
    rfc: 'RFC 9113 §8.2.3',
    holds: 'Several Cookie fields become one, joined by a semicolon, for HTTP/1.1.',
    send: [head(PSEUDO, { cookie: 'a=1' }, { 'x-b': 'c' }, { cookie: 'd=2' })],
    streams: [1],
    checks: [streamStatus(1, 200), originField('cookie', 'a=1; d=2')],
  },
  {
    id: 'http2/TE: trailers',
    rfc: 'RFC 9113 §8.2.2',
    holds: '`TE: trailers` is allowed, and is this hop’s own.',
    send: [headers(1, { te: 'trailers' })],
    streams: [1],
    checks: [streamStatus(1, 200), originSaw(1)],
  },
  {
    id: 'http2/a body without a length',
    rfc: 'RFC 9113 §8.1',
    holds: 'A body without a length goes on in chunks, or with the length that it has.',
    send: [post({}, 'hello', 'world')],
    streams: [1],
    checks: [streamStatus(1, 200), originBody('helloworld')],
  },
  {
    id: 'http2/a body with a length',
    rfc: 'RFC 9113 §8.1.1',
    holds: 'A body of the length that was said goes on.',
    send: [post({ 'content-length': '5' }, 'hello')],
    streams: [1],
    checks: [streamStatus(1, 200), originBody('hello'), originField('content-length', '5')],
  },
  {
    id: 'http2/an empty DATA frame ends the body',
    rfc: 'RFC 9113 §8.1',
    holds: 'A stream may end with an empty frame.',
    send: [post({}, 'hello', '')],
    streams: [1],
    checks: [streamStatus(1, 200), originBody('hello')],
  },
  {
    id: 'http2/padded DATA',
    rfc: 'RFC 9113 §6.1',
    holds: 'Padding is no part of a body.',
    send: [
      headers(1, { flags: END_HEADERS, ':method': 'POST' }),
      frame(FRAME.data, { stream: 1, flags: END_STREAM | 0x8, payload: '\x03hello\0\0\0' }),
    ],
    streams: [1],
    checks: [streamStatus(1, 200), originBody('hello')],
  },
  {
    id: 'http2/a body longer than its length',
    rfc: 'RFC 9113 §8.1.1',
    holds: 'It is malformed: the origin gets no whole request, and no byte beyond the length.',
    send: [post({ 'content-length': '5' }, 'helloGET /smuggled HTTP/1.1')],
    streams: [1],
    checks: [originSawNothingWhole, originLacks('/smuggled'), either(malformed(1), streamReset(1))],
  },
  {
    id: 'http2/a body shorter than its length',
    rfc: 'RFC 9113 §8.1.1',
    holds: 'It is malformed: the origin gets no whole request.',
    send: [post({ 'content-length': '10' }, 'hello')],
    streams: [1],
    checks: [originSawNothingWhole, either(malformed(1), streamReset(1))],
  },
  {
    id: 'http2/trailers',
    rfc: 'RFC 9113 §8.1',
    holds: 'Trailers of a request end it, and become no fields of the head.',
    send: [
      post({}, 'hello', '').slice(0, -9),
      frame(FRAME.headers, {
        stream: 1,
        flags: END_HEADERS | END_STREAM,
        payload: headerBlock({ 'x-sum': '1' }),
      }),
    ],
    streams: [1],
    checks: [streamStatus(1, 200), originBody('hello'), originField('x-sum', null)],
  },
  {
    id: 'http2/trailers that do not end the stream',
    rfc: 'RFC 9113 §8.1',
    holds: 'A second head without END_STREAM is malformed.',
    send: [
      headers(1, { flags: END_HEADERS, ':method': 'POST' }),
      frame(FRAME.headers, {
        stream: 1,
        flags: END_HEADERS,
        payload: headerBlock({ 'x-sum': '1' }),
      }),
    ],
    streams: [1],
    checks: [malformed(1)],
  },
  {
    id: 'http2/trailers with a pseudo-field',
    rfc: 'RFC 9113 §8.1',
    holds: 'Trailers may not say what only a head can.',
    send: [headers(1, { flags: END_HEADERS, ':method': 'POST' }), headers(1)],
    streams: [1],
    checks: [malformed(1)],
  },
  {
    id: 'http2/HEAD',
    rfc: 'RFC 9113 §8.1',
    holds: 'A reply to HEAD ends with its head, whatever its length says.',
    send: [headers(1, { ':method': 'HEAD' })],
    streams: [1],
    reply: 'HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n',
    checks: [streamStatus(1, 200), streamBody(1, ''), originMethod('HEAD')],
  },
  ...(
    [
      ['204', 204, 'HTTP/1.1 204 No Content\r\n\r\n'],
      ['304', 304, 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
    ] as const
  ).map(
    ([name, status, reply]): Row => ({
      id: `http2/${name}`,
      rfc: 'RFC 9113 §8.1',
      holds: 'It ends with its head.',
      send: [headers(1)],
      streams: [1],
      reply,
      checks: [streamStatus(1, status), streamBody(1, '')],
    }),
  ),
  {
    id: 'http2/a reply in chunks',
    rfc: 'RFC 9113 §8.1',
    holds: 'HTTP/2 has no chunks: the content alone comes.',
    send: [headers(1)],
    streams: [1],
    reply:
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    checks: [streamStatus(1, 200), streamBody(1, 'hello')],
  },
  {
    id: 'http2/trailers of a reply',
    rfc: 'RFC 9113 §8.1',
    holds: 'Trailers of a reply in chunks go on to a client that reads them.',
    send: [headers(1, { te: 'trailers' })],
    streams: [1],
    reply:
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n2\r\nok\r\n0\r\nx-sum: 1\r\n\r\n',
    checks: [
      streamStatus(1, 200),
      streamBody(1, 'ok'),
      ({ http2 }) => (http2.streams.get(1)?.hasTrailers ? null : 'no trailers came'),
    ],
  },
  {
    id: 'http2/an informational reply',
    rfc: 'RFC 9113 §8.1',
    holds: 'A 103 goes on in front of the final head.',
    send: [headers(1)],
    streams: [1],
    reply:
      'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    checks: [
      streamStatus(1, 200),
      ({ http2 }) => (http2.streams.get(1)?.interim.join() === '103' ? null : 'no 103 came'),
    ],
  },
  {
    id: 'http2/no switching of protocols',
    rfc: 'RFC 9113 §8.6',
    holds: 'HTTP/2 has no 101: an origin that switches unasked is a bad gateway.',
    send: [headers(1)],
    requests: 2,
    streams: [1],
    reply: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    checks: [either(streamStatus(1, 502, 503, 504), streamReset(1))],
  },
  ...(
    [
      ['by length', closing('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello')],
      ['in chunks', closing('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')],
      ['without a length, by a reset', breaking('HTTP/1.1 200 OK\r\n\r\nhello')],
    ] as const
  ).map(
    ([name, reply]): Row => ({
      id: `http2/a reply that breaks off ${name}`,
      rfc: 'RFC 9113 §8.1',
      holds: 'The stream of a reply that breaks off is reset, never ended.',
      send: [headers(1, { ':method': 'POST', 'content-length': '0' })],
      streams: [1],
      reply,
      checks: [streamReset(1), connectionGoesOn],
    }),
  ),
  {
    id: 'http2/an early refusal',
    rfc: 'RFC 9113 §8.1',
    holds:
      'A whole response before the request is over reaches the client, and ends the upload without harm to the connection.',
    send: [
      headers(1, { flags: END_HEADERS, ':method': 'POST' }),
      frame(FRAME.data, { stream: 1, payload: 'hello' }),
    ],
    streams: [1],
    early: 'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno',
    reply: '',
    checks: [streamStatus(1, 403), streamBody(1, 'no'), connectionGoesOn],
  },
  {
    id: 'http2/CONNECT',
    rfc: 'RFC 9113 §8.5',
    holds: 'A gateway that is no tunnel refuses CONNECT.',
    send: [head({ ':method': 'CONNECT', ':authority': 'a:443' })],
    streams: [1],
    checks: [either(malformed(1), streamStatus(1, 403, 404, 405, 501))],
  },
  {
    id: 'http2/CONNECT with a path',
    rfc: 'RFC 9113 §8.5',
    holds: 'CONNECT has neither scheme nor path: it is malformed.',
    send: [headers(1, { ':method': 'CONNECT' })],
    streams: [1],
    checks: [malformed(1)],
  },
  {
    id: 'http2/extended CONNECT that is not offered',
    rfc: 'RFC 8441 §3',
    holds:
      'WebSockets over HTTP/2 are offered by a setting; where they are not, `:protocol` is malformed.',
    send: [
      headers(1, { ':method': 'CONNECT', ':protocol': 'websocket', 'sec-websocket-version': '13' }),
    ],
    streams: [1],
    reply: 'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno',
    checks: [either(malformed(1), streamStatus(1, 400, 403, 405, 501))],
  },
  {
    id: 'http2/OPTIONS *',
    rfc: 'RFC 9113 §8.3.1',
    holds: 'The asterisk form has `*` for its path.',
    send: [headers(1, { ':method': 'OPTIONS', ':path': '*' })],
    streams: [1],
    checks: [streamStatus(1, 200, 204), either(originSaw(0), originTarget('*'))],
  },
  {
    id: 'http2/many fields',
    rfc: 'RFC 9113 §10.5.1',
    holds: 'A head of 64 KiB in one frame after another is answered 431, or its stream reset.',
    send: [
      frame(FRAME.headers, { stream: 1, flags: END_STREAM, payload: headerBlock(PSEUDO) }),
      ...Array.from({ length: 8 }, (_, index) =>
        frame(FRAME.continuation, {
          stream: 1,
          flags: index === 7 ? END_HEADERS : 0,
          payload: headerBlock({ 'x-long': 'x'.repeat(100) }).repeat(80),
        }),
      ),
    ],
    streams: [1],
    checks: [either(malformed(1), all(streamStatus(1, 200), originField('x-long', /^x/)))],
  },
];
