import { createHook } from 'node:async_hooks';
import { setFlagsFromString } from 'node:v8';

/** After how long a pause V8 tidies up, in ms: its own are 8 s and 30 s. */
const TIDIES_AFTER_MS = 10 * 60_000;
/** What the start of so many upstreams leaves behind takes more memory than it is worth to be warm in the first minute. */
const MANY_UPSTREAMS = 50;
/** Within so long V8 tidies up after a start: of 4,000 endpoints some 40 MiB. */
const STARTED_AFTER_MS = 75_000;

/**
 * Has V8 put no new object among the old ones at once. There it keeps all that it refers to until the next full
 * collection, and whatever was kept makes the next ones be put there, too (docs/decisions/0026).
 */
export const NONE_AMONG_THE_OLD = ['--no-allocation-site-pretenuring'];

/** From the least space that V8 gives young objects, 1 MiB, to the most. */
const SPACE_GROWS_BY = 16;

/**
 * Has V8 tidy up after long pauses only. With the objects that it tidies up goes what it had learnt of their shapes,
 * and the first seconds of the next load cost two to five times as much. The space for young objects shrinks in a
 * pause, too: it grows again at once, in place of doubling whenever as much as it holds has lived on
 * (docs/decisions/0024).
 */
export const TO_STAY_WARM = [
  `--memory-reducer-delay-ms=${TIDIES_AFTER_MS}`,
  `--gc-memory-reducer-start-delay-ms=${TIDIES_AFTER_MS}`,
  `--semi-space-growth-factor=${SPACE_GROWS_BY}`,
];

/** What is kept for its hidden class alone. */
const KEPT: object[] = [];

/** Sets up the heap for a program whose objects nearly all last for one request; before it is in use. */
export function setUpHeap(): void {
  tell(NONE_AMONG_THE_OLD);
  keepATick();
}

/** Keeps the program warm over its pauses, from now on or, with very many upstreams, from after the start on. */
export function stayWarm(upstreams: number): void {
  if (upstreams < MANY_UPSTREAMS) tell(TO_STAY_WARM);
  else setTimeout(() => tell(TO_STAY_WARM), STARTED_AFTER_MS).unref();
}

/**
 * Keeps an object of those that `process.nextTick` queues. A full collection that finds none takes their hidden class
 * with it, and then V8 makes each of them property by property, for good: 0.4 µs in place of 0.1, and a connection with
 * one request has five (docs/decisions/0027).
 */
function keepATick(): void {
  const hook = createHook({
    init: (_id, type, _trigger, resource) => void (type === 'TickObject' && KEPT.push(resource)),
    trackPromises: false,
  });
  hook.enable();
  process.nextTick(() => undefined);
  hook.disable();
}

function tell(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
