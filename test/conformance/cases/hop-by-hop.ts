import {
  all,
  answered,
  clientField,
  clientLacks,
  either,
  originBody,
  originField,
  originLacks,
  originSaw,
  refused,
} from '../checks.ts';
import type { Row } from '../row.ts';
import { untilClientHas } from '../steps.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n';

/** Fields that are for the next hop alone, in a request. */
const OF_REQUESTS = [
  ['Keep-Alive', 'timeout=5'],
  ['Proxy-Connection', 'keep-alive'],
  ['TE', 'gzip'],
  ['HTTP2-Settings', 'AAMAAABkAAQAAP__'],
] as const;

const OF_REPLIES = [
  ['Keep-Alive', 'timeout=1'],
  ['Proxy-Connection', 'close'],
  ['Upgrade', 'foo/2'],
] as const;

/** Connection, and what it nominates (RFC 9110, section 7.6.1). */
export const hopByHop: readonly Row[] = [
  ...OF_REQUESTS.map(
    ([name, value]): Row => ({
      id: `hop-by-hop/request: ${name}`,
      rfc: 'RFC 9110 §7.6.1',
      holds: `${name} does not go on, nominated as its sender has to or not.`,
      send: [`${GET}Connection: ${name}\r\n${name}: ${value}\r\n\r\n`],
      checks: [answered(200), originField(name, null)],
    }),
  ),
  ...OF_REPLIES.map(
    ([name, value]): Row => ({
      id: `hop-by-hop/reply: ${name}`,
      rfc: 'RFC 9110 §7.6.1',
      holds: `${name} does not go on, nominated as its sender has to or not.`,
      send: [`${GET}\r\n`],
      reply: `HTTP/1.1 200 OK\r\nConnection: ${name}\r\n${name}: ${value}\r\nContent-Length: 2\r\n\r\nok`,
      checks: [
        answered(200),
        ({ responses }) => (responses[0]?.field(name) === value ? `${name} went on` : null),
      ],
    }),
  ),
  {
    id: 'hop-by-hop/request: nominated',
    rfc: 'RFC 9110 §7.6.1',
    holds: 'Fields that Connection nominates do not go on, in whatever case and line.',
    send: [
      `${GET}Connection: X-One ,, x-tWo\r\nconnection: x-three\r\nX-ONE: 1\r\nX-Two: 2\r\nX-Three: 3\r\nX-Four: 4\r\n\r\n`,
    ],
    checks: [
      answered(200),
      originField('x-one', null),
      originField('x-two', null),
      originField('x-three', null),
      originField('x-four', '4'),
    ],
  },
  {
    id: 'hop-by-hop/reply: nominated',
    rfc: 'RFC 9110 §7.6.1',
    holds: 'Fields that the origin’s Connection nominates do not go on.',
    send: [`${GET}\r\n`],
    reply:
      'HTTP/1.1 200 OK\r\nX-One: 1\r\nConnection: x-one\r\nX-Two: 2\r\nContent-Length: 2\r\n\r\nok',
    checks: [answered(200), clientField('x-one', null), clientField('x-two', '2')],
  },
  {
    id: 'hop-by-hop/request: close is for one hop',
    rfc: 'RFC 9110 §7.6.1',
    holds:
      'Connection itself is taken out, or replaced by the next hop’s own: its nominations do not go on.',
    send: [`${GET}Connection: close, x-mine\r\nX-Mine: 1\r\n\r\n`],
    checks: [answered(200), originLacks('x-mine')],
  },
  {
    id: 'hop-by-hop/reply: close is for one hop',
    rfc: 'RFC 9112 §9.3',
    holds: 'An origin that closes its connection does not close the client’s.',
    send: [`${GET}\r\n`, untilClientHas('ok'), `${GET}\r\n`],
    requests: 2,
    reply: 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok',
    checks: [answered(200, 200), originSaw(2)],
  },
  {
    id: 'hop-by-hop/a nominated length',
    rfc: 'RFC 9110 §7.6.1',
    holds: 'A body stays framed when Connection nominates its length.',
    send: [
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: Content-Length\r\nContent-Length: 5\r\n\r\nhello',
    ],
    checks: [either(refused, all(answered(200), originBody('hello')))],
  },
  {
    id: 'hop-by-hop/a nominated coding',
    rfc: 'RFC 9110 §7.6.1',
    holds: 'A body stays framed when Connection nominates its transfer coding.',
    send: [
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    ],
    checks: [either(refused, all(answered(200), originBody('hello')))],
  },
  {
    id: 'hop-by-hop/a nominated Host',
    rfc: 'RFC 9110 §7.6.1',
    holds: 'What all recipients need cannot be nominated away.',
    send: [`${GET}Connection: Host\r\n\r\n`],
    checks: [either(refused, all(answered(200), originField('host', 'a')))],
  },
  {
    id: 'hop-by-hop/nominated X-Forwarded-For',
    rfc: 'RFC 9110 §7.6.1',
    holds: 'What the intermediary adds itself cannot be nominated away.',
    send: [`${GET}Connection: X-Forwarded-For\r\n\r\n`],
    checks: [answered(200), originField('x-forwarded-for', '127.0.0.1')],
  },
  {
    id: 'hop-by-hop/Via in requests',
    rfc: 'RFC 9110 §7.6.3',
    holds: 'A gateway sends a Via in each request that it forwards.',
    send: [`${GET}\r\n`],
    checks: [originField('via', /^1\.1 \S+/)],
  },
  {
    id: 'hop-by-hop/Via of others',
    rfc: 'RFC 9110 §7.6.3',
    holds: 'The Via of an earlier hop stays, before that of a later one.',
    send: [`${GET}Via: 1.0 edge\r\n\r\n`],
    checks: [originField('via', /^1\.0 edge/)],
  },
  {
    id: 'hop-by-hop/chunks are of one hop',
    rfc: 'RFC 9112 §6.1',
    holds: 'Transfer-Encoding of a reply is this hop’s own: HTTP/1.0 clients never get it.',
    send: ['GET / HTTP/1.0\r\nHost: a\r\n\r\n'],
    reply: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    checks: [
      answered(200),
      clientField('transfer-encoding', null),
      ({ responses }) => (responses[0]?.body === 'hello' ? null : 'another body'),
    ],
  },
  {
    id: 'hop-by-hop/Trailer of what is taken out',
    rfc: 'RFC 9110 §6.6.2',
    holds: 'A reply whose trailers go on nowhere ends as it should.',
    send: ['GET / HTTP/1.0\r\nHost: a\r\n\r\n'],
    reply:
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n',
    checks: [answered(200), clientLacks('X-Sum: 1')],
  },
];
