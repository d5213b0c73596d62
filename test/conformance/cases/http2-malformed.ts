import { all, either, originLacks } from '../checks.ts';
import { malformed, streamStatus } from '../http2-checks.ts';
import { head, PSEUDO, without } from '../http2-heads.ts';
import type { Row } from '../row.ts';

/** Heads that RFC 9113, sections 8.2 and 8.3, calls malformed: an intermediary must not forward them. */
const MALFORMED: readonly (readonly [string, string, string])[] = [
  ['no :method', '§8.3.1', head(without(':method'))],
  ['no :scheme', '§8.3.1', head(without(':scheme'))],
  ['no :path', '§8.3.1', head(without(':path'))],
  ['an empty :path', '§8.3.1', head({ ...PSEUDO, ':path': '' })],
  ['two :path', '§8.3', head(PSEUDO, { ':path': '/b' })],
  ['two :method', '§8.3', head(PSEUDO, { ':method': 'POST' })],
  [
    'a pseudo-field behind others',
    '§8.3',
    head(without(':path'), { 'x-a': 'b' }, { ':path': '/' }),
  ],
  ['a pseudo-field that nobody knows', '§8.3', head(PSEUDO, { ':unknown': 'a' })],
  ['the pseudo-field of a response', '§8.3', head(PSEUDO, { ':status': '200' })],
  ['a name in upper case', '§8.2.1', head(PSEUDO, { 'X-A': 'b' })],
  ['Connection', '§8.2.2', head(PSEUDO, { connection: 'close' })],
  ['Keep-Alive', '§8.2.2', head(PSEUDO, { 'keep-alive': 'timeout=5' })],
  ['Proxy-Connection', '§8.2.2', head(PSEUDO, { 'proxy-connection': 'keep-alive' })],
  ['Transfer-Encoding', '§8.2.2', head(PSEUDO, { 'transfer-encoding': 'chunked' })],
  ['Upgrade', '§8.2.2', head(PSEUDO, { upgrade: 'websocket' })],
  ['TE of more than trailers', '§8.2.2', head(PSEUDO, { te: 'gzip' })],
  ['a path with a line break', '§8.3.1', head({ ...PSEUDO, ':path': '/ HTTP/1.1\r\nX-A: b' })],
  ['a path with a space', '§8.3.1', head({ ...PSEUDO, ':path': '/a b' })],
  [
    'a method with a line break',
    '§8.3.1',
    head({ ...PSEUDO, ':method': 'GET / HTTP/1.1\r\nX-A:' }),
  ],
  ['an authority with a line break', '§8.3.1', head({ ...PSEUDO, ':authority': 'a\r\nX-A: b' })],
  ['a length that is none', '§8.1.1', head(PSEUDO, { 'content-length': '1x' })],
  ['a length of a body that is not there', '§8.1.1', head(PSEUDO, { 'content-length': '5' })],
  ['two lengths', '§8.1.1', head(PSEUDO, { 'content-length': '0' }, { 'content-length': '5' })],
];

/** Fields that an intermediary must not forward (RFC 9113, section 8.2.1): with them the request goes, or they alone. */
const FIELDS: readonly (readonly [string, string])[] = [
  ['a name with a space', head(PSEUDO, { 'x a': 'b' })],
  ['a name with a colon', head(PSEUDO, { 'x:a': 'b' })],
  ['a name with a line break', head(PSEUDO, { 'x-a\r\nx-b': 'c' })],
  ['a value with CR LF', head(PSEUDO, { 'x-a': 'b\r\nX-Own: c' })],
  ['a value with LF', head(PSEUDO, { 'x-a': 'b\nX-Own: c' })],
  ['a value with NUL', head(PSEUDO, { 'x-a': 'b\0c' })],
  ['a value that begins with a space', head(PSEUDO, { 'x-a': ' b' })],
  ['a value that ends with a tab', head(PSEUDO, { 'x-a': 'b\t' })],
];

/** What must not be forwarded from HTTP/2 to HTTP/1.1, where it would mean something else. */
export const http2Malformed: readonly Row[] = [
  ...MALFORMED.map(
    ([name, section, bytes]): Row => ({
      id: `http2/malformed: ${name}`,
      rfc: `RFC 9113 ${section}`,
      holds: 'A malformed request is not forwarded: its stream ends with an error.',
      send: [bytes],
      streams: [1],
      checks: [malformed(1)],
    }),
  ),
  ...FIELDS.map(
    ([name, bytes]): Row => ({
      id: `http2/field: ${name}`,
      rfc: 'RFC 9113 §8.2.1',
      holds: 'Such a field is not forwarded: the request is malformed, or goes on without it.',
      send: [bytes],
      streams: [1],
      checks: [
        either(
          malformed(1),
          all(streamStatus(1, 200), originLacks('x-a'), originLacks('x a'), originLacks('x:a')),
        ),
      ],
    }),
  ),
];
