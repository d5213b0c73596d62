import { expect, test } from 'vitest';
import type { Cause } from '../../src/outage/cause.ts';
import type { Signal, Traffic } from '../../src/outage/signal.ts';
import { CAUSE_WORDS, signalWords, sourceOf } from '../../src/outage/signal-words.ts';

const at = 0;
const cause = 'connection_refused';

function requests(succeeded: number, failed: number): Traffic {
  const nothing = { lastSuccessAt: null, row: null, waitingSince: null, longestWaitMs: 0 };
  return { succeeded, failed, ...nothing };
}

const traffic = requests(2, 3);

test.for<{ signal: Signal; source: string; words: string }>([
  {
    signal: { kind: 'request_success', at, traffic },
    source: 'requests',
    words: 'A request was replied to.',
  },
  {
    signal: { kind: 'request_failure', at, cause, traffic: requests(0, 1) },
    source: 'requests',
    words: 'A request failed: the connection was refused.',
  },
  {
    signal: { kind: 'request_failure', at, cause, traffic: requests(1, 1) },
    source: 'requests',
    words: 'A request failed: the connection was refused (1 of the last 2 failed).',
  },
  {
    signal: { kind: 'request_failure', at, cause: 'response_timeout', traffic },
    source: 'requests',
    words: 'A request failed: no reply came in time (3 of the last 5 failed).',
  },
  {
    signal: { kind: 'probe_success', at, depth: 'connect', traffic },
    source: 'probe',
    words: 'An endpoint accepted a connection.',
  },
  {
    signal: { kind: 'probe_success', at, depth: 'reply', traffic },
    source: 'probe',
    words: 'An endpoint answered its probe.',
  },
  {
    signal: { kind: 'probe_failure', at, cause: 'tls_error', traffic },
    source: 'probe',
    words: 'No endpoint passed its probe: TLS could not be agreed on.',
  },
  {
    signal: { kind: 'discovered', at, count: 2, isDecided: false },
    source: 'discovery',
    words: 'Discovery listed 2 endpoints.',
  },
  {
    signal: { kind: 'discovered', at, count: 1, isDecided: true },
    source: 'discovery',
    words: 'Discovery listed 1 endpoint.',
  },
  {
    signal: { kind: 'discovered', at, count: 0, isDecided: false },
    source: 'discovery',
    words: 'Discovery listed no endpoint.',
  },
  {
    signal: { kind: 'discovered', at, count: 0, isDecided: true },
    source: 'discovery',
    words: 'Discovery listed no endpoint: the service was removed, or scaled to none.',
  },
  {
    signal: { kind: 'resolver_failure', at, known: 1 },
    source: 'discovery',
    words: 'Discovery could not say who serves; 1 endpoint known from before.',
  },
  {
    signal: { kind: 'resolver_failure', at, known: 0 },
    source: 'discovery',
    words: 'Discovery could not say who serves; 0 endpoints known from before.',
  },
])('$source: $words', ({ signal, source, words }) => {
  expect([sourceOf(signal), signalWords(signal)]).toEqual([source, words]);
});

test('each cause has words of its own', () => {
  const words = Object.values<string>(CAUSE_WORDS satisfies Record<Cause, string>);
  expect(new Set(words).size).toBe(words.length);
  for (const one of words) expect(one).toMatch(/^\w.*\w$/);
});
