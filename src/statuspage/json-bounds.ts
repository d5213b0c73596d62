/**
 * More than any page has: one of 1 MiB that lists ninety days of each of its components has 12,000
 * objects. V8 takes some 60 ms for a MiB of nothing but small objects with different members.
 */
const MOST_CONTAINERS = 20_000;
const MOST_VALUES = 60_000;
const MOST_LEVELS = 64;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Whether JSON.parse can be given these bytes without holding the event loop for long.
 *
 * Counted, not timed: the same document is always judged alike. Bytes that are no JSON are counted
 * as if they were; JSON.parse says no to them soon enough. Takes linear time.
 */
export function isWithinBounds(bytes: Uint8Array): boolean {
  let containers = 0;
  let values = 0;
  let level = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfText(bytes, at);
    } else if (byte === COMMA) {
      values += 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      containers += 1;
      level += 1;
      if (level > MOST_LEVELS) return false;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      level -= 1;
    }
  }
  return containers <= MOST_CONTAINERS && values <= MOST_VALUES;
}

/** The place of the quote that closes the one at `start`; the end where none does. */
function endOfText(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at] === BACKSLASH) at += 1;
    else if (bytes[at] === QUOTE) return at;
  }
  return bytes.length;
}
