import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const HOUR_MS = 3_600_000;
const HOURS = 12;

/**
 * What forms carry so that only a page of ours can have sent them. A page can be left open for half a day;
 * after a restart of the program it is to be read again.
 */
export class FormTokens {
  readonly #key = randomBytes(32);

  issue(now: number): string {
    return this.#of(Math.floor(now / HOUR_MS));
  }

  isGood(given: string, now: number): boolean {
    const hour = Math.floor(now / HOUR_MS);
    return Array.from({ length: HOURS + 1 }, (_, back) => hour - back).some((each) =>
      isSame(given, this.#of(each)),
    );
  }

  #of(hour: number): string {
    return createHmac('sha256', this.#key).update(String(hour)).digest('base64url');
  }
}

function isSame(one: string, two: string): boolean {
  const [given, expected] = [Buffer.from(one), Buffer.from(two)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
