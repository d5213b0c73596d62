import { END_HEADERS, END_STREAM, FRAME, frame, headerBlock } from '../support/http2-frames.ts';

/** The pseudo-fields of `GET /`. */
export const PSEUDO = { ':method': 'GET', ':scheme': 'http', ':path': '/', ':authority': 'a' };

/** A head of stream 1 that ends it, from fields in their order. */
export function head(...fields: readonly Readonly<Record<string, string>>[]): string {
  const payload = fields.map(headerBlock).join('');
  return frame(FRAME.headers, { flags: END_HEADERS | END_STREAM, stream: 1, payload });
}

/** The same without one of them. */
export function without(name: keyof typeof PSEUDO): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(PSEUDO).filter(([known]) => known !== name));
}

/** The type of a frame (RFC 9113, section 6.9). */
const WINDOW_UPDATE = 8;

/** A SETTINGS frame with one setting. */
export function setting(id: number, value: number): string {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(id);
  bytes.writeUInt32BE(value, 2);
  return frame(FRAME.settings, { payload: bytes.toString('latin1') });
}

/** A WINDOW_UPDATE frame. */
export function windowUpdate(stream: number, by: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(by);
  return frame(WINDOW_UPDATE, { stream, payload: bytes.toString('latin1') });
}
