import type { Log } from '../log.ts';

/** Lines in any second, at most; the next line says how many were left out. */
const MOST_A_SECOND = 10;
const SECOND_MS = 1_000;

/** How many there were since the start, whether they have a line of the log or not. */
interface UnexpectedErrors {
  readonly errors: number;
}

/**
 * Has the process outlive what nobody has caught: an exception, and a promise that was rejected.
 *
 * It is a fault of ours in one place, and what went through the program at that moment went on its way
 * through others: to end the process would break off every request for the sake of one. Node's warnings
 * go the same way, for standard error may be a pipe that nobody reads, and would block.
 */
export function outliveErrors(log: Log): UnexpectedErrors {
  const counted = { errors: 0 };
  const mayLog = { error: newLimit(), warning: newLimit() };
  process.on('uncaughtException', (error, origin) => {
    counted.errors += 1;
    const left = mayLog.error();
    if (left !== null) tell(() => log.error({ err: error, origin, ...left }, 'unexpected error'));
  });
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    const left = mayLog.warning();
    if (left !== null) tell(() => log.warn({ err: warning, ...left }, 'warning of the runtime'));
  });
  return counted;
}

/** Says whether one more line may be written, by what was left out before it; null where it may not. */
function newLimit(): () => { readonly left_out?: number } | null {
  let [beganAt, lines, leftOut] = [Number.NEGATIVE_INFINITY, 0, 0];
  return () => {
    const now = performance.now();
    if (now - beganAt >= SECOND_MS) [beganAt, lines] = [now, 0];
    lines += 1;
    if (lines > MOST_A_SECOND) {
      leftOut += 1;
      return null;
    }
    const left = leftOut;
    leftOut = 0;
    return left === 0 ? {} : { left_out: left };
  };
}

/** An error may be an object that cannot be read, and an exception from here would end the process. */
function tell(line: () => void): void {
  try {
    line();
  } catch {
    // There is nobody left to tell.
  }
}
