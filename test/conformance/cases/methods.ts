import {
  all,
  answered,
  clientBody,
  clientLacks,
  either,
  originField,
  originLacks,
  originMethod,
  originSaw,
  originTarget,
  refused,
  statusIn,
} from '../checks.ts';
import type { Row } from '../row.ts';

/** TRACE, OPTIONS, Max-Forwards and CONNECT. */
export const methods: readonly Row[] = [
  ...['TRACE', 'OPTIONS'].map(
    (method): Row => ({
      id: `methods/${method} with Max-Forwards: 0`,
      rfc: 'RFC 9110 §7.6.2',
      holds: 'It is not forwarded: the intermediary is its final recipient.',
      send: [`${method} / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n`],
      checks: [originSaw(0), statusIn(200, 204, 400, 403, 405, 501)],
    }),
  ),
  ...['TRACE', 'OPTIONS'].map(
    (method): Row => ({
      id: `methods/${method} with Max-Forwards: 7`,
      rfc: 'RFC 9110 §7.6.2',
      holds: 'It goes on with one hop less, or not at all.',
      send: [`${method} / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 7\r\n\r\n`],
      checks: [either(originSaw(0), originField('max-forwards', '6'))],
    }),
  ),
  {
    id: 'methods/GET with Max-Forwards: 0',
    rfc: 'RFC 9110 §7.6.2',
    holds: 'It means nothing for other methods.',
    send: ['GET / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n'],
    checks: [answered(200), originSaw(1)],
  },
  {
    id: 'methods/TRACE with credentials',
    rfc: 'RFC 9110 §9.3.8',
    holds: 'Credentials and cookies do not come back in the echo of a trace: they do not go on.',
    send: ['TRACE / HTTP/1.1\r\nHost: a\r\nCookie: s=1\r\nAuthorization: Basic eDp5\r\n\r\n'],
    checks: [originLacks('eDp5'), originLacks('s=1')],
  },
  {
    id: 'methods/TRACE with a body',
    rfc: 'RFC 9110 §9.3.8',
    holds: 'A trace has no content: refused, or framed as it came.',
    send: ['TRACE / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'],
    checks: [either(refused, statusIn(200))],
  },
  {
    id: 'methods/OPTIONS *',
    rfc: 'RFC 9112 §3.2.4',
    holds: 'The asterisk form is answered, or goes on as it is.',
    send: ['OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n'],
    checks: [statusIn(200, 204), either(originSaw(0), originTarget('*'))],
  },
  {
    id: 'methods/OPTIONS of a path',
    rfc: 'RFC 9110 §9.3.7',
    holds: 'It is the origin’s to answer.',
    send: ['OPTIONS /a HTTP/1.1\r\nHost: a\r\n\r\n'],
    checks: [answered(200), originMethod('OPTIONS'), originTarget('/a')],
  },
  {
    id: 'methods/GET *',
    rfc: 'RFC 9112 §3.2.4',
    holds: 'The asterisk form is for OPTIONS alone.',
    send: ['GET * HTTP/1.1\r\nHost: a\r\n\r\n'],
    checks: [refused],
  },
  {
    id: 'methods/CONNECT',
    rfc: 'RFC 9110 §9.3.6',
    holds: 'A gateway that is no tunnel refuses CONNECT, and connects to nobody.',
    send: ['CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n'],
    checks: [refused, originSaw(0)],
  },
  {
    id: 'methods/CONNECT with bytes behind it',
    rfc: 'RFC 9110 §9.3.6',
    holds: 'What follows a refused CONNECT is not taken for requests of a tunnel.',
    send: [
      'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n',
      'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
    ],
    requests: 2,
    replies: 1,
    checks: [statusIn(400, 403, 404, 405, 501), clientLacks('Switching')],
  },
  {
    id: 'methods/DELETE with a body',
    rfc: 'RFC 9110 §9.3.5',
    holds: 'A body in a DELETE stays a body.',
    send: ['DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'],
    checks: [
      either(
        refused,
        all(answered(200), ({ origin }) =>
          origin.requests[0]?.body === 'hello' ? null : 'no body',
        ),
      ),
    ],
  },
  {
    id: 'methods/PUT is sent once',
    rfc: 'RFC 9110 §9.2.2',
    holds: 'A write is forwarded once, and the origin’s word is the client’s.',
    send: ['PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'],
    reply: 'HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nmade',
    checks: [answered(201), clientBody('made'), originSaw(1)],
  },
];
