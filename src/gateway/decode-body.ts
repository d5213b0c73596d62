import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';

type Decoder = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  // RFC 9110, section 8.4.1.2: zlib's format; some servers send the bare one.
  deflate: (body, options) =>
    promisify(inflate)(body, options).catch(() => promisify(inflateRaw)(body, options)),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** How long a body may be without its codings. */
export interface Room {
  readonly mostBytes: number;
  /** It is longer than that; decompression has stopped there. */
  readonly onTooLong?: () => void;
}

/**
 * A body without its content codings; null when it cannot be read (an unknown coding, broken data) or
 * is longer than `mostBytes`. Decompresses off the main thread.
 */
export async function decodeBody(
  body: Buffer,
  contentEncoding: string | null,
  { mostBytes, onTooLong }: Room,
): Promise<Buffer | null> {
  let decoded = body;
  const codings = (contentEncoding ?? '').toLowerCase().split(',').reverse();
  for (const coding of codings.map((name) => name.trim())) {
    if (coding === '' || coding === 'identity') continue;
    const decoder = DECODERS[coding];
    if (decoder === undefined) return null;
    try {
      decoded = await decoder(decoded, { maxOutputLength: Math.max(1, mostBytes) });
    } catch (error) {
      if (isTooLong(error)) onTooLong?.();
      return null; // Not what it says it is: the client gets it as it came and sees the same.
    }
  }
  return decoded.length > mostBytes ? null : decoded;
}

function isTooLong(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
