import { Incidents } from '../../src/outage/incidents.ts';
import { Recorder } from '../../src/outage/recorder.ts';
import { openStore } from '../../src/outage/store.ts';
import { addEvent } from '../../src/outage/timeline.ts';
import type { Belief, Verdict } from '../../src/outage/verdict.ts';
import { linesInto } from '../support/log-lines.ts';

/**
 * A process that lives in an outage and writes as much as it can, to be killed at any moment. It prints
 * how much it has counted, and when.
 */
const file = process.argv[2] ?? '';
const log = linesInto([]);
const store = await openStore({ file, log });
const incidents: Incidents = new Incidents(log, {
  onChange: (incident, change) => recorder.changed(incident, change, Date.now()),
});
const answer = {
  upstream: 'app',
  kind: 'person',
  reason: 'outage',
  disposition: 'unknown',
  count: 0,
};
const watched = { name: 'app', state: 'down', servedSince: null, streakMs: 1_000 } as const;
const recorder = new Recorder({
  store,
  incidents,
  upstreams: () => [watched],
  answers: () => [answer],
  outcomes: () => ({ good: 0, upstreamErrors: 0, notProcessed: 0, unknown: answer.count }),
});
await recorder.start(Date.now());

const now = Date.now();
const belief = (verdict: Verdict): Belief => ({ upstream: 'app', component: null, verdict });
recorder.turned(
  {
    belief: belief({ state: 'down', since: now, detectedAt: now, cause: 'no_endpoints' }),
    previous: belief({ state: 'suspect', since: now, cause: 'no_endpoints' }),
    at: now,
    flapMs: 300_000,
  },
  { kind: 'discovered', at: now, count: 0, isDecided: false },
);
const before = incidents.list()[0]?.requests[0]?.count ?? 0;
setInterval(() => {
  answer.count += 100;
  const at = Date.now();
  addEvent(store, { at, kind: 'act', source: 'test', upstream: null, words: 'x', details: {} });
  process.stdout.write(`${at} ${before + answer.count}\n`);
}, 2);
