import { onTestFinished } from 'vitest';
import { Incidents } from '../../src/outage/incidents.ts';
import { Recorder } from '../../src/outage/recorder.ts';
import type { Store } from '../../src/outage/store.ts';
import type { Verdict } from '../../src/outage/verdict.ts';
import { linesInto } from '../support/log-lines.ts';
import { AT, UP } from './followed.ts';

const CAUSE = 'connection_refused';

/**
 * A recorder over a store, and what moves it: verdicts and answers, with times from the first. It looks
 * when it is told to, in 2023, unless `everyMs` says how often.
 */
export async function recorderOn(store: Store, everyMs: number | undefined = 1e9) {
  const lines: Record<string, unknown>[] = [];
  const incidents: Incidents = new Incidents(linesInto(lines), {
    onChange: (incident, change) => recorder.changed(incident, change, now),
  });
  let now = AT;
  let verdict: Verdict = UP;
  const counts = { good: 0, upstreamErrors: 0, notProcessed: 0, unknown: 0 };
  const upstream = { servedSince: null as number | null };
  const answer = { upstream: 'app', kind: 'person', reason: 'outage', disposition: 'unknown' };
  const counted = { ...answer, count: 0 };
  const recorder = new Recorder({
    store,
    incidents,
    upstreams: () => [{ name: 'app', state: verdict.state, streakMs: 1_000, ...upstream }],
    answers: () => [counted],
    outcomes: () => ({ ...counts }),
    everyMs,
  });
  onTestFinished(() => recorder[Symbol.dispose]());
  await recorder.start(AT);
  const turn = (next: Verdict, at: number) => {
    const named = { upstream: 'app', component: null };
    const [belief, previous] = [
      { ...named, verdict: next },
      { ...named, verdict },
    ];
    verdict = next;
    now = AT + at;
    const signal = { kind: 'discovered', at: now, count: 0, isDecided: false } as const;
    recorder.turned({ belief, previous, at: now, flapMs: 300_000 }, signal);
  };
  return {
    ...{ recorder, incidents, counted, counts, upstream, lines, turn },
    suspect: (at: number) => turn({ state: 'suspect', since: AT + at, cause: CAUSE }, at),
    goDown(at: number) {
      turn({ state: 'suspect', since: AT + at, cause: CAUSE }, at);
      counted.count += 3;
      turn({ state: 'down', since: AT + at, detectedAt: AT + at + 600, cause: CAUSE }, at + 600);
    },
    goUp(at: number) {
      const trouble = { since: AT, detectedAt: AT + 600, cause: CAUSE } as const;
      turn({ state: 'recovering', ...trouble, recoveredAt: AT + at }, at);
      turn(UP, at + 1_000);
    },
  };
}
