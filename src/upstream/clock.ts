/** Where time comes from: the system's clocks, or a simulation's. */
export interface Clock {
  /** Milliseconds since the epoch. May be set back, or jump. */
  now(): number;
  /** Milliseconds from any point on; never goes back. */
  monotonic(): number;
  /** Calls back once, and holds no process open meanwhile. What it returns cancels the call. */
  after(delayMs: number, call: () => void): () => void;
}

/** The clocks of the system. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, call) => {
    const timer = setTimeout(call, delayMs).unref();
    return () => clearTimeout(timer);
  },
};
