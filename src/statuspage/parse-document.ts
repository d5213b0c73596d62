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
  if (!isWithinBounds(bytes)) return 'too_large';
  const parsed = parseJson(bytes);
  await nextTurn();
  return parsed;
}

function parseJson(bytes: Buffer): Parsed {
  try {
    // TextDecoder drops a byte order mark, which JSON.parse would refuse.
    return { payload: JSON.parse(new TextDecoder().decode(bytes)) };
  } catch {
    return 'unreadable'; // The only way that JSON.parse says no.
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
