import {
  all,
  answered,
  clientBodies,
  clientBody,
  clientField,
  keptOpen,
  originSaw,
  originSawNothingWhole,
  refused,
  restIs,
} from '../checks.ts';
import { closing } from '../origin.ts';
import type { Row } from '../row.ts';
import { halfClose, leave, untilClientHas, untilOriginHas, untilOriginIsLeft } from '../steps.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

/** Replies with the target that was asked for. */
const echo: Row['reply'] = (socket, { target }) =>
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);

/** Persistence, pipelining, and how connections end (RFC 9112, section 9). */
export const connections: readonly Row[] = [
  {
    id: 'connections/pipelined',
    rfc: 'RFC 9112 §9.3.2',
    holds: 'Pipelined requests are answered in their order.',
    send: [get('/1') + get('/2') + get('/3') + get('/4')],
    requests: 4,
    reply: echo,
    checks: [answered(200, 200, 200, 200), clientBodies('/1', '/2', '/3', '/4')],
  },
  {
    id: 'connections/pipelined, the first one slow',
    rfc: 'RFC 9112 §9.3.2',
    holds: 'A fast reply does not overtake a slow one.',
    send: [get('/slow') + get('/fast')],
    requests: 2,
    reply: (socket, { target }) => {
      const words = `HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`;
      setTimeout(() => socket.write(words), target === '/slow' ? 50 : 0);
    },
    checks: [clientBodies('/slow', '/fast')],
  },
  {
    id: 'connections/pipelined behind a body',
    rfc: 'RFC 9112 §9.3.2',
    holds: 'A request begins where the body before it ends.',
    send: [`POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello${get('/2')}`],
    requests: 2,
    reply: echo,
    checks: [clientBodies('/1', '/2'), originSaw(2)],
  },
  {
    id: 'connections/pipelined behind chunks',
    rfc: 'RFC 9112 §9.3.2',
    holds: 'A request begins where the last chunk and the trailers before it end.',
    send: [
      `POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n${get('/2')}`,
    ],
    requests: 2,
    reply: echo,
    checks: [clientBodies('/1', '/2'), originSaw(2)],
  },
  {
    id: 'connections/pipelined behind a request that is refused',
    rfc: 'RFC 9112 §11.2',
    holds: 'What follows a malformed request is not read as one.',
    send: [`GET /1 HTTP/1.1\r\nHost: a\r\nX : y\r\nContent-Length: 36\r\n\r\n${get('/smuggled')}`],
    ends: true,
    checks: [refused, originSaw(0)],
  },
  {
    id: 'connections/garbage behind a good request',
    rfc: 'RFC 9112 §9.3.2',
    holds: 'The reply to a good request is whole, whatever follows it.',
    send: [`${get('/1')}this is not HTTP\r\n\r\n`],
    replies: 1,
    reply: echo,
    checks: [({ responses }) => (responses[0]?.body === '/1' ? null : 'another reply came first')],
  },
  {
    id: 'connections/persistent by default',
    rfc: 'RFC 9112 §9.3',
    holds: 'A connection of HTTP/1.1 goes on after a reply.',
    send: [get('/1'), untilClientHas('/1'), get('/2')],
    requests: 2,
    reply: echo,
    checks: [clientBodies('/1', '/2'), keptOpen],
  },
  {
    id: 'connections/close is kept',
    rfc: 'RFC 9112 §9.6',
    holds: 'A request with `close` is the last one; its reply says so, and the connection ends.',
    send: ['GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    reply: echo,
    ends: true,
    checks: [clientBody('/1'), clientField('connection', /close/i)],
  },
  {
    id: 'connections/what follows close',
    rfc: 'RFC 9112 §9.6',
    holds: 'Requests behind one with `close` are not processed.',
    send: [`GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n${get('/2')}`],
    reply: echo,
    checks: [clientBodies('/1'), originSaw(1), restIs('')],
  },
  {
    id: 'connections/close in capitals, among others',
    rfc: 'RFC 9110 §7.6.1',
    holds: 'Connection options are case-insensitive.',
    send: ['GET /1 HTTP/1.1\r\nHost: a\r\nConnection: X-A, CLOSE\r\n\r\n'],
    reply: echo,
    ends: true,
    checks: [clientBody('/1')],
  },
  {
    id: 'connections/HTTP/1.0 closes',
    rfc: 'RFC 9112 §9.3',
    holds: 'A connection of HTTP/1.0 that does not ask for more ends after its reply.',
    send: ['GET /1 HTTP/1.0\r\nHost: a\r\n\r\n'],
    reply: echo,
    ends: true,
    checks: [clientBody('/1')],
  },
  {
    id: 'connections/HTTP/1.0 with keep-alive',
    rfc: 'RFC 9112 §9.3',
    holds: 'One that asks for more is told that there may be, or ends.',
    send: ['GET /1 HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n'],
    reply: echo,
    checks: [
      clientBody('/1'),
      ({ ended, responses }) =>
        ended !== null || /keep-alive/i.test(responses[0]?.field('connection') ?? '')
          ? null
          : 'it is kept, and nothing says so',
    ],
  },
  {
    id: 'connections/HTTP/1.0 and a reply without a length',
    rfc: 'RFC 9112 §6.3',
    holds: 'Its end is that of the connection.',
    send: ['GET /1 HTTP/1.0\r\nHost: a\r\n\r\n'],
    reply: closing('HTTP/1.1 200 OK\r\n\r\nhello'),
    checks: [clientBody('hello'), clientField('transfer-encoding', null)],
  },
  {
    id: 'connections/half a head',
    rfc: 'RFC 9112 §8',
    holds: 'A head that is not whole when its client ends is no request.',
    send: ['GET /1 HTTP/1.1\r\nHost: a\r\nX-A: ', halfClose],
    replies: 0,
    checks: [originSaw(0)],
  },
  {
    id: 'connections/half a body by length',
    rfc: 'RFC 9112 §8',
    holds: 'A body that is not whole when its client ends reaches the origin as no whole request.',
    send: ['POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello', halfClose],
    replies: 0,
    checks: [originSawNothingWhole],
  },
  {
    id: 'connections/half a body in chunks',
    rfc: 'RFC 9112 §8',
    holds: 'A body without its last chunk reaches the origin as no whole request.',
    send: [
      'POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
      halfClose,
    ],
    replies: 0,
    checks: [originSawNothingWhole],
  },
  {
    id: 'connections/a client that leaves within its body',
    rfc: 'RFC 9112 §8',
    holds: 'The origin is left as well, with no whole request.',
    send: [
      'POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n',
      'x'.repeat(50_000),
      untilOriginHas('xxx'),
      leave,
      untilOriginIsLeft,
    ],
    replies: 0,
    checks: [originSawNothingWhole],
  },
  {
    id: 'connections/a client that leaves before the reply',
    rfc: 'RFC 9110 §7.6',
    holds: 'Nobody waits for the reply: the connection to the origin ends.',
    send: [get('/1'), untilOriginHas('/1'), leave, untilOriginIsLeft],
    replies: 0,
    reply: '',
    checks: [originSaw(1)],
  },
  {
    id: 'connections/a client that leaves within the reply',
    rfc: 'RFC 9110 §7.6',
    holds: 'Nobody reads the rest: the connection to the origin ends.',
    send: [get('/1'), untilClientHas('hello'), leave, untilOriginIsLeft],
    replies: 0,
    // More than a proxy keeps back before it sends anything.
    reply: `HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhello${'x'.repeat(200_000)}`,
    checks: [originSaw(1)],
  },
  {
    id: 'connections/a stale connection and a GET',
    rfc: 'RFC 9112 §9.3.1',
    holds:
      'A GET that meets a connection which the origin has just closed is sent again, on another one.',
    send: [get('/1'), untilClientHas('/1'), get('/2')],
    requests: 3,
    replies: 2,
    reply: (socket, { target }, nth) => {
      if (nth === 2) socket.destroy();
      else socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
    },
    checks: [clientBodies('/1', '/2')],
  },
  {
    id: 'connections/a POST is not sent twice',
    rfc: 'RFC 9110 §9.2.2',
    holds: 'A request that is not idempotent and got no reply is not sent again by itself.',
    send: ['POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'],
    reply: (socket) => socket.destroy(),
    checks: [all(answered(502), originSaw(1))],
  },
  {
    id: 'connections/the next client’s request is its own',
    rfc: 'RFC 9112 §11.2',
    holds:
      'Bytes that are left over from one client never reach the origin in front of another’s request.',
    send: [
      `POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhelloGET /smuggled HTTP/1.1\r\nX: `,
    ],
    reply: echo,
    checks: [clientBodies('/1'), originSaw(1)],
  },
];
