import {
  all,
  answered,
  clientBodies,
  clientBody,
  clientField,
  clientLacks,
  clientTrailer,
  either,
  originBody,
  originField,
  originLacks,
  originSaw,
  refused,
  restIs,
} from '../checks.ts';
import { closing } from '../origin.ts';
import type { Row } from '../row.ts';
import { byteByByte } from '../steps.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const CHUNKED = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n';
const LARGE = 'x'.repeat(300_000);

/** Replies that have no body, whatever their fields say (RFC 9112, section 6.3). */
const BODILESS = [
  ['204', 'RFC 9110 §15.3.5', 'HTTP/1.1 204 No Content\r\n\r\n', 204],
  ['304', 'RFC 9110 §15.4.5', 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n', 304],
  [
    '304 with a length',
    'RFC 9110 §8.6',
    'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 5\r\n\r\n',
    304,
  ],
  ['200 of length 0', 'RFC 9112 §6.3', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 200],
  ['205', 'RFC 9110 §15.3.6', 'HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n', 205],
] as const;

/** Bodies and trailers, in both directions. */
export const bodies: readonly Row[] = [
  {
    id: 'bodies/by length',
    rfc: 'RFC 9112 §6.2',
    holds: 'A body goes on as it came.',
    send: [`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${LARGE.length}\r\n\r\n`, LARGE],
    checks: [answered(200), originBody(LARGE)],
  },
  {
    id: 'bodies/in chunks',
    rfc: 'RFC 9112 §7.1',
    holds: 'A body in chunks goes on, whatever its chunks.',
    send: [
      `${CHUNKED}\r\n`,
      `1\r\nh\r\n4;a=b\r\nello\r\n${LARGE.length.toString(16).toUpperCase()}\r\n${LARGE}\r\n0\r\n\r\n`,
    ],
    checks: [answered(200), originBody(`hello${LARGE}`)],
  },
  {
    id: 'bodies/in chunks, byte by byte',
    rfc: 'RFC 9112 §7.1',
    holds: 'Chunks may be cut anywhere.',
    send: [byteByByte(`${CHUNKED}\r\n5;x="\\""\r\nhello\r\n0\r\nX-T: 1\r\n\r\n`)],
    checks: [answered(200), originBody('hello')],
  },
  {
    id: 'bodies/the coding in capitals',
    rfc: 'RFC 9112 §7',
    holds: 'Names of transfer codings are case-insensitive.',
    send: [
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    ],
    checks: [answered(200), originBody('hello')],
  },
  {
    id: 'bodies/empty, in chunks',
    rfc: 'RFC 9112 §7.1',
    holds: 'A body of no chunks is empty.',
    send: [`${CHUNKED}\r\n0\r\n\r\n`],
    checks: [answered(200), originBody('')],
  },
  {
    id: 'bodies/request trailers',
    rfc: 'RFC 9110 §6.5.1',
    holds: 'Trailers go on as trailers, or are discarded: they never become fields of the head.',
    send: [`${CHUNKED}Trailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n`],
    checks: [answered(200), originBody('hello'), originField('x-sum', null)],
  },
  {
    id: 'bodies/request trailers that frame',
    rfc: 'RFC 9110 §6.5.1',
    holds: 'What frames or routes has no place in trailers: refused, or discarded.',
    send: [
      `${CHUNKED}\r\n5\r\nhello\r\n0\r\nContent-Length: 99\r\nHost: b\r\nTransfer-Encoding: gzip\r\n\r\n`,
    ],
    checks: [
      either(
        refused,
        all(answered(200), originBody('hello'), originLacks('gzip'), originLacks('Host: b')),
      ),
    ],
  },
  {
    id: 'bodies/reply trailers',
    rfc: 'RFC 9110 §6.5.1',
    holds: 'Trailers of a reply go on, or are discarded: they never become fields of the head.',
    send: ['GET / HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: trailers\r\n\r\n'],
    reply:
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n',
    checks: [
      answered(200),
      clientBody('ok'),
      clientField('x-sum', null),
      either(clientTrailer('x-sum', '1'), clientTrailer('x-sum', null)),
    ],
  },
  {
    id: 'bodies/reply trailers are not lost',
    rfc: 'RFC 9110 §6.5.2',
    holds: 'A client that says that it reads trailers gets them.',
    send: ['GET / HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: trailers\r\n\r\n'],
    reply:
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n',
    checks: [answered(200), clientTrailer('x-sum', '1')],
  },
  {
    id: 'bodies/reply in chunks',
    rfc: 'RFC 9112 §7.1',
    holds: 'A reply in chunks goes on, its extensions do not.',
    send: [GET],
    reply:
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=1\r\nhello\r\n0;last\r\n\r\n',
    checks: [answered(200), clientBody('hello'), clientLacks('ext=1')],
  },
  {
    id: 'bodies/reply until the connection closes',
    rfc: 'RFC 9112 §6.3',
    holds:
      'A reply without a length ends with its connection, and the client’s is not the worse for it.',
    send: [GET],
    reply: closing('HTTP/1.1 200 OK\r\n\r\nhello'),
    checks: [answered(200), clientBody('hello')],
  },
  {
    id: 'bodies/reply of an HTTP/1.0 origin',
    rfc: 'RFC 9110 §2.5',
    holds: 'An origin of HTTP/1.0 is understood; the client gets the intermediary’s version.',
    send: [GET],
    reply: closing('HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello'),
    checks: [
      answered(200),
      clientBody('hello'),
      ({ responses }) => (responses[0]?.version === 'HTTP/1.1' ? null : 'HTTP/1.0 went on'),
    ],
  },
  {
    id: 'bodies/a large reply',
    rfc: 'RFC 9112 §6.2',
    holds: 'A reply goes on byte for byte.',
    send: [GET],
    reply: `HTTP/1.1 200 OK\r\nContent-Length: ${LARGE.length}\r\n\r\n${LARGE}`,
    checks: [answered(200), clientBody(LARGE), clientField('content-length', String(LARGE.length))],
  },
  ...BODILESS.map(
    ([name, rfc, reply, status]): Row => ({
      id: `bodies/no body: ${name}`,
      rfc,
      holds: 'It ends with its head; the next reply on the connection is not taken for its body.',
      send: [GET, GET],
      requests: 2,
      reply: (socket, _request, nth) =>
        socket.write(nth === 1 ? reply : 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
      checks: [answered(status, 200), clientBodies('', 'ok'), restIs('')],
    }),
  ),
  {
    id: 'bodies/a body in a 204',
    rfc: 'RFC 9110 §15.3.5',
    holds: 'What an origin sends behind a 204 reaches nobody, not as the next reply either.',
    send: [GET, GET],
    requests: 3,
    replies: 2,
    reply: 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello',
    checks: [clientLacks('hello')],
  },
  {
    id: 'bodies/a length in a 204',
    rfc: 'RFC 9110 §8.6',
    holds: 'A 204 has no Content-Length.',
    send: [GET],
    reply: 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n',
    checks: [answered(204), clientField('content-length', null)],
  },
  {
    id: 'bodies/a coding in a 204',
    rfc: 'RFC 9112 §6.1',
    holds: 'A 204 has no Transfer-Encoding.',
    send: [GET],
    reply: 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n',
    checks: [answered(204), clientField('transfer-encoding', null), restIs('')],
  },
  {
    id: 'bodies/HEAD',
    rfc: 'RFC 9110 §9.3.2',
    holds: 'A reply to HEAD has the length of the GET, and no body.',
    isHead: true,
    requests: 2,
    send: ['HEAD / HTTP/1.1\r\nHost: a\r\n\r\n', 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n'],
    reply: 'HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n',
    checks: [answered(200, 200), clientField('content-length', '12345'), restIs('')],
  },
  {
    id: 'bodies/HEAD of a reply in chunks',
    rfc: 'RFC 9110 §9.3.2',
    holds: 'A reply to HEAD has no chunks.',
    isHead: true,
    send: ['HEAD / HTTP/1.1\r\nHost: a\r\n\r\n'],
    reply: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    checks: [answered(200), restIs('')],
  },
  {
    id: 'bodies/HEAD with a body',
    rfc: 'RFC 9110 §9.3.2',
    holds: 'A body that an origin sends to HEAD reaches nobody.',
    isHead: true,
    requests: 2,
    send: ['HEAD / HTTP/1.1\r\nHost: a\r\n\r\n', 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n'],
    reply: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    checks: [answered(200, 200), restIs('')],
  },
  {
    id: 'bodies/a range',
    rfc: 'RFC 9110 §14',
    holds: 'Range and what comes of it pass: 206 is the origin’s.',
    send: ['GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nIf-Range: "a"\r\n\r\n'],
    reply:
      'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-1/5\r\nContent-Length: 2\r\n\r\nhe',
    checks: [
      answered(206),
      originField('range', 'bytes=0-1'),
      clientField('content-range', 'bytes 0-1/5'),
      originSaw(1),
    ],
  },
  {
    id: 'bodies/content codings are untouched',
    rfc: 'RFC 9110 §7.7',
    holds: 'Content that says no-transform goes on as it came.',
    send: ['GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip, br\r\n\r\n'],
    reply:
      'HTTP/1.1 200 OK\r\nCache-Control: no-transform\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello',
    checks: [
      clientBody('hello'),
      clientField('content-encoding', null),
      originField('accept-encoding', 'gzip, br'),
    ],
  },
];
