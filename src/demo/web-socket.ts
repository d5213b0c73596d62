import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** One WebSocket frame of a client, unmasked (RFC 6455, section 5.2). */
interface Frame {
  readonly isFinal: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
  /** How many bytes it took on the wire. */
  readonly bytes: number;
}

/** What can be read at the start of some bytes: a frame, not yet one, or a reason to close (7.4.1). */
export type Reading =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'refused'; readonly code: number };

const OPCODE = { close: 8, ping: 9, pong: 10 } as const;
const PROTOCOL_ERROR = 1002;
const TOO_BIG = 1009;
const PAYLOAD_BYTES = 64 * 1024;
const INCOMPLETE: Reading = { kind: 'incomplete' };

/** Takes over a connection as a WebSocket that sends every message back, or refuses with 400. */
export function echoWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const key = request.headers['sec-websocket-key'];
  if (request.headers.upgrade?.toLowerCase() !== 'websocket' || key === undefined) {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  socket.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${acceptanceOf(key)}`,
      '\r\n',
    ].join('\r\n'),
  );
  let pending: Buffer = Buffer.alloc(0);
  const take = (chunk: Buffer) => {
    pending = echoFrames(Buffer.concat([pending, chunk]), socket);
  };
  take(head);
  socket.on('data', take);
  socket.on('end', () => socket.end());
}

/** Reads the frame that the bytes start with. Pure, and takes any bytes whatever. */
export function readFrame(bytes: Buffer): Reading {
  if (bytes.length < 2) return INCOMPLETE;
  const first = bytes.readUInt8(0);
  const second = bytes.readUInt8(1);
  // No extension is agreed on, so the reserved bits are zero; a client's frames are masked (5.1).
  if ((first & 0x70) !== 0 || (second & 0x80) === 0) return refused(PROTOCOL_ERROR);
  const opcode = first & 0x0f;
  const isFinal = (first & 0x80) !== 0;
  const isControl = opcode >= OPCODE.close;
  if (isControl && (!isFinal || (second & 0x7f) > 125)) return refused(PROTOCOL_ERROR);

  const size = readSize(bytes, second & 0x7f);
  if (size === null) return INCOMPLETE;
  if (size.payload > PAYLOAD_BYTES) return refused(TOO_BIG);
  const start = size.header + 4;
  const end = start + size.payload;
  if (bytes.length < end) return INCOMPLETE;
  const mask = bytes.subarray(size.header, start);
  const payload = Buffer.from(bytes.subarray(start, end));
  for (const [index, byte] of payload.entries()) payload[index] = byte ^ (mask[index % 4] ?? 0);
  return { kind: 'frame', frame: { isFinal, opcode, payload, bytes: end } };
}

/** Sends back what each whole frame says, and returns the bytes of the frame that is not whole. */
function echoFrames(bytes: Buffer, socket: Duplex): Buffer {
  let rest = bytes;
  while (socket.writable) {
    const reading = readFrame(rest);
    if (reading.kind === 'incomplete') return rest;
    if (reading.kind === 'refused') {
      socket.end(closeFrame(reading.code));
      break;
    }
    echo(reading.frame, socket);
    rest = rest.subarray(reading.frame.bytes);
  }
  return Buffer.alloc(0);
}

function echo({ isFinal, opcode, payload }: Frame, socket: Duplex): void {
  if (opcode === OPCODE.pong) return;
  if (opcode === OPCODE.close) {
    socket.end(frameOf(true, OPCODE.close, payload));
    return;
  }
  const answerOpcode = opcode === OPCODE.ping ? OPCODE.pong : opcode;
  if (socket.write(frameOf(isFinal, answerOpcode, payload))) return;
  // A client that sends and does not read must not fill the memory with its echoes.
  socket.pause();
  socket.once('drain', () => socket.resume());
}

function acceptanceOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

function readSize(bytes: Buffer, short: number): { header: number; payload: number } | null {
  if (short < 126) return { header: 2, payload: short };
  if (short === 126) return bytes.length < 4 ? null : { header: 4, payload: bytes.readUInt16BE(2) };
  return bytes.length < 10 ? null : { header: 10, payload: Number(bytes.readBigUInt64BE(2)) };
}

function refused(code: number): Reading {
  return { kind: 'refused', code };
}

function closeFrame(code: number): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return frameOf(true, OPCODE.close, payload);
}

function frameOf(isFinal: boolean, opcode: number, payload: Buffer): Buffer {
  const first = (isFinal ? 0x80 : 0) | opcode;
  if (payload.length < 126) return Buffer.concat([Buffer.of(first, payload.length), payload]);
  const header = Buffer.alloc(payload.length <= 0xffff ? 4 : 10);
  header.writeUInt8(first);
  if (header.length === 4) {
    header.writeUInt8(126, 1);
    header.writeUInt16BE(payload.length, 2);
  } else {
    header.writeUInt8(127, 1);
    header.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([header, payload]);
}
