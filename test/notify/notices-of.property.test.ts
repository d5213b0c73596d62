import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BACKOFF, waitMs } from '../../src/notify/backoff.ts';
import { noticesOf } from '../../src/notify/notices-of.ts';
import { CAUSES } from '../../src/outage/cause.ts';
import type { Incident } from '../../src/outage/incident.ts';
import { incident, surroundings } from './samples.ts';

const { startedAt } = incident();

const incidents: fc.Arbitrary<Incident> = fc
  .record({
    causes: fc.uniqueArray(fc.constantFrom(...CAUSES), { minLength: 1 }),
    relapses: fc.nat(5),
    lasted: fc.option(fc.nat(1e7)),
  })
  .map(({ causes, relapses, lasted }) =>
    incident({ causes, relapses, resolvedAt: lasted === null ? null : startedAt + lasted }),
  );

test('whatever an incident has gone through, each news has one id, the beginning first and the end last', () => {
  fc.assert(
    fc.property(incidents, fc.nat(1e8), (one, after) => {
      const told = noticesOf(one, surroundings({ now: startedAt + after, everyMs: 60_000 }));
      const ids = told.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(told.findIndex(({ event }) => event === 'opened')).toBe(0);
      const end = told.findIndex(({ event }) => event === 'resolved');
      expect(end).toBe(one.resolvedAt === null ? -1 : told.length - 1);
    }),
  );
});

test('no wait is longer than five minutes, and each may be as short as none', () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, chance) => {
      const wait = waitMs(attempts, chance, BACKOFF);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(BACKOFF.mostMs);
      expect(waitMs(attempts, 0, BACKOFF)).toBe(0);
    }),
  );
});
