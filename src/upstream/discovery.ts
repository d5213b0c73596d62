/** What discovery found, each time it was asked. */
interface Findings {
  /** Where endpoints are known to be: from this answer, or, for what could not be asked, an earlier one. */
  readonly urls: readonly string[];
  /** The resolver's code when it could not say; null when `urls` is its answer. */
  readonly error: string | null;
}

/** Asks once. Never rejects, and ends within its own time limit, or at once when `stop` aborts. */
export type Discover = (stop: AbortSignal) => Promise<Findings>;
