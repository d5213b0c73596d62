import {
  all,
  answered,
  badGateway,
  either,
  originBody,
  originField,
  originLacks,
  originSaw,
  originSawNothingWhole,
  refused,
} from '../checks.ts';
import type { Row } from '../row.ts';

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: a\r\n';
const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n\r\n`;

/** Lengths that are none, or more than one (RFC 9112, section 6.3). */
const LENGTHS = [
  ['two that differ', 'Content-Length: 0\r\nContent-Length: 36'],
  ['a list that differs', 'Content-Length: 0, 36'],
  ['with a sign', 'Content-Length: +36'],
  ['negative', 'Content-Length: -1'],
  ['in hex', 'Content-Length: 0x24'],
  ['with letters behind', 'Content-Length: 36abc'],
  ['with a space within', 'Content-Length: 3 6'],
  ['empty', 'Content-Length:'],
  ['beyond every number', 'Content-Length: 99999999999999999999999'],
  ['with a decimal point', 'Content-Length: 36.0'],
  ['underscored', 'Content-Length: 3_6'],
] as const;

/** Transfer codings that two parsers could read in two ways (RFC 9112, section 6.1). */
const CODINGS = [
  ['unknown before chunked', 'foo, chunked'],
  ['chunked before another', 'chunked, foo'],
  ['chunked twice', 'chunked, chunked'],
  ['unknown alone', 'xchunked'],
  ['identity', 'identity'],
  ['with a parameter', 'chunked;a=b'],
  ['quoted', '"chunked"'],
  ['behind a vertical tab', '\x0bchunked'],
  ['with a line behind it', 'chunked\r\nTransfer-Encoding: identity'],
] as const;

/** Heads with bytes in places where no reader expects them. */
const HEADS = [
  ['a space before the colon', 'RFC 9112 §5.1', 'X-A : b\r\n'],
  ['a space before the colon of a length', 'RFC 9112 §5.1', 'Content-Length : 36\r\n'],
  ['a tab before the colon of a coding', 'RFC 9112 §5.1', 'Transfer-Encoding\t: chunked\r\n'],
  ['a field line without a colon', 'RFC 9112 §5', 'X-A\r\n'],
  ['a field without a name', 'RFC 9112 §5', ': b\r\n'],
  ['a name that is no token', 'RFC 9110 §5.1', 'X(A): b\r\n'],
  ['a NUL in a value', 'RFC 9110 §5.5', 'X-A: b\0c\r\n'],
  ['a bare CR in a value', 'RFC 9112 §2.2', 'X-A: b\rContent-Length: 36\r\n'],
  ['a CR at the end of a value', 'RFC 9112 §2.2', 'X-A: b\r\r\n'],
  ['white space before the first field', 'RFC 9112 §2.2', null],
] as const;

/** Chunks that end elsewhere for every other parser (RFC 9112, section 7.1). */
const CHUNKS = [
  ['a size that is no number', 'ZZ\r\nhello\r\n0\r\n\r\n'],
  ['a size in 0x', '0x5\r\nhello\r\n0\r\n\r\n'],
  ['a negative size', '-5\r\nhello\r\n0\r\n\r\n'],
  ['a size beyond every number', 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n'],
  ['a size that overflows to 5', '10000000000000005\r\nhello\r\n0\r\n\r\n'],
  ['an empty size', '\r\nhello\r\n0\r\n\r\n'],
  ['a chunk longer than it said', '3\r\nhello\r\n0\r\n\r\n'],
  ['a chunk without a line end', '5\r\nhello0\r\n\r\n'],
  ['two bytes in place of a line end', '5\r\nhelloXX0\r\n\r\n'],
] as const;

/** What a proxy may read leniently, as long as what it sends on is unambiguous. */
const LENIENT = [
  ['a line feed that ends the request line', 'RFC 9112 §2.2', 'GET / HTTP/1.1\nHost: a\r\n\r\n'],
  ['line feeds that end field lines', 'RFC 9112 §2.2', 'GET / HTTP/1.1\r\nHost: a\nX-A: b\n\n'],
  ['a line feed that ends a chunk', 'RFC 9112 §7.1', `${CHUNKED}5\nhello\n0\n\n`],
  ['a space before a chunk extension', 'RFC 9112 §7.1.1', `${CHUNKED}5 ;a=b\r\nhello\r\n0\r\n\r\n`],
  ['a space behind a chunk size', 'RFC 9112 §7.1', `${CHUNKED}5 \r\nhello\r\n0\r\n\r\n`],
  ['zeros before a chunk size', 'RFC 9112 §7.1', `${CHUNKED}00005\r\nhello\r\n0\r\n\r\n`],
  ['a folded field', 'RFC 9112 §5.2', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n'],
  ['a folded coding', 'RFC 9112 §5.2', `${POST}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`],
  [
    'two lengths that agree',
    'RFC 9112 §6.3',
    `${POST}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
  ],
  ['a list of lengths that agree', 'RFC 9112 §6.3', `${POST}Content-Length: 5, 5\r\n\r\nhello`],
  ['a length with zeros before it', 'RFC 9112 §6.2', `${POST}Content-Length: 005\r\n\r\nhello`],
  ['two spaces in the request line', 'RFC 9112 §3', 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a tab in the request line', 'RFC 9112 §3', 'GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  [
    'an empty coding before chunked',
    'RFC 9110 §5.6.1',
    `${POST}Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n`,
  ],
] as const;

/** How the end of a request is known: refused or normalised, never read in two ways. */
export const framing: readonly Row[] = [
  ...LENGTHS.map(
    ([name, line]): Row => ({
      id: `framing/length: ${name}`,
      rfc: 'RFC 9112 §6.3',
      holds: 'A length that is not one number is refused.',
      send: [`${POST}${line}\r\n\r\n${SMUGGLED}`],
      checks: [refused, originSaw(0)],
    }),
  ),
  ...CODINGS.map(
    ([name, coding]): Row => ({
      id: `framing/coding: ${name}`,
      rfc: 'RFC 9112 §6.1',
      holds: 'A transfer coding that is not plainly `chunked` is refused.',
      send: [`${POST}Transfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n${SMUGGLED}`],
      checks: [refused, originSaw(0)],
    }),
  ),
  ...[
    ['Content-Length first', 'Content-Length: 6\r\nTransfer-Encoding: chunked'],
    ['Transfer-Encoding first', 'Transfer-Encoding: chunked\r\nContent-Length: 6'],
    ['a length of 0', 'Content-Length: 0\r\nTransfer-Encoding: chunked'],
  ].map(
    ([name, lines]): Row => ({
      id: `framing/both: ${name}`,
      rfc: 'RFC 9112 §6.1',
      holds:
        'A length beside a transfer coding is refused, or taken out and the connection closed.',
      send: [`${POST}${lines}\r\n\r\n0\r\n\r\n${SMUGGLED}`],
      checks: [either(refused, all(originField('content-length', null), originBody('')))],
    }),
  ),
  {
    id: 'framing/coding in HTTP/1.0',
    rfc: 'RFC 9112 §6.1',
    holds:
      'A transfer coding in HTTP/1.0 is faulty framing: refused, or the connection closed behind it.',
    send: [
      `POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    checks: [either(refused, originLacks('/smuggled'))],
  },
  ...HEADS.map(
    ([name, rfc, line]): Row => ({
      id: `framing/head: ${name}`,
      rfc,
      holds: 'It is refused, or goes on without the line.',
      send: [
        line === null
          ? 'GET / HTTP/1.1\r\n X-A: b\r\nHost: a\r\n\r\n'
          : `GET / HTTP/1.1\r\nHost: a\r\n${line}\r\n`,
      ],
      checks: [
        either(
          refused,
          all(answered(200), originLacks('X-A'), originLacks('Content-Length'), originLacks('X(A')),
        ),
      ],
    }),
  ),
  ...CHUNKS.map(
    ([name, body]): Row => ({
      id: `framing/chunk: ${name}`,
      rfc: 'RFC 9112 §7.1',
      holds: 'A malformed chunk ends the request: the origin gets no whole one.',
      send: [CHUNKED, body + SMUGGLED],
      checks: [either(refused, badGateway), originSawNothingWhole],
    }),
  ),
  ...LENIENT.map(
    ([name, rfc, bytes]): Row => ({
      id: `framing/lenient: ${name}`,
      rfc,
      holds: 'It is refused, or sent on in the one form that all parsers read alike.',
      send: [bytes],
      checks: [either(refused, all(answered(200), originSaw(1)))],
    }),
  ),
  {
    id: 'framing/chunk extensions',
    rfc: 'RFC 9112 §7.1.1',
    holds: 'Chunk extensions that nobody knows are ignored, and do not go on.',
    send: [`${CHUNKED}5;ext="a;b"\r\nhello\r\n0;last\r\n\r\n`],
    checks: [answered(200), originBody('hello'), originLacks('ext=')],
  },
  {
    id: 'framing/a chunk extension without end',
    rfc: 'RFC 9112 §7.1.1',
    holds: 'The length of a chunk extension is bounded.',
    send: [CHUNKED, `1;${'a'.repeat(256 * 1024)}\r\nx\r\n0\r\n\r\n`],
    checks: [either(refused, badGateway), originSawNothingWhole],
  },
  {
    id: 'framing/a body in a GET',
    rfc: 'RFC 9110 §9.3.1',
    holds: 'A body in a GET stays a body.',
    send: [`GET / HTTP/1.1\r\nHost: a\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
    checks: [either(refused, all(answered(200), originBody(SMUGGLED)))],
  },
  {
    id: 'framing/an empty line before the request',
    rfc: 'RFC 9112 §2.2',
    holds: 'At least one empty line before a request line is ignored.',
    send: ['\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    checks: [answered(200), originSaw(1)],
  },
  {
    id: 'framing/bytes behind a request without a length',
    rfc: 'RFC 9112 §6.3',
    holds: 'A POST with neither length nor coding has no body: what follows is another request.',
    send: [`${POST}\r\n${SMUGGLED}`],
    requests: 2,
    checks: [either(all(answered(200, 200), originSaw(2), originBody('')), refused)],
  },
];
