/** What discovery found, each time it was asked. */
export interface Findings {
  /** Where endpoints are known to be: from this answer, or, for what could not be asked, an earlier one. */
  readonly urls: readonly string[];
  /** The code of what went wrong when there is no answer; null when `urls` is the answer. */
  readonly error: string | null;
  /** How long the answer holds; null where it does not say. */
  readonly freshMs: number | null;
  /**
   * That there is no endpoint is somebody's decision (the service was removed, or scaled to none), not
   * an observation that the next one may contradict.
   */
  readonly isDecided: boolean;
  /** How many endpoints there should be; null where it does not say. */
  readonly desired: number | null;
}

/** One way to find the endpoints of an upstream. */
export interface Source {
  /** Asks once. Never rejects, and ends within its own time limit, or at once when `stop` aborts. */
  ask(stop: AbortSignal): Promise<Findings>;
  /**
   * Tells of changes as they happen: calls `onNews` when it is worth asking at once. Never rejects, mends
   * itself, and settles when `stop` has aborted. Null where nobody tells.
   */
  readonly watch: ((onNews: () => void, stop: AbortSignal) => Promise<void>) | null;
}
