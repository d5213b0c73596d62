import { expect, test } from 'vitest';
import { causeOfAbsence, causeOfWaiting } from '../../src/gateway/waiting-cause.ts';
import type { Cause } from '../../src/outage/cause.ts';
import type { Verdict } from '../../src/outage/verdict.ts';

const UP: Verdict = { state: 'up' };
const suspect = (cause: Cause): Verdict => ({ state: 'suspect', since: 0, cause });

test.for<{ name: string; verdict: Verdict; count: number; cause: Cause }>([
  {
    name: 'all that are listed are set aside, and another request tries one',
    verdict: suspect('connection_refused'),
    count: 2,
    cause: 'connection_refused',
  },
  {
    name: 'none is listed any more, whatever was the matter before',
    verdict: suspect('response_timeout'),
    count: 0,
    cause: 'no_endpoints',
  },
  {
    name: 'none is known, for the name server cannot say',
    verdict: suspect('dns_error'),
    count: 0,
    cause: 'dns_error',
  },
  { name: 'nothing is known yet', verdict: UP, count: 0, cause: 'no_endpoints' },
])('a request that gets no endpoint is told why: $name: $cause', ({ verdict, count, cause }) => {
  const belief = { upstream: 'app', component: null, verdict };
  const discovery = { count, lastAnswerAt: null, error: null, isDecided: false, desired: null };
  expect(causeOfAbsence({ belief, discovery })).toBe(cause);
});

const refused = suspect('connection_refused');
const timedOut = suspect('response_timeout');

test.for<{ name: string; verdict: Verdict; past: Verdict | null; cause: Cause }>([
  {
    name: 'the trouble that there is',
    verdict: refused,
    past: timedOut,
    cause: 'connection_refused',
  },
  { name: 'the last one', verdict: UP, past: timedOut, cause: 'response_timeout' },
  { name: 'no trouble yet', verdict: UP, past: null, cause: 'no_endpoints' },
  { name: 'a last one without a cause', verdict: UP, past: UP, cause: 'no_endpoints' },
])('a request that waits is told why: $name: $cause', ({ verdict, past, cause }) => {
  const believed = (of: Verdict) => ({ upstream: 'app', component: null, verdict: of });
  const lastTrouble = past === null ? null : { belief: believed(past), endedAt: 0 };
  expect(causeOfWaiting({ belief: believed(verdict), lastTrouble })).toBe(cause);
});
