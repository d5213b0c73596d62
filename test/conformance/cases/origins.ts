import type { Socket } from 'node:net';
import {
  all,
  answered,
  badGateway,
  brokenOff,
  clientBodies,
  clientBody,
  clientField,
  clientLacks,
  either,
  originSaw,
  statusIn,
} from '../checks.ts';
import { breaking, closing } from '../origin.ts';
import type { Check, Row } from '../row.ts';
import { byteByByte, pause, readOn, stopReading, untilClientHas } from '../steps.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const MIB = 1024 * 1024;

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

function writeUntilGone(socket: Socket, piece: string): void {
  const write = () => {
    while (!socket.destroyed && socket.writable && socket.write(piece)) {
      // Until the socket's buffer is full, and again when it has room.
    }
  };
  socket.on('drain', write);
  write();
}

/** No more of an endless reply has been taken than so many bytes. */
function tookAtMost(bytes: number): Check {
  return ({ origin }) =>
    origin.sentBytes <= bytes ? null : `${Math.round(origin.sentBytes / MIB)} MiB were taken`;
}

/** Origins that lie, stall, drip, break off, and answer garbage. */
export const origins: readonly Row[] = [
  ...NO_REPLIES.map(
    ([name, reply]): Row => ({
      id: `origin/no reply: ${name}`,
      rfc: 'RFC 9110 §15.6.3',
      holds: 'What is no valid reply is a 502 for the client.',
      send: ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'],
      reply: closing(reply),
      checks: [badGateway, originSaw(1)],
    }),
  ),
  ...BROKEN.map(
    ([name, reply]): Row => ({
      id: `origin/breaks off: ${name}`,
      rfc: 'RFC 9112 §8',
      holds: 'A reply that breaks off never looks whole to the client.',
      send: ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'],
      reply,
      checks: [brokenOff, originSaw(1)],
    }),
  ),
  ...LENIENT.map(
    ([name, rfc, reply, mended]): Row => ({
      id: `origin/odd reply: ${name}`,
      rfc,
      holds: 'It is mended as the RFC says, or no reply.',
      send: [GET],
      reply: closing(reply),
      // A GET that got no reply may be sent again.
      requests: 2,
      replies: 1,
      checks: [either(badGateway, mended)],
    }),
  ),
  {
    id: 'origin/a space before a colon',
    rfc: 'RFC 9112 §5.1',
    holds: 'White space between name and colon is taken out of a reply.',
    send: [GET],
    requests: 2,
    replies: 1,
    reply: closing('HTTP/1.1 200 OK\r\nX-A : b\r\nContent-Length: 2\r\n\r\nok'),
    checks: [answered(200), clientField('x-a', 'b'), clientLacks('x-a ')],
    differs:
      'such a reply is a 502: whoever reads the name with its space sees another field, and no server sends it by design.',
  },
  {
    id: 'origin/more than its length',
    rfc: 'RFC 9112 §6.3',
    holds: 'What follows the length of a reply is no part of it, nor of the next.',
    send: [GET, untilClientHas('hello'), GET],
    requests: 3,
    replies: 2,
    reply:
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil',
    checks: [clientBodies('hello', 'hello'), clientLacks('evil')],
  },
  {
    id: 'origin/bytes on an idle connection',
    rfc: 'RFC 9112 §9.2',
    holds: 'What an origin sends without a request is nobody’s reply.',
    send: [GET, untilClientHas('hello'), pause(60), GET],
    requests: 3,
    replies: 2,
    reply: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
      setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'), 20);
    },
    checks: [clientBodies('hello', 'hello'), clientLacks('evil')],
  },
  {
    id: 'origin/100,000 fields',
    rfc: 'RFC 9110 §5.4',
    holds: 'A reply with more fields than are taken is no reply; none is left out silently.',
    send: ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'],
    reply: closing(`HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(100_000)}Content-Length: 2\r\n\r\nok`),
    checks: [badGateway],
  },
  {
    id: 'origin/a head of 1 GiB',
    rfc: 'RFC 9110 §5.4',
    holds: 'A head without end is given up long before it is read.',
    send: ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'],
    reply: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-A: ');
      writeUntilGone(socket, 'x'.repeat(64 * 1024));
    },
    checks: [badGateway, tookAtMost(32 * MIB)],
  },
  {
    id: 'origin/drips its reply',
    rfc: 'RFC 9112 §2.2',
    holds: 'A reply that comes byte by byte is whole in the end.',
    send: [GET],
    reply: (socket) => {
      const bytes = [
        ...'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n',
      ];
      const drip = () => {
        const byte = bytes.shift();
        if (byte !== undefined) socket.write(byte, () => setImmediate(drip));
      };
      drip();
    },
    checks: [answered(200), clientBody('hello')],
  },
  {
    id: 'origin/says what comes as it comes',
    rfc: 'RFC 9110 §7.6',
    holds: 'A part of a reply is relayed when it comes, not when it is whole.',
    send: [GET, untilClientHas('first')],
    reply: (socket) => {
      socket.write(
        'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n',
      );
      setTimeout(() => socket.write('6\r\nsecond\r\n0\r\n\r\n'), 100);
    },
    checks: [answered(200), clientBody('firstsecond')],
  },
  {
    id: 'origin/says nothing',
    rfc: 'RFC 9110 §15.6.5',
    holds: 'An origin that does not reply in time is a 504.',
    isSlow: true,
    send: ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'],
    reply: '',
    checks: [statusIn(504), originSaw(1)],
  },
  {
    id: 'origin/stops within its body',
    rfc: 'RFC 9112 §8',
    holds: 'A reply that stops is broken off, and never looks whole.',
    isSlow: true,
    send: ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'],
    reply: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello',
    checks: [brokenOff],
  },
  {
    id: 'origin/a client that reads nothing',
    rfc: 'RFC 9293 §3.8.6',
    holds: 'An origin is read no faster than its client reads: what is held is bounded.',
    isSlow: true,
    send: [GET, stopReading, pause(1000)],
    replies: 0,
    reply: (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${1024 * MIB}\r\n\r\n`);
      writeUntilGone(socket, 'x'.repeat(64 * 1024));
    },
    checks: [tookAtMost(32 * MIB)],
  },
  {
    id: 'origin/a client that reads late',
    rfc: 'RFC 9293 §3.8.6',
    holds: 'A client that has not read for a while gets all of it.',
    isSlow: true,
    send: [GET, stopReading, pause(500), readOn],
    reply: `HTTP/1.1 200 OK\r\nContent-Length: ${4 * MIB}\r\n\r\n${'x'.repeat(4 * MIB)}`,
    checks: [answered(200), clientBody('x'.repeat(4 * MIB))],
  },
  {
    id: 'origin/a client that drips its head',
    rfc: 'RFC 9110 §15.5.9',
    holds: 'A head that takes too long is answered 408, or closed.',
    isSlow: true,
    send: ['GET / HTTP/1.1\r\nHost: a\r\nX-A: '],
    replies: 1,
    checks: [
      either(statusIn(408, 400), ({ ended }) => (ended === null ? 'it waits' : null)),
      originSaw(0),
    ],
  },
  {
    id: 'origin/a client that drips its body',
    rfc: 'RFC 9112 §7.1',
    holds: 'A body that comes slowly, and comes, is whole in the end.',
    send: ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n', byteByByte('hello')],
    checks: [answered(200), originSaw(1)],
  },
];
