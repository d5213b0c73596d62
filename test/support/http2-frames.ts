import { connectRaw } from './raw-client.ts';
import type { RawClient } from './raw-connection.ts';

/** Types of frames (RFC 9113, section 6). */
export const FRAME = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const END_STREAM = 0x1;
export const END_HEADERS = 0x4;

/** What a client begins with: the preface, and settings that change nothing. */
export const PREFACE = `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${frame(FRAME.settings)}`;

interface Given {
  readonly flags?: number;
  readonly stream?: number;
  readonly payload?: string;
}

/** A frame, one character a byte. */
export function frame(type: number, { flags = 0, stream = 0, payload = '' }: Given = {}): string {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return head.toString('latin1') + payload;
}

/** Fields as a header block, none of them compressed (RFC 7541, section 6.2.2). Up to 126 characters each. */
export function headerBlock(fields: Readonly<Record<string, string>>): string {
  const text = (part: string) => String.fromCharCode(part.length) + part;
  return Object.entries(fields)
    .map(([name, value]) => `\0${text(name)}${text(value)}`)
    .join('');
}

/** The head of a request; by default of `GET /`, with nothing to follow. */
export function headers(
  stream: number,
  { flags = END_HEADERS | END_STREAM, ...fields }: { flags?: number; [name: string]: unknown } = {},
): string {
  const given = { ':method': 'GET', ':scheme': 'http', ':path': '/', ':authority': 'a', ...fields };
  return frame(FRAME.headers, { flags, stream, payload: headerBlock(given) });
}

/** A frame that resets a stream. */
export function reset(stream: number, code: number): string {
  return frame(FRAME.reset, { stream, payload: numberOf(code) });
}

function numberOf(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString('latin1');
}

/** A frame that a listener sent. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** The whole frames in what was received. */
export function framesIn(received: string): readonly Frame[] {
  const bytes = Buffer.from(received, 'latin1');
  const frames: Frame[] = [];
  let at = 0;
  while (at + 9 <= bytes.length) {
    const length = bytes.readUIntBE(at, 3);
    const [type = 0, flags = 0] = bytes.subarray(at + 3, at + 5);
    const payload = bytes.subarray(at + 9, at + 9 + length);
    frames.push({ type, flags, stream: bytes.readUInt32BE(at + 5), payload });
    at += 9 + length;
  }
  return frames;
}

/** A connection on which HTTP/2 has begun, frame by frame. */
export async function connectFrames(url: string): Promise<RawClient> {
  const client = await connectRaw(url);
  client.send(PREFACE);
  return client;
}
