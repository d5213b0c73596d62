import { expect, test } from 'vitest';
import type { Signal } from '../../src/outage/signal.ts';
import type { Belief, Verdict } from '../../src/outage/verdict.ts';
import { Judge } from '../../src/upstream/judge.ts';
import { DETECTION } from '../support/detection.ts';
import { linesInto } from '../support/log-lines.ts';

const AT = 1_700_000_000_000;

function judge() {
  const turns: { from: Verdict['state']; to: Verdict['state']; at: number }[] = [];
  const lines: Record<string, unknown>[] = [];
  const judged = new Judge({
    upstream: 'app',
    component: null,
    thresholds: DETECTION,
    log: linesInto(lines),
    onBelief: (belief: Belief, previous: Belief, { at }: Signal) => {
      turns.push({ from: previous.verdict.state, to: belief.verdict.state, at: at - AT });
    },
  });
  const hang = () => {
    for (const ms of [0, 300, 600]) judged.requestFailed('response_timeout', AT + ms);
  };
  return { judged, turns, lines, hang };
}

test('each change of the verdict is told with the time of its signal', () => {
  const { judged, turns, lines } = judge();
  for (const ms of [0, 300, 600]) judged.probeFailed('connection_refused', AT + ms);
  for (const ms of [900, 1400, 1900]) judged.probeSucceeded('connect', AT + ms, false);
  expect(turns).toEqual([
    { from: 'up', to: 'suspect', at: 0 },
    { from: 'suspect', to: 'down', at: 600 },
    { from: 'down', to: 'recovering', at: 900 },
    { from: 'recovering', to: 'up', at: 1900 },
  ]);
  expect(lines.map(({ level, to }) => `${level} ${to}`)).toEqual([
    'warn suspect',
    'error down',
    'info recovering',
    'info up',
  ]);
});

test('an emptiness that somebody decided is believed at once, another one is asked for again', () => {
  const decided = judge();
  decided.judged.discovered(0, true, AT);
  expect(decided.judged.state).toBe('down');
  const observed = judge();
  observed.judged.discovered(0, false, AT);
  expect(observed.judged.state).toBe('suspect');
  observed.judged.discovered(0, false, AT + 510);
  expect(observed.judged.state).toBe('down');
});

test('a probe proves nothing of an upstream that hung while a trial is to tell', () => {
  const { judged, hang } = judge();
  hang();
  judged.probeSucceeded('reply', AT + 20_000, true);
  expect(judged.state).toBe('down');
  judged.probeSucceeded('reply', AT + 20_300, false);
  expect(judged.state).toBe('recovering');
});

test('a trial that succeeds proves more than any probe', () => {
  const { judged, hang } = judge();
  hang();
  judged.probeSucceeded('reply', AT + 900, false);
  expect(judged.state).toBe('down');
  judged.forwarded(AT + 1000);
  judged.requestSucceeded(AT + 1010);
  judged.released();
  expect(judged.state).toBe('recovering');
});

test('whether endpoints serve probes is known from the last round, be it one that proves nothing', () => {
  const { judged, hang } = judge();
  expect(judged.isUnserved).toBe(false);
  hang();
  judged.probeFailed('response_timeout', AT + 700);
  expect(judged.isUnserved).toBe(true);
  judged.probeSucceeded('reply', AT + 1000, true);
  expect(judged.isUnserved).toBe(false);
});

test('requests that were sent before a recovery say nothing against it, unless the clock was set back', () => {
  const { judged } = judge();
  for (const ms of [0, 300, 600]) judged.probeFailed('connection_timeout', AT + ms);
  judged.probeSucceeded('connect', AT + 2000, false);
  for (let ms = 2100; ms < 3900; ms += 50) {
    judged.requestFailed('connection_timeout', AT + ms, AT + ms - 2000);
  }
  expect(judged.state).toBe('recovering');
  judged.requestFailed('connection_timeout', AT + 4100, AT + 2100);
  expect(judged.state).toBe('down');

  const { judged: setBack } = judge();
  for (const ms of [0, 300, 600]) setBack.probeFailed('connection_timeout', AT + ms);
  setBack.probeSucceeded('connect', AT + 2000, false);
  setBack.requestFailed('connection_timeout', AT - 3_600_000, AT - 3_602_000);
  expect(setBack.state).toBe('down');
});

test('relapses are counted, and ask for a longer recovery', () => {
  const { judged } = judge();
  expect(judged.relapses).toEqual({ count: 0, streakMs: 1000 });
  for (const ms of [0, 300, 600]) judged.probeFailed('connection_refused', AT + ms);
  for (const ms of [900, 1900, 2900]) {
    judged.probeSucceeded('connect', AT + ms, false);
    judged.probeFailed('connection_refused', AT + ms + 300);
  }
  expect(judged.relapses).toEqual({ count: 3, streakMs: 4000 });
});

test('replies keep a slow health page quiet, and silence does not', () => {
  const serving = judge();
  for (let ms = 0; ms < 10_000; ms += 500) {
    serving.judged.forwarded(AT + ms);
    serving.judged.requestSucceeded(AT + ms + 100);
    serving.judged.released();
    serving.judged.probeFailed('response_timeout', AT + ms + 200);
  }
  expect(serving.turns).toEqual([]);
  const silent = judge();
  silent.judged.forwarded(AT);
  silent.judged.requestSucceeded(AT + 100);
  silent.judged.released();
  silent.judged.forwarded(AT + 200);
  for (const ms of [1000, 2000, 3000]) silent.judged.probeFailed('response_timeout', AT + ms);
  expect(silent.turns.at(-1)).toEqual({ from: 'up', to: 'down', at: 3000 });
});
