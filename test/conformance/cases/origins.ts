import type { Socket } from 'node:net';
import {
  answered,
  badGateway,
  brokenOff,
  clientBodies,
  clientBody,
  clientLacks,
  either,
  originSaw,
  statusIn,
} from '../checks.ts';
import { closing } from '../origin.ts';
import type { Check, Row } from '../row.ts';
import { byteByByte, pause, readOn, stopReading, untilClientHas } from '../steps.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const MIB = 1024 * 1024;

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
