import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/upstream/endpoint.ts';
import type { EndpointSet } from '../../src/upstream/endpoint-set.ts';
import { DETECTION } from '../support/detection.ts';
import { AT, OK, seeded, setOf, urlsOf } from './endpoints.ts';

/** How many of that many requests each endpoint got, each over before the next one comes. */
function shares(set: EndpointSet, requests: number): Map<string, number> {
  const counted = new Map(set.list().map(({ url }) => [url, 0]));
  for (let request = 0; request < requests; request += 1) {
    const endpoint = set.pick(null) ?? expect.fail('no endpoint');
    counted.set(endpoint.url, (counted.get(endpoint.url) ?? 0) + 1);
    set.release(endpoint);
  }
  return counted;
}

describe('a request goes', () => {
  test('to nobody that was tried, and to each of the others before none is left', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.nat({ max: 5 })),
        fc.integer(),
        (count, sick, seed) => {
          const { set, endpoints } = setOf(count, { random: seeded(seed) });
          for (const index of sick) {
            const endpoint = endpoints[index];
            if (endpoint !== undefined) set.failed(endpoint, 'connection_refused', AT);
          }
          const tried: Endpoint[] = [];
          for (let next = set.pick(tried); next !== null; next = set.pick(tried)) {
            tried.push(next);
            set.release(next);
          }
          expect(new Set(tried)).toEqual(new Set(endpoints));
          expect(tried).toHaveLength(count);
        },
      ),
    );
  });

  test('to each endpoint as often, where all take the same time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.integer(), (count, seed) => {
        const { set } = setOf(count, { random: seeded(seed) });
        const fair = 500;
        for (const share of shares(set, fair * count).values()) {
          expect(Math.abs(share - fair)).toBeLessThan(fair * 0.3);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('to the idle ones of a pair, so that one that hangs keeps what it has and gets no more', () => {
    const { set, at } = setOf(3);
    for (let request = 0; request < 3; request += 1) set.pick([at(1), at(2)]);
    expect(shares(set, 300).get(at(0).url)).toBe(0);
  });

  test('with many under way to all in equal parts, to a few', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer(),
        (count, requests, seed) => {
          const { set } = setOf(count, { random: seeded(seed) });
          for (let request = 0; request < requests; request += 1) set.pick(null);
          const loads = set.views().map(({ outstanding }) => outstanding);
          expect(Math.max(...loads) - requests / count).toBeLessThan(6);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('to none that is set aside while another is ready', () => {
    const { set, at } = setOf(3);
    set.failed(at(0), 'connection_refused', AT);
    expect(shares(set, 100).get(at(0).url)).toBe(0);
  });

  test('to the one set aside longest ago where all are', () => {
    const { set, at } = setOf(3);
    for (const [ms, index] of [2, 0, 1].entries()) {
      set.failed(at(index), 'connection_refused', AT + ms);
    }
    expect(set.pick(null)).toBe(at(2));
    expect(set.pick(null)).toBeNull(); // One request at a time tries what is known to be gone.
    set.failed(at(2), 'connection_refused', AT + 10);
    expect(set.pick(null)).toBe(at(0));
    set.release(at(0));
    expect(set.pick(null)).toBe(at(0));
    set.probed(at(0), OK, AT + 20);
    expect([set.pick(null), set.pick(null)]).toEqual([at(0), at(0)]);
  });
});

type Step = 'pick' | 'fail' | 'drop' | 'list' | number;

/** One step of what may happen to a set; a number releases one of the requests that run. */
function take(step: Step, set: EndpointSet, running: Endpoint[]): void {
  if (typeof step === 'number') {
    for (const endpoint of running.splice(step % (running.length + 1), 1)) set.release(endpoint);
    return;
  }
  if (step === 'drop') set.update(urlsOf(2));
  if (step === 'list') set.update(urlsOf(4));
  if (step === 'fail') for (const one of set.list()) set.failed(one, 'connection_refused', AT);
  const endpoint = step === 'pick' ? set.pick(null) : null;
  if (endpoint !== null) running.push(endpoint);
}

test('what is under way is never below zero, and zero when all is over, in any order', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant<Step>('pick') },
    { weight: 2, arbitrary: fc.nat() },
    { weight: 1, arbitrary: fc.constantFrom<Step>('fail', 'drop', 'list') },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), fc.integer(), (steps, seed) => {
      const { set } = setOf(4, { random: seeded(seed) });
      const running: Endpoint[] = [];
      for (const one of steps) {
        take(one, set, running);
        const loads = set.views().map(({ outstanding }) => outstanding);
        expect(Math.min(...loads)).toBeGreaterThanOrEqual(0);
        expect(loads.reduce((sum, load) => sum + load)).toBeLessThanOrEqual(running.length);
      }
      for (const endpoint of running) set.release(endpoint);
      expect(set.views().every(({ outstanding }) => outstanding === 0)).toBe(true);
    }),
  );
});

describe('a slow start', () => {
  const { slowStartMs } = DETECTION;

  test('lets an endpoint that comes back have more and more, and its full share at the end', () => {
    const { set, at, view, turnTo } = setOf(3);
    set.failed(at(0), 'connection_refused', AT);
    set.probed(at(0), OK, AT);
    const parts = [0, 0.25, 0.5, 0.75, 1].map((part) => {
      turnTo(AT + part * slowStartMs);
      return { weight: view(0).weight, share: shares(set, 3_000).get(at(0).url) ?? 0 };
    });
    expect(parts.map(({ weight }) => weight)).toEqual([0.1, 0.325, 0.55, 0.775, 1]);
    const got = parts.map(({ share }) => share);
    expect(got).toEqual([...got].sort((one, two) => one - two));
    expect(got[0]).toBeLessThan(200);
    expect(got[4]).toBeGreaterThan(850);
  });

  test('is that of one that discovery adds while others serve, not of the first ones', () => {
    const { set } = setOf(2);
    expect(set.views().map(({ weight }) => weight)).toEqual([1, 1]);
    set.update(urlsOf(3));
    expect(set.views().map(({ weight }) => weight)).toEqual([1, 1, 0.1]);
  });

  test('is spared where nobody else serves', () => {
    const { set, at, view } = setOf(2);
    for (const index of [0, 1]) set.failed(at(index), 'connection_refused', AT);
    set.probed(at(1), OK, AT);
    expect(view(1).weight).toBe(1);
    set.update(urlsOf(0));
    set.update(urlsOf(3));
    expect(set.views().map(({ weight }) => weight)).toEqual([1, 1, 1]);
  });

  test('never takes a share back, and ends in time, whatever the clock does', () => {
    const jumps = fc.array(fc.integer({ min: -20_000, max: 20_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(jumps, (ms) => {
        const { set, at, view, turnTo } = setOf(2);
        set.failed(at(0), 'connection_refused', AT);
        set.probed(at(0), OK, AT);
        let highest = 0;
        for (const jump of ms.map((one) => AT + one)) {
          turnTo(jump);
          const { weight } = view(0);
          expect(weight).toBeGreaterThanOrEqual(0.1);
          expect(weight).toBeLessThanOrEqual(1);
          if (jump < AT || jump >= AT + slowStartMs) expect(weight).toBe(1);
          highest = Math.max(highest, weight);
          if (highest === 1) expect(weight).toBe(1);
          expect(set.pick(null)).not.toBeNull();
        }
      }),
    );
  });

  test('of all but one leaves them their part, and the one most', () => {
    const { set, at } = setOf(1);
    set.update(urlsOf(4));
    const counted = shares(set, 4_000);
    expect(counted.get(at(0).url)).toBeGreaterThan(2_000);
    for (const share of counted.values()) expect(share).toBeGreaterThan(150);
  });
});
