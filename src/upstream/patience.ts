import { type Clock, SYSTEM_CLOCK } from './clock.ts';

const STEPS = 4;
/** A timer that fires later than this was held up by our own work, and what is waited for may be held up with it. */
const PUNCTUAL_MS = 25;

/**
 * Calls back when so much time has passed in which the process was free to see what it waits for.
 *
 * Where it was busy or stopped for long (a start, a reload, a collection of garbage, a machine without a
 * core to spare), timers come due before what has arrived meanwhile is read, and every reply would seem
 * to be late. Time in which a timer was not punctual does not count. What it returns cancels the call.
 */
export function afterPatience(
  waitMs: number,
  call: () => void,
  clock: Clock = SYSTEM_CLOCK,
): () => void {
  const stepMs = waitMs / STEPS;
  let left = STEPS;
  let cancel: () => void;
  const step = () => {
    const dueAt = clock.monotonic() + stepMs;
    cancel = clock.after(stepMs, () => {
      if (clock.monotonic() - dueAt <= PUNCTUAL_MS) left -= 1;
      if (left === 0) call();
      else step();
    });
  };
  step();
  return () => cancel();
}
