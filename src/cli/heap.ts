import { setFlagsFromString } from 'node:v8';

/** After how long a pause V8 tidies up, in ms: its own are 8 s and 30 s. */
const TIDIES_AFTER_MS = 10 * 60_000;
/** What the start of so many upstreams has left behind takes more than it is worth to be warm from the first minute on. */
const MANY_UPSTREAMS = 50;
/** Within so long V8 tidies up after a start: of 4,000 endpoints some 40 MiB. */
const STARTED_AFTER_MS = 75_000;

/** What V8 is told when the program starts, by the names that `node --v8-options` has for it. */
export const AT_THE_START: Readonly<Record<string, string>> = {
  // A new object that is put among the old ones at once keeps all that it refers to until the next full collection,
  // and whatever was kept makes the next ones be put there, too (docs/decisions/0026).
  '--allocation-site-pretenuring': '--no-allocation-site-pretenuring',
};

/**
 * The same for what it is told when the settings are read. With the objects that V8 tidies up goes what it had
 * learnt of their shapes, and the first seconds of the next load cost two to five times as much
 * (docs/decisions/0024).
 */
export const TO_STAY_WARM: Readonly<Record<string, string>> = {
  '--memory-reducer-delay-ms': `--memory-reducer-delay-ms=${TIDIES_AFTER_MS}`,
  '--gc-memory-reducer-start-delay-ms': `--gc-memory-reducer-start-delay-ms=${TIDIES_AFTER_MS}`,
};

/** Sets up the heap for a program whose objects nearly all last for one request; before it is in use. */
export function setUpHeap(): void {
  tell(AT_THE_START);
}

/** Keeps the program warm over its pauses, from now on or, with very many upstreams, from after the start on. */
export function stayWarm(upstreams: number): void {
  if (upstreams < MANY_UPSTREAMS) tell(TO_STAY_WARM);
  else setTimeout(() => tell(TO_STAY_WARM), STARTED_AFTER_MS).unref();
}

function tell(flags: Readonly<Record<string, string>>): void {
  for (const flag of Object.values(flags)) setFlagsFromString(flag);
}
