import {
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
  headerBlock,
  headers,
  reset,
} from '../../support/http2-frames.ts';
import { originSaw } from '../checks.ts';
import { connectionError } from '../http2-checks.ts';
import { PSEUDO, setting, windowUpdate } from '../http2-heads.ts';
import type { Row } from '../row.ts';

const PUSH_PROMISE = 5;
const WINDOW_UPDATE = 8;
const PADDED = 0x8;
const CANCEL = 8;

const open = headers(1, { flags: END_HEADERS, ':method': 'POST' });

/** What ends a connection with an error (RFC 9113, sections 4 to 6). */
const ERRORS: readonly (readonly [string, string, string])[] = [
  ['DATA on stream 0', '§6.1', frame(FRAME.data, { payload: 'x' })],
  [
    'HEADERS on stream 0',
    '§6.2',
    frame(FRAME.headers, { flags: END_HEADERS, payload: headerBlock(PSEUDO) }),
  ],
  ['a stream of the server’s', '§5.1.1', headers(2)],
  ['DATA on an idle stream', '§5.1', frame(FRAME.data, { stream: 1, payload: 'x' })],
  ['RST_STREAM on an idle stream', '§6.4', reset(1, CANCEL)],
  ['RST_STREAM on stream 0', '§6.4', reset(0, CANCEL)],
  ['RST_STREAM of 3 bytes', '§6.4', open + frame(FRAME.reset, { stream: 1, payload: '\0\0\0' })],
  ['SETTINGS on a stream', '§6.5', frame(FRAME.settings, { stream: 1 })],
  ['SETTINGS of 5 bytes', '§6.5', frame(FRAME.settings, { payload: '\0\0\0\0\0' })],
  [
    'an acknowledgement with settings',
    '§6.5',
    frame(FRAME.settings, { flags: 1, payload: '\0\x01\0\0\0\0' }),
  ],
  ['ENABLE_PUSH of 2', '§6.5.2', setting(2, 2)],
  ['INITIAL_WINDOW_SIZE beyond 2³¹-1', '§6.5.2', setting(4, 0x80000000)],
  ['MAX_FRAME_SIZE below 16,384', '§6.5.2', setting(5, 1024)],
  [
    'PUSH_PROMISE of a client',
    '§8.4',
    frame(PUSH_PROMISE, {
      stream: 1,
      flags: END_HEADERS,
      payload: `\0\0\0\x02${headerBlock(PSEUDO)}`,
    }),
  ],
  ['PING on a stream', '§6.7', frame(FRAME.ping, { stream: 1, payload: 'x'.repeat(8) })],
  ['PING of 7 bytes', '§6.7', frame(FRAME.ping, { payload: 'x'.repeat(7) })],
  ['GOAWAY on a stream', '§6.8', frame(FRAME.goaway, { stream: 1, payload: '\0'.repeat(8) })],
  ['WINDOW_UPDATE by 0 on the connection', '§6.9', windowUpdate(0, 0)],
  [
    'WINDOW_UPDATE beyond 2³¹-1',
    '§6.9.1',
    windowUpdate(0, 0x7fffffff) + windowUpdate(0, 0x7fffffff),
  ],
  ['WINDOW_UPDATE of 3 bytes', '§6.9', frame(WINDOW_UPDATE, { payload: '\0\0\x01' })],
  [
    'CONTINUATION without HEADERS',
    '§6.10',
    frame(FRAME.continuation, { stream: 1, flags: END_HEADERS, payload: headerBlock(PSEUDO) }),
  ],
  [
    'CONTINUATION on another stream',
    '§6.10',
    frame(FRAME.headers, { stream: 1, payload: headerBlock(PSEUDO) }) +
      frame(FRAME.continuation, { stream: 3, flags: END_HEADERS }),
  ],
  [
    'a frame between HEADERS and CONTINUATION',
    '§6.10',
    frame(FRAME.headers, { stream: 1, payload: headerBlock(PSEUDO) }) +
      frame(FRAME.ping, { payload: 'x'.repeat(8) }),
  ],
  [
    'padding longer than its frame',
    '§6.1',
    open + frame(FRAME.data, { stream: 1, flags: PADDED, payload: '\xffhi' }),
  ],
  [
    'an index of the header table that is 0',
    'RFC 7541 §6.1',
    frame(FRAME.headers, { stream: 1, flags: END_HEADERS | END_STREAM, payload: '\x80' }),
  ],
  [
    'an index beyond the header table',
    'RFC 7541 §2.3.3',
    frame(FRAME.headers, {
      stream: 1,
      flags: END_HEADERS | END_STREAM,
      payload: '\xff\xff\xff\x7f',
    }),
  ],
  [
    'a header table beyond its bound',
    'RFC 7541 §6.3',
    frame(FRAME.headers, {
      stream: 1,
      flags: END_HEADERS | END_STREAM,
      payload: `\x3f\xff\xff\x7f${headerBlock(PSEUDO)}`,
    }),
  ],
  [
    'a header block that is cut off',
    'RFC 7541 §5.2',
    frame(FRAME.headers, {
      stream: 1,
      flags: END_HEADERS | END_STREAM,
      payload: headerBlock(PSEUDO).slice(0, -1),
    }),
  ],
  [
    'a Huffman code with the end-of-string symbol',
    'RFC 7541 §5.2',
    frame(FRAME.headers, {
      stream: 1,
      flags: END_HEADERS | END_STREAM,
      payload: `${headerBlock(PSEUDO)}\0\x84\xff\xff\xff\xff\x01b`,
    }),
  ],
];

/** Floods: each is answered for a while, and then given up. */
const FLOODS: readonly (readonly [string, string, string])[] = [
  [
    'CONTINUATION without end',
    'RFC 9113 §10.5.1',
    frame(FRAME.headers, { stream: 1, flags: END_STREAM, payload: headerBlock(PSEUDO) }) +
      frame(FRAME.continuation, {
        stream: 1,
        payload: headerBlock({ 'x-a': 'x'.repeat(100) }).repeat(100),
      }).repeat(400),
  ],
  [
    'empty CONTINUATION',
    'RFC 9113 §10.5',
    frame(FRAME.headers, { stream: 1, flags: END_STREAM, payload: headerBlock(PSEUDO) }) +
      frame(FRAME.continuation, { stream: 1 }).repeat(50_000),
  ],
];

/** What ends an HTTP/2 connection: frames that are none, and floods. */
export const http2Errors: readonly Row[] = [
  ...ERRORS.map(
    ([name, section, bytes]): Row => ({
      id: `http2/error: ${name}`,
      rfc: section.startsWith('RFC') ? section : `RFC 9113 ${section}`,
      holds: 'It is an error of the connection: GOAWAY, or its end.',
      send: [bytes],
      // One that nothing ever comes on: what is waited for is the end of the connection.
      streams: [101],
      requests: 2,
      checks: [connectionError],
    }),
  ),
  ...FLOODS.map(
    ([name, rfc, bytes]): Row => ({
      id: `http2/flood: ${name}`,
      rfc,
      holds: 'It is bounded: the connection is given up, and the origin sees nothing.',
      send: [bytes],
      streams: [101],
      checks: [connectionError, originSaw(0)],
    }),
  ),
];
