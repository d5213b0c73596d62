import { expect, test } from 'vitest';
import type { UpstreamSettings } from '../../src/config/upstream-settings.ts';
import { type Visible, viewOf } from '../../src/ops/upstream-view.ts';
import type { Verdict } from '../../src/outage/verdict.ts';
import { newCounts } from '../../src/upstream/counts.ts';
import { DETECTION } from '../support/detection.ts';

const settings: UpstreamSettings = {
  name: 'app',
  protocol: 'http1',
  discovery: { kind: 'static', urls: ['http://10.0.0.5:8080'] },
  component: 'Main Application',
  probe: { path: null, grpc: false, everyMs: 2_000, timeoutMs: 1_000, statuses: [200] },
  timeouts: { connectMs: 2_000, responseMs: 60_000, idleMs: 60_000 },
  outageStatuses: [502, 503, 504],
  holdMs: 1_000,
  tls: null,
  detection: DETECTION,
};

function upstream(verdict: Verdict, changes: Partial<Visible> = {}): Visible {
  return {
    settings,
    belief: { upstream: 'app', component: 'Main Application', verdict },
    relapses: { count: 1, streakMs: 2000 },
    endpoints: [],
    retriesLeft: 10,
    discovery: { count: 0, lastAnswerAt: null, error: null, isDecided: false, desired: null },
    counts: newCounts(),
    ...changes,
  };
}

test.for<{ verdict: Verdict; cause: string | null; since: string | null; detected: string | null }>(
  [
    { verdict: { state: 'up' }, cause: null, since: null, detected: null },
    {
      verdict: { state: 'suspect', since: 1_000, cause: 'dns_error' },
      cause: 'dns_error',
      since: '1970-01-01T00:00:01.000Z',
      detected: null,
    },
    {
      verdict: { state: 'down', since: 1_000, cause: 'no_endpoints', detectedAt: 2_000 },
      cause: 'no_endpoints',
      since: '1970-01-01T00:00:01.000Z',
      detected: '1970-01-01T00:00:02.000Z',
    },
    {
      verdict: {
        state: 'recovering',
        since: 1_000,
        cause: 'no_endpoints',
        detectedAt: 2_000,
        recoveredAt: 3_000,
      },
      cause: 'no_endpoints',
      since: '1970-01-01T00:00:01.000Z',
      detected: '1970-01-01T00:00:02.000Z',
    },
  ],
)('the verdict $verdict.state is seen with its cause and times', (row) => {
  expect(viewOf(upstream(row.verdict))).toMatchObject({
    name: 'app',
    component: 'Main Application',
    verdict: row.verdict.state,
    cause: row.cause,
    since: row.since,
    detectedAt: row.detected,
    relapses: 1,
    recoveryMs: 2000,
    retriesLeft: 10,
  });
});

test('endpoints and discovery are seen with times that people can read', () => {
  const view = viewOf(
    upstream(
      { state: 'up' },
      {
        endpoints: [
          {
            url: 'http://10.0.0.5:8080',
            setAside: false,
            lastProbe: null,
            failures: 0,
            successes: 41,
            outstanding: 3,
            weight: 0.3333,
          },
          {
            url: 'http://10.0.0.6:8080',
            setAside: true,
            lastProbe: { ok: false, cause: 'connection_refused', ms: 1.2345, at: 5_000 },
            failures: 3,
            successes: 0,
            outstanding: 0,
            weight: 1,
          },
        ],
        discovery: {
          count: 2,
          lastAnswerAt: 4_000,
          error: 'ESERVFAIL',
          isDecided: false,
          desired: 3,
        },
      },
    ),
  );
  expect(view.endpoints[0]).toMatchObject({ lastProbe: null, outstanding: 3, weight: 0.33 });
  expect(view.endpoints[1]).toEqual({
    url: 'http://10.0.0.6:8080',
    setAside: true,
    failures: 3,
    successes: 0,
    outstanding: 0,
    weight: 1,
    lastProbe: {
      ok: false,
      cause: 'connection_refused',
      ms: 1.2,
      at: '1970-01-01T00:00:05.000Z',
    },
  });
  expect(view.discovery).toEqual({
    kind: 'static',
    count: 2,
    desired: 3,
    isDecided: false,
    lastAnswerAt: '1970-01-01T00:00:04.000Z',
    error: 'ESERVFAIL',
  });
});
