import { describe, expect, test } from 'vitest';
import type { Cause } from '../../src/outage/cause.ts';
import { AT, failedBy, OK, setOf } from './endpoints.ts';

describe('an endpoint of several', () => {
  test.for<{ cause: Cause; needed: number }>([
    { cause: 'connection_refused', needed: 1 },
    { cause: 'connection_timeout', needed: 1 },
    { cause: 'tls_error', needed: 1 },
    { cause: 'response_timeout', needed: 3 },
    { cause: 'upstream_status', needed: 3 },
  ])('is set aside after $needed attempts with $cause', ({ cause, needed }) => {
    const { set, at, view } = setOf(2);
    const results = Array.from({ length: needed }, () => set.failed(at(0), cause, AT));
    expect(results).toEqual([...Array(needed - 1).fill(null), 'set_aside']);
    expect(view(0)).toMatchObject({ setAside: true, failures: needed });
    expect(view(1).setAside).toBe(false);
  });

  test('is not set aside by a connect that times out after it was reached by others', () => {
    const { set, at } = setOf(2);
    set.served(at(0), AT + 100);
    expect(set.timedOut(at(0), AT + 2_000, 2_000)).toBeNull();
    set.probed(at(1), OK, AT + 100);
    expect(set.timedOut(at(1), AT + 2_000, 2_000)).toBeNull();
    expect(set.timedOut(at(1), AT + 2_200, 2_000)).toBe('set_aside');
  });

  test('is not set aside by failures that are few, with a reply between them', () => {
    const { set, at, view } = setOf(2);
    for (let time = 0; time < 4; time += 1) {
      set.failed(at(0), 'response_timeout', AT);
      set.served(at(0), AT);
    }
    expect(view(0)).toMatchObject({ setAside: false, failures: 0, successes: 1 });
    set.served(at(0), AT);
    set.probed(at(0), { ok: true, cause: null, ms: 1 }, AT);
    expect(view(0)).toMatchObject({ failures: 0, successes: 3 });
  });

  test('that refused a probe is set aside at once, one with an ill health page at the second', () => {
    const { set, at } = setOf(3);
    expect(set.probed(at(0), failedBy('connection_refused'), AT)).toBe('set_aside');
    expect(set.probed(at(1), failedBy('probe_failed'), AT)).toBeNull();
    expect(set.probed(at(1), failedBy('probe_failed'), AT + 1)).toBe('set_aside');
  });

  test('with one ill page now and then is not set aside', () => {
    const { set, at } = setOf(2);
    for (let time = 0; time < 5; time += 1) {
      expect(set.probed(at(0), failedBy('probe_failed'), AT + time)).toBeNull();
      set.probed(at(0), OK, AT + time);
    }
  });

  test('whose requests succeed is not set aside by an ill health page', () => {
    const { set, at } = setOf(2);
    for (let time = 0; time < 5; time += 1) {
      set.served(at(0), AT + time);
      expect(set.probed(at(0), failedBy('response_timeout'), AT + time)).toBeNull();
    }
  });

  test('that refused comes back with the first probe that succeeds', () => {
    const { set, at, view } = setOf(2);
    set.failed(at(0), 'connection_refused', AT);
    expect(set.probed(at(0), OK, AT + 1)).toBe('back');
    expect(view(0)).toMatchObject({ setAside: false, failures: 0 });
  });

  test('that hung comes back with a reply, or with a probe after a pause that grows', () => {
    const { set, at, view } = setOf(2);
    const pauses: number[] = [];
    let now = AT;
    for (let time = 0; time < 8; time += 1) {
      while (!view(0).setAside) set.failed(at(0), 'response_timeout', now);
      const asideAt = now;
      while (view(0).setAside) {
        now += 100;
        set.probed(at(0), OK, now);
      }
      pauses.push(now - asideAt);
    }
    expect(pauses[0]).toBeGreaterThanOrEqual(800);
    expect(pauses[3]).toBeGreaterThan((pauses[0] ?? 0) * 4);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30_100);
    expect(new Set(pauses.slice(-3)).size).toBeGreaterThan(1); // Jittered where it grows no more.

    set.failed(at(0), 'response_timeout', now);
    expect(view(0).setAside).toBe(true);
    set.served(at(0), now);
    expect(view(0).setAside).toBe(false);
  });

  test('that has come back is set aside by its next failure, and by its third after a reply', () => {
    const { set, at } = setOf(2);
    set.failed(at(0), 'connection_refused', AT);
    set.probed(at(0), OK, AT + 1);
    expect(set.failed(at(0), 'response_timeout', AT + 2)).toBe('set_aside');
    set.served(at(0), AT + 5_000);
    const again = [1, 2, 3].map((ms) => set.failed(at(0), 'response_timeout', AT + 5_000 + ms));
    expect(again).toEqual([null, null, 'set_aside']);
  });

  test('comes back by a probe even if the clock was set back meanwhile', () => {
    const { set, at, view } = setOf(2);
    for (let time = 0; time < 3; time += 1) set.failed(at(0), 'response_timeout', AT);
    set.probed(at(0), OK, AT - 3_600_000);
    expect(view(0).setAside).toBe(false);
  });
});

describe('an endpoint that fails every other request', () => {
  test('is set aside when ten of them have been counted', () => {
    const { set, at, view } = setOf(3);
    let failures = 0;
    for (let request = 0; !view(0).setAside && request < 100; request += 1) {
      if (request % 2 === 0) set.failed(at(0), 'upstream_status', AT + request);
      else set.served(at(0), AT + request);
      failures += request % 2 === 0 ? 1 : 0;
    }
    expect(failures).toBe(6); // The eleventh request: the tenth was a success, which decides nothing.
  });

  test('does so too slowly to be counted in one window is left alone', () => {
    const { set, at } = setOf(3);
    for (let request = 0; request < 100; request += 1) {
      const now = AT + request * 2_000;
      if (request % 2 === 0) expect(set.failed(at(0), 'upstream_status', now)).toBeNull();
      else set.served(at(0), now);
    }
  });

  test('is not brought back by one of its replies before its pause is over', () => {
    const { set, at } = setOf(3);
    for (let request = 0; request < 12; request += 1) {
      if (request % 2 === 0) set.failed(at(0), 'upstream_status', AT);
      else set.served(at(0), AT);
    }
    expect(set.served(at(0), AT + 500)).toBeNull();
    expect(set.probed(at(0), OK, AT + 500)).toBeNull();
    expect(set.probed(at(0), OK, AT + 1_000)).toBe('back');
  });

  test('stays aside longer each time, though it serves in between', () => {
    const { set, at, view } = setOf(3);
    let now = AT;
    const pauses = [1, 2, 3, 4].map(() => {
      for (let request = 0; !view(0).setAside; request += 1) {
        if (request % 2 === 1) set.failed(at(0), 'upstream_status', now);
        else set.served(at(0), now);
      }
      const asideAt = now;
      while (view(0).setAside) {
        now += 100;
        set.probed(at(0), OK, now);
      }
      return now - asideAt;
    });
    expect(pauses).toEqual([...pauses].sort((one, two) => one - two));
    expect(pauses[3]).toBeGreaterThan((pauses[0] ?? 0) * 4);
  });
});

describe('of endpoints that all answer badly', () => {
  test('one stays, whatever its row', () => {
    const { set, endpoints, view } = setOf(3);
    for (const endpoint of endpoints) {
      for (let time = 0; time < 9; time += 1) set.failed(endpoint, 'response_timeout', AT);
    }
    expect([0, 1, 2].map((index) => view(index).setAside)).toEqual([true, true, false]);
    expect(set.hasReady).toBe(true);
  });

  test('half stay, where it is the share that is bad', () => {
    const { set, endpoints } = setOf(10);
    for (const endpoint of endpoints) {
      for (let request = 0; request < 40; request += 1) {
        if (request % 2 === 0) set.failed(endpoint, 'upstream_status', AT);
        else set.served(endpoint, AT);
      }
    }
    expect(set.views().filter(({ setAside }) => setAside)).toHaveLength(5);
  });

  test('the one that stayed goes aside when another is back', () => {
    const { set, at } = setOf(2);
    for (let time = 0; time < 3; time += 1) set.failed(at(0), 'response_timeout', AT);
    for (let time = 0; time < 3; time += 1) {
      expect(set.failed(at(1), 'response_timeout', AT)).toBeNull();
    }
    expect(set.probed(at(0), OK, AT + 1_000)).toBe('back');
    expect(set.failed(at(1), 'response_timeout', AT + 1_001)).toBe('set_aside');
  });

  test('none stays that cannot be reached', () => {
    const { set, endpoints } = setOf(3);
    for (const endpoint of endpoints) set.failed(endpoint, 'connection_refused', AT);
    expect(set.hasReady).toBe(false);
    expect(set.hasAside).toBe(true);
  });
});

describe('what discovery lists', () => {
  test('keeps its identity and its record for as long as it is listed', () => {
    const { set, endpoints, at, view } = setOf(2);
    set.failed(at(0), 'connection_refused', AT);
    const { added, removed } = set.update(['http://10.0.0.1:80/', 'http://10.0.0.9']);
    expect(added).toMatchObject([{ url: 'http://10.0.0.9:80', host: '10.0.0.9', port: 80 }]);
    expect(removed).toEqual([endpoints[1]]);
    expect(set.list()[0]).toBe(endpoints[0]);
    expect(view(0).setAside).toBe(true);
    expect(set.update(['http://10.0.0.9:80', 'http://10.0.0.1:80'])).toEqual({
      added: [],
      removed: [],
    });
  });

  test('and drops gets nothing more, and what is learnt of it changes nothing', () => {
    const { set, at } = setOf(2);
    const dropped = at(0);
    const other = at(1);
    set.update([other.url]);
    for (let request = 0; request < 20; request += 1) expect(set.pick(null)).toBe(other);
    expect(set.failed(dropped, 'connection_refused', AT)).toBeNull();
    expect(set.served(dropped, AT)).toBeNull();
    expect(set.has(dropped)).toBe(false);
    set.release(dropped);
    expect(set.hasReady).toBe(true);
  });

  test('and takes back begins a record of its own', () => {
    const { set, at } = setOf(2);
    const before = at(0);
    set.failed(before, 'connection_refused', AT);
    set.update(['http://10.0.0.2:80']);
    set.update(['http://10.0.0.1:80', 'http://10.0.0.2:80']);
    expect(set.has(before)).toBe(false);
    expect(set.views().map(({ setAside }) => setAside)).toEqual([false, false]);
  });
});
