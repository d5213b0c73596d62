import { describe, expect, test } from 'vitest';
import { CAUSES, type Cause, isUnreachable } from '../../src/outage/cause.ts';
import { confirmation, elapsed, isMostlyFailing, isOutranked } from '../../src/outage/evidence.ts';
import { INITIAL, type MachineState } from '../../src/outage/machine-state.ts';
import type { Signal, Traffic } from '../../src/outage/signal.ts';
import { DETECTION } from '../support/detection.ts';
import { START as AT } from './history.ts';

const QUIET: Traffic = {
  succeeded: 0,
  failed: 0,
  lastSuccessAt: null,
  row: null,
  waitingSince: null,
  longestWaitMs: 0,
};
/** Requests of which three failed in a row, and none succeeded. */
const FAILING: Traffic = {
  ...QUIET,
  failed: 3,
  row: { count: 3, since: AT - 700, lastAt: AT },
};

const probeFailed = (cause: Cause, traffic: Partial<Traffic> = {}): Signal => ({
  kind: 'probe_failure',
  at: AT,
  cause,
  traffic: { ...QUIET, ...traffic },
});

test('an accepted connection disproves the causes of not reaching an endpoint, and no other', () => {
  expect(CAUSES.filter(isUnreachable)).toEqual(
    'no_endpoints connection_refused connection_timeout dns_error tls_error'.split(' '),
  );
});

describe('what confirms a suspicion', () => {
  const suspected = (cause: Cause, state: Partial<MachineState> = {}) => ({
    ...INITIAL,
    ...state,
    verdict: { state: 'suspect', since: AT - 1000, cause } as const,
  });
  const confirmed = (signal: Signal, state = suspected('connection_reset')) =>
    confirmation(state, signal, DETECTION);

  test.for([
    {
      name: 'a request that fails, with its own cause',
      kind: 'request_failure' as const,
      cause: 'bad_response',
    },
    {
      name: 'a probe that fails, with that of the requests',
      kind: 'probe_failure' as const,
      cause: 'connection_reset',
    },
  ])('where requests mostly fail: $name', ({ kind, cause }) => {
    const signal = { kind, at: AT, cause: 'bad_response', traffic: FAILING } as const;
    expect(confirmed(signal)).toBe(cause);
    expect(confirmed({ ...signal, traffic: { ...FAILING, succeeded: 4 } })).toBeNull();
  });

  test('a request that succeeds confirms nothing, however many failed', () => {
    expect(confirmed({ kind: 'request_success', at: AT, traffic: FAILING })).toBeNull();
  });

  test.for([
    {
      name: 'requests that failed on open connections',
      cause: 'connection_reset',
      hung: true,
      is: 'connection_reset',
    },
    { name: 'what nothing has hung', cause: 'connection_reset', hung: false, is: null },
    { name: 'what could not be reached', cause: 'connection_refused', hung: true, is: null },
  ] as const)('a probe that succeeds lends its moment to $name: $is', ({ cause, hung, is }) => {
    const signal = { kind: 'probe_success', at: AT, depth: 'connect', traffic: FAILING } as const;
    expect(confirmed(signal, suspected(cause, { hung }))).toBe(is);
  });

  test.for([
    { name: 'two rounds half a second apart', rounds: 2, ms: 500, is: 'connection_refused' },
    { name: 'two rounds sooner than that', rounds: 2, ms: 499, is: null },
    { name: 'one round, however long ago', rounds: 1, ms: 900, is: null },
  ])('failed probes: $name: $is', ({ rounds, ms, is }) => {
    const state = { failedRounds: rounds, failedRoundsSince: AT - ms };
    const signal = probeFailed('connection_refused');
    expect(confirmed(signal, suspected('connection_refused', state))).toBe(is);
  });

  test('no emptiness but a decided one confirms at once, and endpoints that are found confirm nothing', () => {
    const found = { kind: 'discovered', at: AT - 999, count: 0 } as const;
    expect(confirmed({ ...found, isDecided: true })).toBe('no_endpoints');
    expect(confirmed({ ...found, isDecided: false })).toBeNull();
    expect(confirmed({ ...found, at: AT, count: 2, isDecided: true })).toBeNull();
    expect(confirmed({ kind: 'resolver_failure', at: AT, known: 2 })).toBeNull();
  });

  test('a second emptiness confirms half a second after the first, with its own cause', () => {
    const state = suspected('no_endpoints', { emptySince: AT - 500 });
    const signal = { kind: 'resolver_failure', at: AT, known: 0 } as const;
    expect(confirmed(signal, state)).toBe('dns_error');
    expect(confirmed({ ...signal, at: AT - 1 }, state)).toBeNull();
    expect(confirmed(signal)).toBeNull();
  });
});

describe('requests mostly fail', () => {
  const row = (count: number, sinceMs: number, lastMs: number) => ({
    count,
    since: AT - sinceMs,
    lastAt: AT - lastMs,
  });
  test.for([
    { name: 'three of three', traffic: { failed: 3 }, is: true },
    { name: 'three of six', traffic: { failed: 3, succeeded: 3 }, is: true },
    { name: 'three of seven', traffic: { failed: 3, succeeded: 4 }, is: false },
    { name: 'two of two', traffic: { failed: 2 }, is: false },
    { name: 'a row of two over a window', traffic: { row: row(2, 10_000, 0) }, is: false },
    { name: 'a row of three over a window', traffic: { row: row(3, 10_000, 0) }, is: true },
    { name: 'a row of three over less', traffic: { row: row(3, 9_999, 0) }, is: false },
    { name: 'a row of nine over less', traffic: { row: row(9, 9_999, 0) }, is: false },
    { name: 'a row of ten over half a second', traffic: { row: row(10, 500, 0) }, is: true },
    { name: 'a row of ten at once', traffic: { row: row(10, 499, 0) }, is: false },
    { name: 'a row that ended a window ago', traffic: { row: row(10, 20_000, 10_000) }, is: false },
    {
      name: 'a row that ended less than a window ago',
      traffic: { row: row(10, 20_000, 9_999) },
      is: true,
    },
  ])('$name: $is', ({ traffic, is }) => {
    const signal = { kind: 'request_success', at: AT, traffic: { ...QUIET, ...traffic } } as const;
    expect(isMostlyFailing(signal, DETECTION)).toBe(is);
  });
});

describe('a failed probe is outranked by traffic', () => {
  const ago = (ms: number) => AT - ms;
  test.for<{
    readonly name: string;
    readonly cause?: Cause;
    readonly traffic: Partial<Traffic>;
    readonly unservedMs?: number;
    readonly is: boolean;
  }>([
    { name: 'a success five seconds ago', traffic: { lastSuccessAt: ago(5000) }, is: true },
    { name: 'a success longer ago', traffic: { lastSuccessAt: ago(5001) }, is: false },
    { name: 'no success', traffic: {}, is: false },
    {
      name: 'no success, and requests that wait',
      traffic: { waitingSince: ago(100) },
      is: false,
    },
    {
      name: 'a round that reached nothing',
      cause: 'connection_refused',
      traffic: { lastSuccessAt: ago(100) },
      is: false,
    },
    {
      name: 'a request that failed since, a moment ago',
      traffic: { lastSuccessAt: ago(2000), row: { count: 1, since: ago(999), lastAt: ago(999) } },
      is: true,
    },
    {
      name: 'requests that failed since for a second',
      traffic: { lastSuccessAt: ago(2000), row: { count: 2, since: ago(1000), lastAt: AT } },
      is: false,
    },
    {
      name: 'requests that have waited for less than two seconds',
      traffic: { lastSuccessAt: ago(6000), waitingSince: ago(1999) },
      is: true,
    },
    {
      name: 'requests that began to wait long after the last success',
      traffic: { lastSuccessAt: ago(7000), waitingSince: ago(1999) },
      is: false,
    },
    {
      name: 'requests that began to wait just as long after it as it counts',
      traffic: { lastSuccessAt: ago(6000), waitingSince: ago(1000) },
      is: true,
    },
    {
      name: 'requests that have waited for two seconds',
      traffic: { lastSuccessAt: ago(3000), waitingSince: ago(2000) },
      is: false,
    },
    {
      name: 'a slow application, twice as long as its longest wait',
      traffic: { lastSuccessAt: ago(6000), waitingSince: ago(6000), longestWaitMs: 3000 },
      is: false,
    },
    {
      name: 'a slow application, not yet as long as that',
      traffic: { lastSuccessAt: ago(5999), waitingSince: ago(5999), longestWaitMs: 3000 },
      is: true,
    },
    {
      name: 'a very slow application, after twenty seconds',
      traffic: { lastSuccessAt: ago(20_000), waitingSince: ago(20_000), longestWaitMs: 60_000 },
      is: false,
    },
    {
      name: 'a health page that failed before they waited',
      traffic: { lastSuccessAt: ago(3000), waitingSince: ago(2000) },
      unservedMs: 2001,
      is: true,
    },
    {
      name: 'a health page that failed since they wait',
      traffic: { lastSuccessAt: ago(3000), waitingSince: ago(2000) },
      unservedMs: 2000,
      is: false,
    },
    {
      name: 'a health page that failed before, and no recent success',
      traffic: { lastSuccessAt: ago(6000), waitingSince: ago(5000) },
      unservedMs: 5001,
      is: false,
    },
  ])('$name: $is', ({ cause = 'response_timeout', traffic, unservedMs, is }) => {
    const unservedSince = unservedMs === undefined ? null : ago(unservedMs);
    const state = { ...INITIAL, unservedSince };
    expect(isOutranked(state, probeFailed(cause, traffic), DETECTION)).toBe(is);
  });

  test('nothing but a failed probe is', () => {
    const traffic = { ...QUIET, lastSuccessAt: ago(1) };
    const signal = { kind: 'request_failure', at: AT, cause: 'bad_response', traffic } as const;
    expect(isOutranked(INITIAL, signal, DETECTION)).toBe(false);
  });
});

test('the time that passed since a point to come counts as long', () => {
  expect(elapsed(AT, AT)).toBe(0);
  expect(elapsed(AT, AT + 5)).toBe(5);
  expect(elapsed(AT, AT - 1)).toBe(Number.POSITIVE_INFINITY);
});
