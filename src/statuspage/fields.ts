/** A JSON object whose members are still to be looked at. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object with members; null for arrays and everything else. */
export function fieldsOf(value: unknown): Fields | null {
  // The check on the line below is what makes the assertion true.
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null;
}

/** The objects in a list; what is no list is an empty one, and what is no object is skipped. */
export function listOf(value: unknown): Fields[] {
  if (!Array.isArray(value)) return [];
  return value.map(fieldsOf).filter((item) => item !== null);
}

const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * A timestamp in milliseconds since the epoch, or null where there is none that can be read.
 *
 * Read as UTC when it names no offset: this machine's own zone would be a guess of another kind.
 */
export function instantOf(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 40) return null;
  const match = INSTANT.exec(value);
  if (match === null) return null;
  const at = Date.parse(match[1] === undefined ? `${value}Z` : value);
  return Number.isNaN(at) || at < 0 ? null : at;
}

/** The word if it is one of the known ones, else null. */
export function wordOf<Word extends string>(value: unknown, known: readonly Word[]): Word | null {
  return known.find((word) => word === value) ?? null;
}
