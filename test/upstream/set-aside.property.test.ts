import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cause } from '../../src/outage/cause.ts';
import { AT, failedBy, OK, seeded, setOf, type TestSet } from './endpoints.ts';

/** One thing that is learnt of one of the endpoints, so many milliseconds after the last. */
interface Fact {
  readonly index: number;
  readonly ms: number;
  readonly what: 'served' | 'probed well' | { readonly failed: Cause } | { readonly probed: Cause };
}

const REACHED: readonly Cause[] = ['response_timeout', 'upstream_status', 'connection_reset'];
const reached = fc.constantFrom(...REACHED);
const any = fc.constantFrom<Cause>('connection_refused', 'connection_timeout', ...REACHED);

function factsWith(cause: fc.Arbitrary<Cause>): fc.Arbitrary<Fact[]> {
  const what = fc.oneof(
    fc.constantFrom<Fact['what']>('served', 'probed well'),
    cause.map((failed) => ({ failed })),
    cause.map((probed) => ({ probed })),
  );
  const ms = fc.oneof(fc.nat({ max: 50 }), fc.integer({ min: -5_000, max: 40_000 }));
  return fc.array(fc.record({ index: fc.nat({ max: 4 }), ms, what }), { maxLength: 200 });
}

function learn({ set, at }: TestSet, { index, what }: Fact, now: number): void {
  const endpoint = at(index);
  if (what === 'served') set.served(endpoint, now);
  else if (what === 'probed well') set.probed(endpoint, OK, now);
  else if ('failed' in what) set.failed(endpoint, what.failed, now);
  else set.probed(endpoint, failedBy(what.probed), now);
}

/** Has a set of five learn the facts one by one, and asks after each. */
function check(facts: readonly Fact[], seed: number, ask: (tested: TestSet) => void): void {
  const tested = setOf(5, { random: seeded(seed) });
  let now = AT;
  for (const fact of facts) {
    now += fact.ms;
    tested.turnTo(now);
    learn(tested, fact, now);
    ask(tested);
  }
}

test('whatever is learnt of the endpoints, one of them is tried, and one that is ready if there is one', () => {
  fc.assert(
    fc.property(factsWith(any), fc.integer(), (facts, seed) => {
      check(facts, seed, ({ set }) => {
        const endpoint = set.pick(null) ?? expect.fail('nobody is tried');
        const view = set.views().find(({ url }) => url === endpoint.url);
        expect(view?.setAside).toBe(!set.hasReady);
        set.release(endpoint);
      });
    }),
    { numRuns: 300 },
  );
});

test('whatever endpoints answer that can be reached, one of them stays ready', () => {
  fc.assert(
    fc.property(factsWith(reached), fc.integer(), (facts, seed) => {
      check(facts, seed, ({ set }) => expect(set.hasReady).toBe(true));
    }),
    { numRuns: 300 },
  );
});

test('an endpoint that is set aside is back within its longest pause of probes that succeed', () => {
  fc.assert(
    fc.property(factsWith(any), fc.integer(), (facts, seed) => {
      const tested = setOf(5, { random: seeded(seed) });
      let now = AT;
      for (const fact of facts) {
        now += fact.ms;
        learn(tested, fact, now);
      }
      for (const ms of [0, 30_000]) {
        for (const endpoint of tested.endpoints) tested.set.probed(endpoint, OK, now + ms);
      }
      expect(tested.set.hasAside).toBe(false);
    }),
    { numRuns: 300 },
  );
});
