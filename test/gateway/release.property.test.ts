import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Release } from '../../src/gateway/release.ts';
import type { Verdict } from '../../src/outage/verdict.ts';

type Act =
  | { readonly kind: 'verdict'; readonly verdict: Verdict['state'] }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'requests'; readonly succeeded: number; readonly failed: number }
  | { readonly kind: 'take' };

const acts = fc.array(
  fc.oneof<fc.Arbitrary<Act>[]>(
    fc.record({
      kind: fc.constant('verdict'),
      verdict: fc.constantFrom('up', 'suspect', 'down', 'recovering'),
    }),
    fc.record({ kind: fc.constant('pass'), ms: fc.integer({ min: 1, max: 2_000 }) }),
    fc.record({ kind: fc.constant('requests'), succeeded: fc.nat(50), failed: fc.nat(50) }),
    fc.record({ kind: fc.constant('take') }),
  ),
  { maxLength: 60 },
);

/** A release, and what it is told of. */
class Life {
  readonly recent = { succeeded: 0, failed: 0 };
  now = 0;
  verdict: Verdict['state'] = 'down';
  readonly release = new Release('down', {
    random: Math.random,
    recent: () => this.recent,
    hasServed: () => true,
  });

  /** Lives one thing through; whether a page got a place. */
  live(act: Act): boolean {
    switch (act.kind) {
      case 'verdict':
        this.verdict = act.verdict;
        this.release.follow(act.verdict, this.now);
        return false;
      case 'pass':
        this.now += act.ms;
        return false;
      case 'requests':
        Object.assign(this.recent, act);
        return false;
      case 'take':
        return this.release.take(this.now) !== null;
    }
  }

  get isFailing(): boolean {
    const { succeeded, failed } = this.recent;
    return succeeded + failed >= 10 && failed > (succeeded + failed) / 5;
  }
}

function expectSense({ release, verdict, now }: Life): void {
  if (verdict === 'down' || verdict === 'recovering') expect(release.isOn).toBe(false);
  if (release.isStopped) expect(release.keep(5_000)).toBeNull();
  const place = release.look(now);
  if (place === null) return;
  expect(verdict).toBe('up');
  expect(place).toBeGreaterThanOrEqual(1_000);
  expect(place).toBeLessThanOrEqual(120_000);
}

test('whatever happens, pages come back only while the verdict is up, and never amid failures', () => {
  fc.assert(
    fc.property(acts, (all) => {
      const life = new Life();
      for (const act of all) {
        const hasPlace = life.live(act);
        life.release.check(life.now);
        if (hasPlace && life.isFailing) expect(life.release.isStopped).toBe(true);
        expectSense(life);
      }
    }),
    { numRuns: 500 },
  );
});
