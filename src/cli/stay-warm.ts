import { setFlagsFromString } from 'node:v8';

/** After how long a pause V8 tidies up, in ms: its own are 8 s and 30 s. */
const TIDIES_AFTER_MS = 10 * 60_000;

/** V8's settings for when it tidies up, as `node --v8-options` lists them. */
export const TIDYING_FLAGS = ['--memory-reducer-delay-ms', '--gc-memory-reducer-start-delay-ms'];

/**
 * Keeps the program warm over a pause of some minutes. V8 collects and shrinks its heap whenever it has been
 * idle for eight seconds, and with the objects goes what it had learnt of their shapes: code that was compiled
 * for them is thrown away, and the first seconds of the next load cost two to five times as much. It has to be
 * done before the heap is in use (docs/decisions/0024).
 */
export function stayWarm(): void {
  for (const flag of TIDYING_FLAGS) setFlagsFromString(`${flag}=${TIDIES_AFTER_MS}`);
}
