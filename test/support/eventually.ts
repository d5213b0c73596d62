import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 20;

/**
 * Asks again and again until there is something, and resolves to it. Rejects when the time is over,
 * with the last error of `ask` where that was what kept it; an error before then is not the end.
 */
export async function eventually<Value>(
  ask: () => Value | undefined | Promise<Value | undefined>,
  withinMs = 5_000,
): Promise<Value> {
  const until = performance.now() + withinMs;
  let last: unknown;
  while (performance.now() < until) {
    try {
      const value = await ask();
      if (value !== undefined) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await delay(PAUSE_MS);
  }
  throw last ?? new Error(`nothing came within ${withinMs} ms`);
}
