import {
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
  headerBlock,
  headers,
  reset,
} from '../../support/http2-frames.ts';
import { all, either, originLacks, originSaw } from '../checks.ts';
import {
  connectionError,
  connectionGoesOn,
  malformed,
  streamBody,
  streamStatus,
} from '../http2-checks.ts';
import { PSEUDO, setting, windowUpdate } from '../http2-heads.ts';
import type { Row } from '../row.ts';
import { untilClientHas, untilOriginHas, untilOriginIsLeft } from '../steps.ts';

const PRIORITY = 2;
const PADDED = 0x8;
const CANCEL = 8;

const open = headers(1, { flags: END_HEADERS, ':method': 'POST' });
/** HTTP/2 connections: frames, streams, and what floods them. */
export const http2Connections: readonly Row[] = [
  {
    id: 'http2/rapid reset',
    rfc: 'RFC 9113 §10.5',
    holds:
      'Streams that are reset as soon as they begin cost the origin next to nothing (CVE-2023-44487).',
    send: [
      Array.from(
        { length: 1000 },
        (_, index) => headers(2 * index + 1) + reset(2 * index + 1, CANCEL),
      ).join(''),
      headers(2001),
    ],
    streams: [2001],
    requests: 101,
    checks: [either(connectionError, streamStatus(2001, 200))],
  },
  {
    id: 'http2/a stream behind a later one',
    rfc: 'RFC 9113 §5.1.1',
    holds:
      'A stream whose number is not beyond that of the last is an error, or ignored: no origin sees it.',
    send: [headers(5) + headers(3, { ':path': '/behind' })],
    streams: [5],
    checks: [originLacks('/behind'), either(connectionError, streamStatus(5, 200))],
  },
  {
    id: 'http2/two streams at once',
    rfc: 'RFC 9113 §5',
    holds: 'Streams run side by side: a fast reply passes a slow one.',
    send: [
      headers(1, { ':path': '/slow' }) + headers(3, { ':path': '/fast' }),
      untilClientHas('fast'),
    ],
    streams: [1, 3],
    requests: 2,
    reply: (socket, { target }) => {
      setTimeout(
        () => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n${target}`),
        target === '/slow' ? 60 : 0,
      );
    },
    checks: [streamBody(1, '/slow'), streamBody(3, '/fast')],
  },
  {
    id: 'http2/a head in CONTINUATION frames',
    rfc: 'RFC 9113 §6.10',
    holds: 'A head may come in parts.',
    send: [
      frame(FRAME.headers, { stream: 1, flags: END_STREAM, payload: headerBlock(PSEUDO) }),
      frame(FRAME.continuation, { stream: 1 }),
      frame(FRAME.continuation, {
        stream: 1,
        flags: END_HEADERS,
        payload: headerBlock({ 'x-a': 'b' }),
      }),
    ],
    streams: [1],
    checks: [streamStatus(1, 200), originSaw(1)],
  },
  {
    id: 'http2/a padded head with a priority',
    rfc: 'RFC 9113 §6.2',
    holds: 'Padding and priority of HEADERS are skipped.',
    send: [
      frame(FRAME.headers, {
        stream: 1,
        flags: END_HEADERS | END_STREAM | PADDED | 0x20,
        payload: `\x02\0\0\0\0\x10${headerBlock(PSEUDO)}\0\0`,
      }),
    ],
    streams: [1],
    checks: [streamStatus(1, 200)],
  },
  {
    id: 'http2/a frame of a type that nobody knows',
    rfc: 'RFC 9113 §5.5',
    holds: 'Unknown types of frames are ignored, as PRIORITY may be.',
    send: [
      frame(0xfa, { payload: 'anything' }),
      frame(PRIORITY, { stream: 1, payload: '\0\0\0\0\x10' }),
      headers(1),
    ],
    streams: [1],
    checks: [streamStatus(1, 200)],
  },
  {
    id: 'http2/a setting that nobody knows',
    rfc: 'RFC 9113 §6.5.2',
    holds: 'Unknown settings are ignored.',
    send: [setting(0xfafa, 7), headers(1)],
    streams: [1],
    checks: [streamStatus(1, 200)],
  },
  {
    id: 'http2/PING',
    rfc: 'RFC 9113 §6.7',
    holds: 'A PING is answered with its own bytes.',
    send: [frame(FRAME.ping, { payload: 'abcdefgh' }), untilClientHas('abcdefgh'), headers(1)],
    streams: [1],
    checks: [
      streamStatus(1, 200),
      ({ http2 }) => (http2.pongs === 1 ? null : `${http2.pongs} answers came`),
    ],
  },
  {
    id: 'http2/a preface that is none',
    rfc: 'RFC 9113 §3.4',
    holds: 'A preface with other bytes at its end is no HTTP/2.',
    send: ['PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n'],
    checks: [
      ({ ended, responses }) =>
        ended !== null || (responses[0]?.status ?? 0) >= 400 ? null : 'it waits',
      originSaw(0),
    ],
    requests: 1,
  },
  {
    id: 'http2/PRI as a method of HTTP/1.1',
    rfc: 'RFC 9113 §3.4',
    holds: 'PRI is no method: it never reaches an origin.',
    send: ['PRI / HTTP/1.1\r\nHost: a\r\n\r\n'],
    checks: [either(originSaw(0), originLacks('PRI'))],
  },
  {
    id: 'http2/a client that resets its stream',
    rfc: 'RFC 9113 §5.4.2',
    holds:
      'Nobody waits for the reply: the connection to the origin ends, and that to the client goes on.',
    send: [
      headers(1, { ':path': '/left' }),
      untilOriginHas('/left'),
      reset(1, CANCEL),
      untilOriginIsLeft,
      headers(3),
    ],
    streams: [3],
    requests: 2,
    reply: (socket, { target }) => {
      if (target !== '/left') socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    },
    checks: [streamStatus(3, 200), connectionGoesOn],
  },
  {
    id: 'http2/a client that resets its upload',
    rfc: 'RFC 9113 §8.1',
    holds: 'Half a body does not reach the origin as a whole one.',
    send: [
      open,
      frame(FRAME.data, { stream: 1, payload: 'hello' }),
      untilOriginHas('hello'),
      reset(1, CANCEL),
      untilOriginIsLeft,
      headers(3),
    ],
    streams: [3],
    requests: 2,
    checks: [
      streamStatus(3, 200),
      ({ origin }) => (origin.requests.some(({ body }) => body !== '') ? 'it was whole' : null),
    ],
  },
  {
    id: 'http2/DATA behind the end of a stream',
    rfc: 'RFC 9113 §5.1',
    holds: 'It is an error of the stream, or of the connection, and reaches no origin.',
    send: [headers(1), frame(FRAME.data, { stream: 1, payload: 'surplus' }), headers(3)],
    streams: [3],
    requests: 2,
    checks: [originLacks('surplus'), either(connectionError, streamStatus(3, 200))],
  },
  {
    id: 'http2/WINDOW_UPDATE by 0 on a stream',
    rfc: 'RFC 9113 §6.9',
    holds: 'It is an error of the stream, or of the connection.',
    send: [open, windowUpdate(1, 0)],
    streams: [1],
    checks: [either(connectionError, malformed(1))],
  },
  {
    id: 'http2/flow control',
    rfc: 'RFC 9113 §6.9',
    holds: 'No more is sent than the window holds, and the rest when it is opened.',
    send: [setting(4, 5), headers(1), untilClientHas('hello'), windowUpdate(1, 100)],
    streams: [1],
    reply: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhelloworld',
    checks: [all(streamStatus(1, 200), streamBody(1, 'helloworld'))],
  },
  {
    id: 'http2/GOAWAY of a client',
    rfc: 'RFC 9113 §6.8',
    holds: 'Streams that are open when a client says that it leaves are served to their end.',
    send: [headers(1), frame(FRAME.goaway, { payload: '\0'.repeat(8) })],
    streams: [1],
    checks: [streamStatus(1, 200)],
  },
];
