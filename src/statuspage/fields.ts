/** A JSON object whose members are still to be looked at. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object with members; null for arrays and everything else. */
export function fieldsOf(value: unknown): Fields | null {
  // The check on the line below is what makes the assertion true.
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null;
}

/** No page has so many of anything; what comes after them is not looked at. */
const MOST_ITEMS = 5_000;

/** The objects in a list; what is no list is an empty one, and what is no object is skipped. */
export function listOf(value: unknown): Fields[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, MOST_ITEMS)
    .map(fieldsOf)
    .filter((item) => item !== null);
}

const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/;
/** What `Date` prints ("Sat Jun 11 2022 18:55:50 GMT+0000 (…)") and what RSS does ("Sat, 11 Jun 2022 …"). */
const WORDED =
  /^((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [A-Za-z0-9]+ [A-Za-z0-9]+ \d{4} \d\d:\d\d(?::\d\d)?)( (?:Z|UTC?|GMT|[ECMP][SD]T)?(?:[+-]\d\d:?\d\d)?)?(?: \([^()]*\))?$/;
/** The years in which a status page can have posted anything: 2000 to 2099. */
const FIRST_AT = Date.UTC(2000, 0);
const LAST_AT = Date.UTC(2100, 0) - 1;
/** As seconds, a number below this is before the year 5139; as milliseconds, one above it is after 1973. */
const LEAST_MILLISECONDS = 100_000_000_000;

/**
 * A timestamp in milliseconds since the epoch, or null where there is none that can be read, or none
 * of this century.
 *
 * Read are ISO 8601, the text of JavaScript's `Date`, the dates of RSS, and UNIX time in seconds or
 * milliseconds. Read as UTC when it names no offset: this machine's own zone would be a guess of
 * another kind.
 */
export function instantOf(value: unknown): number | null {
  const at = millisecondsOf(value);
  return at !== null && at >= FIRST_AT && at <= LAST_AT ? at : null;
}

function millisecondsOf(value: unknown): number | null {
  if (typeof value === 'number') {
    return Math.round(value < LEAST_MILLISECONDS ? value * 1_000 : value);
  }
  // No longer one is a time; the names of zones in parentheses take up to forty characters.
  if (typeof value !== 'string' || value.length > 100) return null;
  const text = value.trim();
  const iso = ISO.exec(text);
  if (iso !== null) return Date.parse(iso[1] === undefined ? `${text}Z` : text);
  const worded = WORDED.exec(text);
  return worded === null ? null : Date.parse(`${worded[1]}${worded[2] ?? ' UTC'}`);
}

/** A text or a whole number as the text that tells one thing from another; empty for all else. */
export function keyOf(value: unknown): string {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' ? value : '';
}

/** The word that stands for this one in a table; the value itself where the table has none. */
export function translated(value: unknown, words: Readonly<Record<string, string>>): unknown {
  return typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : value;
}

/** The word if it is one of the known ones, else null. */
export function wordOf<Word extends string>(value: unknown, known: readonly Word[]): Word | null {
  return known.find((word) => word === value) ?? null;
}
