import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  /** What is waited for: `the gateway's healthz`. */
  readonly what: string;
  readonly withinMs: number;
  readonly everyMs?: number;
  /** What to add to the error when it does not come. */
  readonly explain?: () => string | Promise<string>;
}

/**
 * Asks again and again until the answer is neither undefined nor false, and returns it.
 *
 * A rejection is an answer that has not come yet; the last one is the cause of the error.
 */
export async function waitFor<Found>(
  ask: () => Found | undefined | false | Promise<Found | undefined | false>,
  { what, withinMs, everyMs = 100, explain }: Patience,
): Promise<Found> {
  const until = Date.now() + withinMs;
  let cause: unknown;
  do {
    try {
      const found = await ask();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      cause = error; // Not there yet: a connection refused, a name that does not resolve.
    }
    await pause(everyMs);
  } while (Date.now() < until);
  const more = explain === undefined ? '' : `\n${await explain()}`;
  throw new Error(`waited ${withinMs} ms for ${what}, in vain${more}`, { cause });
}
