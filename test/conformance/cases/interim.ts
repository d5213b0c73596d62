import {
  all,
  answered,
  clientBody,
  clientField,
  clientLacks,
  either,
  interim,
  originBody,
  originSaw,
  statusIn,
} from '../checks.ts';
import { closing } from '../origin.ts';
import type { Row } from '../row.ts';
import { untilClientHas, untilOriginHas } from '../steps.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const FINAL = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const HINTS = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n';
const EXPECTING = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n';

/** Informational replies (RFC 9110, section 15.2). */
const INTERIM = [
  ['103', HINTS, 103],
  ['103 without a Link', 'HTTP/1.1 103 Early Hints\r\nX-A: b\r\n\r\n', 103],
  ['102', 'HTTP/1.1 102 Processing\r\n\r\n', 102],
  ['104', 'HTTP/1.1 104 Upload Resumption Supported\r\nLocation: /u/1\r\n\r\n', 104],
  ['one that nobody knows', 'HTTP/1.1 199 Hm\r\nX-A: b\r\n\r\n', 199],
] as const;

/** The origin is ready for the body of a request that asks first. */
const ready: Row['early'] = (socket, { fields }) => {
  if (fields.some(([name]) => name.toLowerCase() === 'expect')) {
    socket.write('HTTP/1.1 100 Continue\r\n\r\n');
  }
};

/** Informational replies, Expect, and replies that come before the request is over. */
export const interimReplies: readonly Row[] = [
  ...INTERIM.flatMap(([name, reply, status]) =>
    ['GET', 'POST'].map(
      (method): Row => ({
        id: `interim/${name} goes on to a ${method}`,
        rfc: 'RFC 9110 §15.2',
        holds:
          'A 1xx reply that was not asked for by the intermediary goes on, and the final one is whole.',
        send: [`${method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`],
        reply: reply + FINAL,
        checks: [interim(status), answered(200), clientBody('ok')],
      }),
    ),
  ),
  {
    id: 'interim/two in a row',
    rfc: 'RFC 9110 §15.2',
    holds: 'There may be more than one.',
    send: [GET],
    reply: HINTS + HINTS + FINAL,
    checks: [interim(103, 103), answered(200)],
  },
  {
    id: 'interim/a client of HTTP/1.0',
    rfc: 'RFC 9110 §15.2',
    holds: 'HTTP/1.0 knows no 1xx: it gets none.',
    send: ['GET / HTTP/1.0\r\nHost: a\r\n\r\n'],
    reply: HINTS + FINAL,
    checks: [interim(), answered(200), clientBody('ok')],
  },
  {
    id: 'interim/a 100 that nobody asked for',
    rfc: 'RFC 9110 §15.2.1',
    holds: 'A 100 without an expectation does not stand for the final reply.',
    send: [GET],
    reply: `HTTP/1.1 100 Continue\r\n\r\n${FINAL}`,
    checks: [answered(200), clientBody('ok')],
  },
  {
    id: 'interim/a 100 that nobody asked for, to a write',
    rfc: 'RFC 9110 §15.2',
    holds: 'A client skips 1xx replies in front of the final one, whether it expects them or not.',
    send: ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'],
    early: 'HTTP/1.1 100 Continue\r\nServer: x\r\n\r\n',
    reply: `HTTP/1.1 100 Continue\r\n\r\n${FINAL}`,
    checks: [answered(200), clientBody('ok'), originBody('hello')],
  },
  {
    id: 'interim/only interim replies, and then the end',
    rfc: 'RFC 9110 §15.2',
    holds: 'An origin that says no more than 103 has not replied.',
    send: [GET],
    reply: closing(HINTS),
    checks: [
      either(statusIn(502, 504), ({ ended }) => (ended === null ? 'nothing final came' : null)),
    ],
    requests: 2,
    replies: 1,
  },
  {
    id: 'interim/a 101 that nobody asked for',
    rfc: 'RFC 9110 §15.2.2',
    holds: 'A switch of protocols that was not asked for is no reply.',
    send: [GET],
    reply: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    checks: [statusIn(502, 504), clientLacks('Upgrade: x')],
    requests: 2,
    replies: 1,
  },
  {
    id: 'interim/Expect: 100-continue',
    rfc: 'RFC 9110 §10.1.1',
    holds: 'A client that waits is told to continue, and its body goes on.',
    send: [EXPECTING, untilClientHas('100 Continue'), 'hello'],
    early: ready,
    checks: [answered(200), originBody('hello')],
  },
  {
    id: 'interim/Expect, and a client that does not wait',
    rfc: 'RFC 9110 §10.1.1',
    holds: 'A client may send its body without waiting.',
    send: [`${EXPECTING}hello`],
    checks: [answered(200), originBody('hello')],
  },
  {
    id: 'interim/Expect in HTTP/1.0',
    rfc: 'RFC 9110 §10.1.1',
    holds: 'HTTP/1.0 knows no 100: the expectation is ignored.',
    send: ['POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello'],
    checks: [interim(), answered(200), originBody('hello')],
  },
  {
    id: 'interim/an expectation that nobody knows',
    rfc: 'RFC 9110 §10.1.1',
    holds: 'It is answered 417, or left to the origin.',
    send: ['GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n'],
    checks: [either(statusIn(417), all(answered(200), originSaw(1)))],
  },
  {
    id: 'interim/a refusal before the body',
    rfc: 'RFC 9110 §10.1.1',
    holds: 'An origin that refuses before the body gets no body, and its word is the client’s.',
    send: ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n'],
    early: 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno',
    reply: '',
    checks: [answered(413), clientBody('no')],
  },
  {
    id: 'interim/an early refusal',
    rfc: 'RFC 9112 §9.3',
    holds: 'A reply that comes before the request is over reaches the client, at once.',
    send: ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhello'],
    early: 'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno',
    reply: '',
    checks: [answered(403), clientBody('no')],
  },
  {
    id: 'interim/an early refusal of a large body',
    rfc: 'RFC 9112 §9.3',
    holds: 'A client that goes on sending gets the early reply all the same, not a reset.',
    send: ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n', 'x'.repeat(500_000)],
    early: closing('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno'),
    reply: '',
    checks: [answered(403), clientBody('no')],
  },
  {
    id: 'interim/an early reply, and the body to its end',
    rfc: 'RFC 9112 §9.3',
    holds: 'A reply may begin before the body is over, and go on behind it.',
    send: [
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello',
      untilOriginHas('hello'),
      untilClientHas('first'),
      'world',
    ],
    early: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst',
    reply: 'last.',
    checks: [answered(200), clientBody('firstlast.'), originBody('helloworld')],
  },
  {
    id: 'interim/fields of an interim reply stay its own',
    rfc: 'RFC 9110 §15.2',
    holds: 'Fields of a 103 do not become fields of the final reply.',
    send: [GET],
    reply: `HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-Hint: 1\r\n\r\n${FINAL}`,
    checks: [answered(200), clientField('x-hint', null)],
  },
];
