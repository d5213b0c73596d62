import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cause } from '../../src/outage/cause.ts';
import type { Endpoint } from '../../src/upstream/endpoint.ts';
import { endpointOf } from '../../src/upstream/endpoint.ts';
import { EndpointSet } from '../../src/upstream/endpoint-set.ts';

const AT = 1_700_000_000_000;
const ok = { ok: true, cause: null, ms: 1 } as const;
const bad = (cause: Cause) => ({ ok: false, cause, ms: 1 }) as const;

function setOf(count: number): { set: EndpointSet; endpoints: Endpoint[] } {
  const set = new EndpointSet();
  set.update(Array.from({ length: count }, (_, index) => `http://10.0.0.${index + 1}:80`));
  return { set, endpoints: set.list() };
}

function member(set: EndpointSet, index: number) {
  return set.views()[index] ?? expect.fail('no such endpoint');
}

test.for([
  {
    url: 'http://10.0.0.5:8080',
    endpoint: { url: 'http://10.0.0.5:8080', host: '10.0.0.5', port: 8080 },
  },
  { url: 'http://app', endpoint: { url: 'http://app:80', host: 'app', port: 80 } },
  { url: 'https://app/', endpoint: { url: 'https://app:443', host: 'app', port: 443 } },
  { url: 'http://[::1]', endpoint: { url: 'http://[::1]:80', host: '::1', port: 80 } },
])('$url is the endpoint $endpoint.url', ({ url, endpoint }) => {
  expect(endpointOf(url)).toEqual(endpoint);
});

describe('whose turn it is', () => {
  test('goes round', () => {
    const { set, endpoints } = setOf(3);
    expect(Array.from({ length: 6 }, () => set.pick(null))).toEqual([...endpoints, ...endpoints]);
  });

  test('is nobody of those that were tried, and each of the others once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(fc.nat({ max: 5 })), (count, sick) => {
        const { set, endpoints } = setOf(count);
        for (const index of sick) {
          const endpoint = endpoints[index];
          if (endpoint !== undefined) set.failed(endpoint, 'connection_refused', AT);
        }
        const tried: Endpoint[] = [];
        for (let next = set.pick(tried); next !== null; next = set.pick(tried)) tried.push(next);
        expect(new Set(tried)).toEqual(new Set(endpoints));
        expect(tried).toHaveLength(count);
      }),
    );
  });

  test('is shared evenly by those that are not set aside', () => {
    const { set, endpoints } = setOf(3);
    set.failed(endpoints[0]!, 'connection_refused', AT);
    const picked = Array.from({ length: 10 }, () => set.pick(null));
    expect(picked.filter((one) => one === endpoints[1])).toHaveLength(5);
    expect(picked.filter((one) => one === endpoints[2])).toHaveLength(5);
  });

  test('comes to the one set aside longest ago when all are', () => {
    const { set, endpoints } = setOf(3);
    const [first, second, third] = [endpoints[2]!, endpoints[0]!, endpoints[1]!];
    for (const [index, endpoint] of [first, second, third].entries()) {
      set.failed(endpoint, 'connection_refused', AT + index);
    }
    expect(set.pick(null)).toBe(first);
    set.failed(first, 'connection_refused', AT + 10);
    expect(set.pick(null)).toBe(second);
  });
});

describe('an endpoint', () => {
  test.for<{ cause: Cause; needed: number }>([
    { cause: 'connection_refused', needed: 1 },
    { cause: 'connection_timeout', needed: 1 },
    { cause: 'response_timeout', needed: 3 },
    { cause: 'upstream_status', needed: 3 },
  ])('is set aside after $needed attempts with $cause', ({ cause, needed }) => {
    const { set, endpoints } = setOf(2);
    const results = Array.from({ length: needed }, () => set.failed(endpoints[0]!, cause, AT));
    expect(results).toEqual([...Array(needed - 1).fill(null), 'set_aside']);
    expect(member(set, 0)).toMatchObject({ setAside: true, failures: needed });
    expect(member(set, 1).setAside).toBe(false);
  });

  test('is not set aside by failures with a reply between them', () => {
    const { set, endpoints } = setOf(2);
    for (let time = 0; time < 5; time += 1) {
      set.failed(endpoints[0]!, 'response_timeout', AT);
      set.failed(endpoints[0]!, 'response_timeout', AT);
      set.served(endpoints[0]!, AT);
    }
    expect(member(set, 0)).toMatchObject({ setAside: false, failures: 0 });
  });

  test('that refused a probe is set aside at once, one with an ill health page at the second', () => {
    const { set, endpoints } = setOf(2);
    expect(set.probed(endpoints[0]!, bad('connection_refused'), AT)).toBe('set_aside');
    expect(set.probed(endpoints[1]!, bad('probe_failed'), AT)).toBeNull();
    expect(set.probed(endpoints[1]!, bad('probe_failed'), AT + 1)).toBe('set_aside');
  });

  test('with one ill page now and then is not set aside', () => {
    const { set, endpoints } = setOf(1);
    for (let time = 0; time < 5; time += 1) {
      expect(set.probed(endpoints[0]!, bad('probe_failed'), AT + time)).toBeNull();
      set.probed(endpoints[0]!, ok, AT + time);
    }
  });

  test('whose requests succeed is not set aside by an ill health page', () => {
    const { set, endpoints } = setOf(1);
    for (let time = 0; time < 5; time += 1) {
      set.served(endpoints[0]!, AT + time);
      expect(set.probed(endpoints[0]!, bad('response_timeout'), AT + time)).toBeNull();
    }
  });

  test('that refused comes back with the first probe that succeeds', () => {
    const { set, endpoints } = setOf(1);
    set.failed(endpoints[0]!, 'connection_refused', AT);
    set.probed(endpoints[0]!, ok, AT + 1);
    expect(member(set, 0)).toMatchObject({ setAside: false, failures: 0 });
  });

  test('that hung comes back with a reply, or with a probe after a pause that grows', () => {
    const { set, endpoints } = setOf(1);
    const hung = endpoints[0]!;
    const pauses: number[] = [];
    let at = AT;
    for (let time = 0; time < 8; time += 1) {
      while (!member(set, 0).setAside) set.failed(hung, 'response_timeout', at);
      const asideAt = at;
      while (member(set, 0).setAside) {
        at += 100;
        set.probed(hung, ok, at);
      }
      pauses.push(at - asideAt);
    }
    expect(pauses[0]).toBeGreaterThanOrEqual(800);
    expect(pauses[3]).toBeGreaterThan(pauses[0]! * 4);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(36_100);

    set.failed(hung, 'response_timeout', at);
    expect(member(set, 0).setAside).toBe(true);
    set.served(hung, at);
    expect(member(set, 0).setAside).toBe(false);
  });

  test('comes back by a probe even if the clock was set back meanwhile', () => {
    const { set, endpoints } = setOf(1);
    for (let time = 0; time < 3; time += 1) set.failed(endpoints[0]!, 'response_timeout', AT);
    set.probed(endpoints[0]!, ok, AT - 3_600_000);
    expect(member(set, 0).setAside).toBe(false);
  });

  test('keeps its identity and its record for as long as it is listed', () => {
    const { set, endpoints } = setOf(2);
    set.failed(endpoints[0]!, 'connection_refused', AT);
    const { added, removed } = set.update(['http://10.0.0.1:80/', 'http://10.0.0.9']);
    expect(added).toEqual([{ url: 'http://10.0.0.9:80', host: '10.0.0.9', port: 80 }]);
    expect(removed).toEqual([endpoints[1]]);
    expect(set.list()[0]).toBe(endpoints[0]);
    expect(member(set, 0).setAside).toBe(true);
    expect(set.update(['http://10.0.0.9:80', 'http://10.0.0.1:80'])).toEqual({
      added: [],
      removed: [],
    });
  });
});
