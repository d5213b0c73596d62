import { createHook } from 'node:async_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

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

/**
 * Has V8 tidy up after long pauses only. With the objects that it tidies up goes what it had learnt of their shapes,
 * and the first seconds of the next load cost two to five times as much (docs/decisions/0024).
 */
export const TO_STAY_WARM = [
  `--memory-reducer-delay-ms=${TIDIES_AFTER_MS}`,
  `--gc-memory-reducer-start-delay-ms=${TIDIES_AFTER_MS}`,
];

/**
 * Has V8 give young objects their whole space in one or two steps, of 1, 16 and 32 MiB, and not double it whenever as
 * much as it holds has lived on: it shrinks in a pause, and hardly any object of a gateway lives on
 * (docs/decisions/0024).
 */
export const TO_GROW_AT_ONCE = ['--semi-space-growth-factor=16'];

/** A program whose young objects have been given so much space has much to do, now and then. */
const BUSY_SPACE_BYTES = 8 * 1024 * 1024;
const LOOKS_EVERY_MS = 5_000;

/** What is kept for its hidden class alone. */
const KEPT: object[] = [];

/** Sets up the heap for a program whose objects nearly all last for one request; before it is in use. */
export function setUpHeap(): void {
  tell(NONE_AMONG_THE_OLD);
  keepATick();
}

/** Keeps the program warm over its pauses, from now on or, with very many upstreams, from after the start on. */
export function stayWarm(upstreams: number): void {
  if (upstreams < MANY_UPSTREAMS) {
    tell(TO_STAY_WARM);
    growAtOnceOnceBusy();
  } else setTimeout(() => tell(TO_STAY_WARM), STARTED_AFTER_MS).unref();
}

/** Not before: a program with little to do does not take the memory. */
function growAtOnceOnceBusy(): void {
  const looking = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    const bytes = (young?.space_used_size ?? 0) + (young?.space_available_size ?? 0);
    if (bytes < BUSY_SPACE_BYTES) return;
    clearInterval(looking);
    tell(TO_GROW_AT_ONCE);
  }, LOOKS_EVERY_MS).unref();
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
