/** A point in time as operators read it: ISO 8601 in UTC. */
export function isoOf(at: number): string {
  return new Date(at).toISOString();
}

/** The same, null where there is none. */
export function isoOrNull(at: number | null): string | null {
  return at === null ? null : isoOf(at);
}
