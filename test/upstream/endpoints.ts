import { expect } from 'vitest';
import type { DetectionSettings } from '../../src/config/upstream-settings.ts';
import type { Cause } from '../../src/outage/cause.ts';
import type { Endpoint } from '../../src/upstream/endpoint.ts';
import { EndpointSet } from '../../src/upstream/endpoint-set.ts';
import type { EndpointView } from '../../src/upstream/member.ts';
import { DETECTION } from '../support/detection.ts';

/** When tables of facts begin. */
export const AT = 1_700_000_000_000;

export const OK = { ok: true, cause: null, ms: 1 } as const;
export const failedBy = (cause: Cause) => ({ ok: false, cause, ms: 1 }) as const;

/** A set of endpoints under a clock and a chance of its own. */
export interface TestSet {
  readonly set: EndpointSet;
  readonly endpoints: readonly Endpoint[];
  at(index: number): Endpoint;
  view(index: number): EndpointView;
  /** Sets the clock that the set reads where no time comes in. */
  turnTo(at: number): void;
}

export interface TestSetOptions {
  readonly settings?: DetectionSettings;
  readonly random?: () => number;
}

/** `http://10.0.0.1:80` and so on. */
export function urlsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `http://10.0.0.${index + 1}:80`);
}

/** A set of that many endpoints, all well. */
export function setOf(
  count: number,
  { settings = DETECTION, random = seeded(1) }: TestSetOptions = {},
): TestSet {
  let now = AT;
  const set = new EndpointSet({ settings, now: () => now, random });
  set.update(urlsOf(count));
  const endpoints = set.list();
  return {
    set,
    endpoints,
    at: (index) => endpoints[index] ?? expect.fail('no such endpoint'),
    view: (index) => set.views()[index] ?? expect.fail('no such endpoint'),
    turnTo(at) {
      now = at;
    },
  };
}

/** Chance that is the same in each run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
