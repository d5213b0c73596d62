import { isUtf8 } from 'node:buffer';

/** Of a document that does not say so in its Content-Type, the part that may name its encoding. */
const PRESCAN_BYTES = 1024;

/**
 * The text of a body that is not compressed any more, in the encoding that a browser takes it for: that
 * of its byte order mark, else of its Content-Type, else the one that it names itself at its start; else
 * UTF-8, or Windows-1252 where it is none. An encoding that nobody knows is UTF-8.
 */
export function decodeText(body: Buffer, contentType: string | null): string {
  const label = markedEncoding(body) ?? charsetOf(contentType) ?? namedEncoding(body);
  if (label === null) return isUtf8(body) ? body.toString('utf8') : decodeAs('windows-1252', body);
  return /^utf-?8$/i.test(label) ? withoutMark(body.toString('utf8')) : decodeAs(label, body);
}

function decodeAs(label: string, body: Buffer): string {
  try {
    return new TextDecoder(label).decode(body);
  } catch {
    return withoutMark(body.toString('utf8')); // No encoding has this name.
  }
}

function markedEncoding(body: Buffer): string | null {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be';
  return null;
}

function charsetOf(contentType: string | null): string | null {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1] ?? null;
}

/** `<meta charset>`, its older form, and the XML declaration. What is read so far cannot be UTF-16. */
function namedEncoding(body: Buffer): string | null {
  const start = body.subarray(0, PRESCAN_BYTES).toString('latin1');
  const tag = /<(?:meta|\?xml)\b[^>]*?\b(?:charset|encoding)\s*=\s*["']?([\w:.-]+)/i.exec(start);
  const label = tag?.[1] ?? null;
  return label !== null && /^utf-?16/i.test(label) ? 'utf-8' : label;
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
