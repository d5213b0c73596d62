import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseFeed } from './feed-xml.ts';
import { isWithinBounds } from './json-bounds.ts';

/** A parsed document, or why there is none. */
export type Parsed = { readonly payload: unknown } | 'too_large' | 'unreadable';

/**
 * Parses what a status page sent.
 *
 * Never throws, and never holds the event loop for long: what is too involved is refused before it
 * is parsed. The promise comes back on a later turn of the loop than the parsing, so that whoever
 * goes on with the payload starts with a whole turn.
 */
export async function parseDocument(bytes: Buffer): Promise<Parsed> {
  const parsed = isMarkup(bytes) ? await parseMarkup(bytes) : parseJson(bytes);
  await nextTurn();
  return parsed;
}

async function parseMarkup(bytes: Buffer): Promise<Parsed> {
  const feed = await parseFeed(textOf(bytes));
  return feed === null ? 'unreadable' : { payload: feed };
}

function parseJson(bytes: Buffer): Parsed {
  if (!isWithinBounds(bytes)) return 'too_large';
  try {
    return { payload: JSON.parse(textOf(bytes)) };
  } catch {
    return 'unreadable'; // The only way that JSON.parse says no.
  }
}

/** Without a byte order mark, which neither parser takes. */
function textOf(bytes: Buffer): string {
  return new TextDecoder().decode(bytes);
}

/** XML and HTML begin with the one character that JSON never begins with. */
function isMarkup(bytes: Buffer): boolean {
  const start = textOf(bytes.subarray(0, 1_000)).trimStart();
  return start.startsWith('<');
}
