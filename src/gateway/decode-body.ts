import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';

/** How much longer than its compressed form a body may become before it is left unread. */
const MOST_EXPANSION = 20;

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

/**
 * The text of a body that may be compressed; null when it cannot be read (an unknown coding, broken
 * data, or more than twenty times `inspectBytes`, which is no login page). Runs off the main thread.
 */
export async function decodeBody(
  body: Buffer,
  contentEncoding: string | null,
  inspectBytes: number,
): Promise<string | null> {
  let decoded = body;
  const codings = (contentEncoding ?? '').toLowerCase().split(',').reverse();
  for (const coding of codings.map((name) => name.trim())) {
    if (coding === '' || coding === 'identity') continue;
    const decoder = DECODERS[coding];
    if (decoder === undefined) return null;
    try {
      decoded = await decoder(decoded, { maxOutputLength: inspectBytes * MOST_EXPANSION });
    } catch {
      return null; // Not what it says it is: the client gets it as it came and sees the same.
    }
  }
  return decoded.toString('utf8');
}
