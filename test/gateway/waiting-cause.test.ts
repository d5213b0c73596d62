import { expect, test } from 'vitest';
import { causeOfAbsence } from '../../src/gateway/waiting-cause.ts';
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
