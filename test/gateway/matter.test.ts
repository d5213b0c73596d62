import { describe, expect, test } from 'vitest';
import type { Matter } from '../../src/answer/answer.ts';
import {
  genericReply,
  heldBack,
  misleadingReply,
  noReply,
  notForwarded,
  OVERLOAD,
  UNKNOWN_ROUTE,
  withMaintenance,
} from '../../src/gateway/matter.ts';
import type { Belief } from '../../src/outage/verdict.ts';
import { declare, testMaintenances } from '../support/maintenances.ts';

const since = Date.parse('2023-07-19T15:24Z');
const up: Belief = { upstream: 'shop', component: null, verdict: { state: 'up' } };
const down: Belief = {
  ...up,
  verdict: { state: 'down', since, cause: 'connection_timeout', detectedAt: since },
};

/** What is told of most outages, and of which a test names what differs. */
const NOTHING_RECEIVED: Omit<Matter, 'cause' | 'disposition'> = {
  reason: 'outage',
  signIn: false,
  receivedStatus: null,
  receivedFrom: null,
  fromLoadBalancer: false,
  kept: [],
  belief: down,
};

function replyWith(status: number, fields: string[] = []) {
  return { status, reasonPhrase: '', fields, contentLength: null, isLast: false };
}

test('without a reply, cause and disposition are what the attempt met with', () => {
  expect(noReply('response_timeout', 'unknown', down)).toEqual({
    ...NOTHING_RECEIVED,
    cause: 'response_timeout',
    disposition: 'unknown',
  });
});

test('what is not forwarded was not processed, and has the cause of the verdict', () => {
  expect(notForwarded(down)).toEqual({
    ...NOTHING_RECEIVED,
    cause: 'connection_timeout',
    disposition: 'not_processed',
  });
  // Nothing was observed of an upstream that has no endpoints.
  expect(notForwarded(up)).toMatchObject({ cause: 'no_endpoints', belief: up });
});

describe('a generic reply', () => {
  const known = { from: 'HAProxy', statuses: [503], sign: '', isNotProcessed: true, source: '' };

  test('of nobody who is known leaves the disposition unknown', () => {
    expect(genericReply(replyWith(502), null, down)).toEqual({
      ...NOTHING_RECEIVED,
      cause: 'upstream_status',
      disposition: 'unknown',
      receivedStatus: 502,
    });
  });

  test.for([
    { isNotProcessed: true, disposition: 'not_processed' },
    { isNotProcessed: false, disposition: 'unknown' },
  ])('of a load balancer that proves it ($isNotProcessed): $disposition', (row) => {
    const { isNotProcessed, disposition } = row;
    const matter = genericReply(replyWith(503), { ...known, isNotProcessed }, down);
    const fromLoadBalancer = isNotProcessed;
    expect(matter).toMatchObject({ receivedFrom: 'HAProxy', disposition, fromLoadBalancer });
  });

  test('leaves behind what holds whoever wrote its body: when to come back, who may read, how to sign in', () => {
    const holds = [
      ...['Retry-After', '120', 'WWW-Authenticate', 'Basic', 'Timing-Allow-Origin', '*'],
      ...['Access-Control-Allow-Origin', '*', 'access-control-expose-headers', 'Link'],
    ];
    // A value may read like a name.
    const rest = ['Server', 'nginx', 'Set-Cookie', 'Retry-After', 'X-Retry-After', '1'];
    const { kept } = genericReply(replyWith(503, [...rest, ...holds, ...rest]), null, null);
    expect(kept).toEqual(holds);
  });
});

test('of a sign-in, a misleading reply tells nothing of what was processed; one held back was not', () => {
  const found = { rule: 'login', matched: null, source: 'verdict', at: since } as const;
  const evidence = { ...found, belief: down, cause: 'response_timeout', checkMs: null } as const;

  expect(misleadingReply(replyWith(401, ['Retry-After', '1']), evidence)).toEqual({
    ...NOTHING_RECEIVED,
    cause: 'response_timeout',
    disposition: 'unknown',
    signIn: true,
    receivedStatus: 401,
  });
  expect(heldBack(evidence)).toEqual({
    ...NOTHING_RECEIVED,
    cause: 'response_timeout',
    disposition: 'not_processed',
    signIn: true,
  });
});

test.for([
  [OVERLOAD, 'overload'],
  [UNKNOWN_ROUTE, 'unknown_route'],
] as const)('%o is told of no upstream', ([matter, reason]) => {
  const disposition = 'not_processed';
  expect(matter).toEqual({ ...NOTHING_RECEIVED, reason, cause: null, disposition, belief: null });
});

test.for(['shop', null])('planned work on %s is the reason of what was not sent', (upstream) => {
  const work = testMaintenances();
  const { maintenance } = declare(work, { upstream });
  const sent = noReply('response_timeout', 'unknown', down);
  const unsent = noReply('connection_refused', 'not_processed', down);

  const belief = { ...down, maintenance };
  expect(withMaintenance(unsent, work)).toEqual({ ...unsent, cause: null, belief });
  // What the request met with on its way stays worth knowing.
  expect(withMaintenance(sent, work)).toEqual({ ...sent, belief });
});

test('planned work changes nothing for other upstreams, nor where there is none', () => {
  const work = testMaintenances();
  const matter = noReply('response_timeout', 'unknown', down);
  expect(withMaintenance(matter, work)).toBe(matter);

  declare(work, { upstream: 'blog' });
  expect(withMaintenance(matter, work)).toBe(matter);
  expect(withMaintenance(OVERLOAD, work)).toBe(OVERLOAD);
});
