import { setFlagsFromString } from 'node:v8';

/** After how long a pause V8 tidies up, in ms: its own are 8 s and 30 s. */
const TIDIES_AFTER_MS = 10 * 60_000;

/**
 * What V8 is told about its heap, named as `node --v8-options` lists it.
 *
 * - It tidies up after a pause of some minutes, not of eight seconds: with the objects goes what it had learnt of
 *   their shapes, and the first seconds of the next load cost two to five times as much (docs/decisions/0024).
 * - It puts no new object straight among the old ones, however long those before it have lived. Such an object
 *   keeps all that it refers to until the next full collection, and whatever was kept makes the next ones be
 *   put there, too (docs/decisions/0026).
 */
export const HEAP_FLAGS: Readonly<Record<string, string>> = {
  '--memory-reducer-delay-ms': `--memory-reducer-delay-ms=${TIDIES_AFTER_MS}`,
  '--gc-memory-reducer-start-delay-ms': `--gc-memory-reducer-start-delay-ms=${TIDIES_AFTER_MS}`,
  '--allocation-site-pretenuring': '--no-allocation-site-pretenuring',
};

/** Sets up the heap for a program whose objects nearly all last for one request; before it is in use. */
export function setUpHeap(): void {
  for (const flag of Object.values(HEAP_FLAGS)) setFlagsFromString(flag);
}
