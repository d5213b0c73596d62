/** What an endpoint sent is no HTTP/1.x reply, or not one that only one reading is possible of. */
export class ReplyFault extends Error {
  readonly code = 'CANDOR_BAD_REPLY';
}

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110, section 5.5. node:http throws on these, where a trailer's throw would leave the client waiting. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROLS = /[\x00-\x08\x0a-\x1f\x7f]/;

/**
 * Reads field lines from a position to the end of a text: name and value in turn, as they came. A
 * folded line, or one without a name, is a `ReplyFault` (RFC 9112, section 5).
 */
export function readFieldLines(text: string, start: number): string[] {
  const fields: string[] = [];
  let at = start;
  while (at < text.length) {
    const next = text.indexOf('\r\n', at);
    const end = next === -1 ? text.length : next;
    const colon = text.indexOf(':', at);
    if (colon <= at || colon >= end) throw new ReplyFault('a field line is malformed');
    const name = text.slice(at, colon);
    const value = withoutPadding(text, colon + 1, end);
    if (!TOKEN.test(name)) throw new ReplyFault('a field name is malformed');
    if (CONTROLS.test(value)) throw new ReplyFault('a field value holds a control character');
    fields.push(name, value);
    at = end + 2;
  }
  return fields;
}

/** Without the optional white space around a value: spaces and tabs only, never a byte of UTF-8. */
function withoutPadding(text: string, start: number, end: number): string {
  let first = start;
  let last = end;
  while (first < last && isPadding(text.charCodeAt(first))) first += 1;
  while (last > first && isPadding(text.charCodeAt(last - 1))) last -= 1;
  return text.slice(first, last);
}

function isPadding(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
