/**
 * How much evidence moves a verdict. Times are milliseconds. The values are settings of each upstream,
 * whose defaults stand in `config/detection-schema.ts`.
 */
export interface Thresholds {
  /** No suspicion becomes `down` sooner: a blip that is shorter can be waited out. */
  readonly confirmMs: number;
  /** No suspicion is withdrawn sooner, so that a flickering application does not flicker the verdict. */
  readonly settleMs: number;
  /** Probe rounds in a row that have to fail. */
  readonly failedRounds: number;
  /** The span of the window in which request outcomes are counted. */
  readonly windowMs: number;
  /** Fewer failed requests in the window prove nothing. */
  readonly windowRequests: number;
  /** The share of failed requests from which the window counts as mostly failing. */
  readonly failingShare: number;
  /** Failed requests in a row that confirm without waiting for the window to fill with them. */
  readonly failedRow: number;
  /** A request that succeeded this recently outranks a probe that reached the endpoint and failed. */
  readonly trafficMs: number;
  /** Requests that failed count as a row that goes on until this long after the last of them. */
  readonly quietMs: number;
  /**
   * Where requests wait and no reply has come for this long, traffic says nothing for the upstream any
   * more, and does not outrank a probe that failed.
   */
  readonly silenceMs: number;
  /**
   * Where requests failed on open connections, how long none may have failed before a mere connect
   * counts as recovery.
   */
  readonly connectTrustMs: number;
  /** Successes that a recovery takes. */
  readonly streakSuccesses: number;
  /** How long the streak of a recovery has to last. */
  readonly streakMs: number;
  /** Each relapse but the first doubles how long the next streak has to last, up to this. */
  readonly mostStreakMs: number;
  /** A recovery relapses when more than this share of its signals fail. */
  readonly relapseShare: number;
  /** An outage that follows another within this time belongs to the same incident. */
  readonly flapMs: number;
}
