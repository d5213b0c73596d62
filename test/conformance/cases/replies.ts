import {
  all,
  answered,
  badGateway,
  brokenOff,
  clientBody,
  clientField,
  clientLacks,
  either,
  originSaw,
} from '../checks.ts';
import { breaking, closing } from '../origin.ts';
import type { Check, Row } from '../row.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

/** What no client may take for a reply (RFC 9112, sections 2, 4 and 6.3). */
const NO_REPLIES = [
  ['nothing', ''],
  ['half a status line', 'HTTP/1.1 20'],
  ['half a head', 'HTTP/1.1 200 OK\r\nContent-Len'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['HTML alone', '<html><body>hello</body></html>\n'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok'],
  ['a status below 100', 'HTTP/1.1 099 Hm\r\nContent-Length: 2\r\n\r\nok'],
  ['a version that is none', 'HTTQ/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
  ['lengths that differ', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk'],
  ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nok'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok'],
  ['a name that is no token', 'HTTP/1.1 200 OK\r\nX A: b\r\nContent-Length: 2\r\n\r\nok'],
  ['a NUL in a field', 'HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\nok'],
  ['frames of HTTP/2', '\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64'],
] as const;

/** Replies that break off within their body (RFC 9112, section 8). */
const BROKEN = [
  ['by length, in order', closing('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello')],
  ['by length, by a reset', breaking('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello')],
  [
    'in chunks, in order',
    closing('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'),
  ],
  ['within a chunk', closing('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhello')],
  [
    'within the last chunk',
    closing('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n'),
  ],
  [
    'in chunks, by a reset',
    breaking('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'),
  ],
  ['without a length, by a reset', breaking('HTTP/1.1 200 OK\r\n\r\nhello')],
  [
    'a chunk size that is none',
    closing(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\nx\r\n0\r\n\r\n',
    ),
  ],
] as const;

/** What may be mended on its way, or is no reply. */
const LENIENT: readonly (readonly [string, string, string, Check])[] = [
  [
    'a length and chunks',
    'RFC 9112 §6.3',
    'HTTP/1.1 200 OK\r\nContent-Length: 30\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    all(answered(200), clientBody('ok'), clientField('content-length', null)),
  ],
  [
    'two lengths that agree',
    'RFC 9112 §6.3',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
    all(answered(200), clientBody('ok'), clientField('content-length', '2')),
  ],
  [
    'a folded field',
    'RFC 9112 §5.2',
    'HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 2\r\n\r\nok',
    all(answered(200), clientField('x-a', /^b +c$/)),
  ],
  [
    'a bare CR in a field',
    'RFC 9112 §2.2',
    'HTTP/1.1 200 OK\r\nX-A: b\rX-B: c\r\nContent-Length: 2\r\n\r\nok',
    all(answered(200), clientField('x-a', 'b X-B: c')),
  ],
  [
    'line feeds alone',
    'RFC 9112 §2.2',
    'HTTP/1.1 200 OK\nX-A: b\nContent-Length: 2\n\nok',
    all(answered(200), clientBody('ok')),
  ],
  [
    'a transfer coding that nobody knows',
    'RFC 9112 §6.3',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: foo, chunked\r\nConnection: close\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    all(answered(200), clientField('transfer-encoding', 'foo, chunked')),
  ],
];

/**
 * Proxies read replies to safe requests and to writes with different code, as Candor does. A GET that got no
 * reply may be sent again.
 */
const REQUESTS = [
  { to: 'GET', bytes: GET, requests: 2 },
  {
    to: 'POST',
    bytes: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
    requests: 1,
  },
] as const;

/** Replies that are none, that are odd, and that break off. */
export const replies: readonly Row[] = REQUESTS.flatMap(({ to, bytes, requests }): Row[] => [
  ...NO_REPLIES.map(
    ([name, reply]): Row => ({
      id: `reply/no reply to a ${to}: ${name}`,
      rfc: 'RFC 9110 §15.6.3',
      holds: 'What is no valid reply is a 502 for the client.',
      send: [bytes],
      requests,
      replies: 1,
      reply: closing(reply),
      checks: [badGateway],
    }),
  ),
  ...BROKEN.map(
    ([name, reply]): Row => ({
      id: `reply/to a ${to} breaks off: ${name}`,
      rfc: 'RFC 9112 §8',
      holds: 'A reply that breaks off never looks whole to the client, and is not asked for again.',
      send: [bytes],
      reply,
      checks: [brokenOff, originSaw(1)],
    }),
  ),
  ...LENIENT.map(
    ([name, rfc, reply, mended]): Row => ({
      id: `reply/odd, to a ${to}: ${name}`,
      rfc,
      holds: 'It is mended as the RFC says, or no reply.',
      send: [bytes],
      reply: closing(reply),
      requests,
      replies: 1,
      checks: [either(badGateway, mended)],
    }),
  ),
  {
    id: `reply/a space before a colon, to a ${to}`,
    rfc: 'RFC 9112 §5.1',
    holds: 'White space between name and colon is taken out of a reply.',
    send: [bytes],
    requests,
    replies: 1,
    reply: closing('HTTP/1.1 200 OK\r\nX-A : b\r\nContent-Length: 2\r\n\r\nok'),
    checks: [answered(200), clientField('x-a', 'b'), clientLacks('x-a ')],
    differs:
      'such a reply is a 502: whoever reads the name with its space sees another field, and no server sends it by design.',
  },
]);
