import {
  answered,
  badGateway,
  clientBody,
  clientField,
  clientLacks,
  either,
  interim,
  originField,
  originLacks,
  originSaw,
  restIs,
  statusIn,
} from '../checks.ts';
import type { Row } from '../row.ts';
import { halfClose, leave, untilClientHas, untilOriginHas, untilOriginIsLeft } from '../steps.ts';

const WEB_SOCKET =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
const HANDSHAKE = `GET /chat HTTP/1.1\r\nHost: a\r\n${WEB_SOCKET}\r\n`;
/** The example of RFC 6455, section 1.3. */
const SWITCHED =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';

/** Frames as the examples of RFC 6455, section 5.7 have them; the origin of a tunnel echoes what comes. */
const FRAMES = [
  ['a masked text', '\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58'],
  ['a fragmented text', '\x01\x83\x00\x00\x00\x00Hel\x80\x82\x00\x00\x00\x00lo'],
  ['a ping', '\x89\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58'],
  ['a close', '\x88\x82\x00\x00\x00\x00\x03\xe8'],
  ['256 bytes', `\x82\xfe\x01\x00\x00\x00\x00\x00${'x'.repeat(256)}`],
  ['bytes that are no frame', '\xff\xff\xff\xff\x00GET / HTTP/1.1\r\n\r\n'],
] as const;

/** Upgrade (RFC 9110, section 7.8) and WebSocket (RFC 6455). */
export const upgrades: readonly Row[] = [
  {
    id: 'upgrade/the handshake goes on',
    rfc: 'RFC 6455 §4.1',
    holds: 'The fields of the handshake reach the origin as they came.',
    send: [
      `GET /chat?x=1 HTTP/1.1\r\nHost: a\r\n${WEB_SOCKET}Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\nOrigin: http://a\r\n\r\n`,
      untilClientHas('101'),
    ],
    replies: 0,
    reply: SWITCHED,
    checks: [
      originField('upgrade', 'websocket'),
      originField('connection', /upgrade/i),
      originField('sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ=='),
      originField('sec-websocket-version', '13'),
      originField('sec-websocket-protocol', 'chat, superchat'),
      originField('sec-websocket-extensions', 'permessage-deflate; client_max_window_bits'),
      originField('origin', 'http://a'),
    ],
  },
  {
    id: 'upgrade/the 101 comes back',
    rfc: 'RFC 6455 §4.2.2',
    holds: 'The client gets Upgrade, Connection and Sec-WebSocket-Accept as the origin sent them.',
    send: [HANDSHAKE, untilClientHas('\r\n\r\n')],
    replies: 0,
    reply: SWITCHED,
    checks: [
      ({ rest }) => (/^HTTP\/1\.1 101 /.test(rest) ? null : 'no 101'),
      ({ rest }) => (/\r\nupgrade: websocket\r\n/i.test(rest) ? null : 'no Upgrade'),
      ({ rest }) => (/\r\nconnection: upgrade\r\n/i.test(rest) ? null : 'no Connection'),
      ({ rest }) => (rest.includes('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=') ? null : 'no Accept'),
    ],
  },
  ...FRAMES.map(
    ([name, bytes]): Row => ({
      id: `upgrade/both ways: ${name}`,
      rfc: 'RFC 6455 §5',
      holds: 'After the 101 bytes pass as they are, both ways.',
      send: [HANDSHAKE, untilClientHas('\r\n\r\n'), bytes, untilClientHas(bytes)],
      replies: 0,
      reply: SWITCHED,
      checks: [originSaw(1)],
    }),
  ),
  {
    id: 'upgrade/bytes right behind the 101',
    rfc: 'RFC 9110 §7.8',
    holds: 'The new protocol may begin in the packet of the 101.',
    send: [HANDSHAKE, untilClientHas('\x81\x02hi')],
    replies: 0,
    reply: `${SWITCHED}\x81\x02hi`,
    checks: [originSaw(1)],
  },
  {
    id: 'upgrade/a client that leaves',
    rfc: 'RFC 6455 §7.1.4',
    holds: 'The other side of a tunnel ends with its client.',
    send: [HANDSHAKE, untilClientHas('\r\n\r\n'), leave, untilOriginIsLeft],
    replies: 0,
    reply: SWITCHED,
    checks: [originSaw(1)],
  },
  {
    id: 'upgrade/an origin that ends',
    rfc: 'RFC 6455 §7.1.1',
    holds: 'The client’s side of a tunnel ends with the origin, behind all that the origin sent.',
    send: [HANDSHAKE, untilClientHas('bye')],
    replies: 1,
    reply: (socket) => socket.end(`${SWITCHED}bye`, 'latin1'),
    checks: [interim(101), restIs('bye'), ({ ended }) => (ended === null ? 'it stays open' : null)],
  },
  {
    id: 'upgrade/a side that sends no more',
    rfc: 'RFC 9293 §3.6',
    holds: 'A client that closes its sending side still gets what the origin sends behind it.',
    send: [HANDSHAKE, untilClientHas('\r\n\r\n'), 'last', halfClose, untilClientHas('last')],
    replies: 0,
    reply: SWITCHED,
    checks: [originSaw(1)],
  },
  {
    id: 'upgrade/refused with 403',
    rfc: 'RFC 6455 §4.2.2',
    holds: 'An origin that refuses the handshake is heard.',
    send: [HANDSHAKE],
    reply: 'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno',
    checks: [answered(403), clientBody('no')],
  },
  {
    id: 'upgrade/refused with 426',
    rfc: 'RFC 9110 §15.5.22',
    holds: '426 says in Upgrade what it takes, and reaches the client with it.',
    send: ['GET /chat HTTP/1.1\r\nHost: a\r\n\r\n'],
    reply:
      'HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\nno',
    checks: [answered(426), clientField('upgrade', 'websocket')],
  },
  {
    id: 'upgrade/refused for its version',
    rfc: 'RFC 6455 §4.4',
    holds: 'The versions that an origin takes reach the client.',
    send: [HANDSHAKE],
    reply: 'HTTP/1.1 400 Bad Request\r\nSec-WebSocket-Version: 8, 7\r\nContent-Length: 2\r\n\r\nno',
    checks: [answered(400), clientField('sec-websocket-version', '8, 7')],
  },
  {
    id: 'upgrade/ignored by the origin',
    rfc: 'RFC 9110 §7.8',
    holds: 'An origin may serve the request as if no upgrade had been asked for.',
    send: [HANDSHAKE],
    checks: [answered(200), clientBody('ok')],
  },
  {
    id: 'upgrade/without Connection',
    rfc: 'RFC 9110 §7.8',
    holds: 'Upgrade that Connection does not nominate is no upgrade, and does not go on.',
    send: ['GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n'],
    checks: [answered(200), originField('upgrade', null)],
  },
  {
    id: 'upgrade/in HTTP/1.0',
    rfc: 'RFC 9110 §7.8',
    holds: 'Upgrade in a request of HTTP/1.0 is ignored.',
    send: [`GET /chat HTTP/1.0\r\nHost: a\r\n${WEB_SOCKET}\r\n`],
    checks: [answered(200), originField('upgrade', null)],
  },
  {
    id: 'upgrade/to h2c',
    rfc: 'RFC 9113 §3.1',
    holds:
      'An upgrade to h2c is not passed on: a tunnel of HTTP that the intermediary cannot read goes round its rules.',
    send: [
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n',
    ],
    replies: 1,
    reply: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    checks: [statusIn(200, 400, 403, 501), originLacks('h2c')],
  },
  {
    id: 'upgrade/with a body',
    rfc: 'RFC 9110 §7.8',
    holds: 'The body of a request with Upgrade is not taken for bytes of a tunnel.',
    send: [
      `POST /chat HTTP/1.1\r\nHost: a\r\n${WEB_SOCKET}Content-Length: 5\r\n\r\nhello`,
      untilOriginHas('hello'),
    ],
    replies: 1,
    checks: [statusIn(200, 400, 501)],
  },
  {
    id: 'upgrade/a request behind a refused one',
    rfc: 'RFC 9112 §11.2',
    holds:
      'What follows a handshake that is refused is not tunnelled: a request of its own, or the end.',
    send: [`${HANDSHAKE}GET /2 HTTP/1.1\r\nHost: a\r\n\r\n`],
    requests: 2,
    replies: 1,
    reply: 'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno',
    checks: [statusIn(403), clientLacks('101')],
  },
  {
    id: 'upgrade/a 101 that names another protocol',
    rfc: 'RFC 9110 §7.8',
    holds:
      'A 101 without Upgrade is no switch: refused, or passed on as it is and never followed by HTTP.',
    send: [HANDSHAKE],
    replies: 1,
    reply: 'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    checks: [either(badGateway, interim(101), ({ ended }) => (ended === null ? 'nothing' : null))],
  },
];
