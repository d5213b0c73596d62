import { describe, expect, test } from 'vitest';
import { type Heading, isTrouble } from '../../src/answer/notice.ts';
import type { Belief, Verdict } from '../../src/outage/verdict.ts';
import type { StatusPageState } from '../../src/statuspage/model.ts';
import { declared, noticeFor, WORK_BEGAN, WORK_ENDS } from './notices.ts';
import {
  belief,
  incident,
  maintenance,
  published,
  REPORTED,
  SINCE,
  UPDATED_AT,
} from './samples.ts';

const SILENT = published();
const PLANNED = published({ maintenances: [maintenance({ from: WORK_BEGAN })] });
const RESOLVED = published({
  incidents: [incident({ state: 'resolved', resolvedAt: UPDATED_AT })],
});
const SEARCH = belief('down', { component: 'Search' });
const closed = (over = {}): Belief => ({ ...belief('up'), maintenance: declared(over) });

describe('a page is headed', () => {
  test.for<{
    readonly name: string;
    readonly state?: Verdict['state'];
    readonly statusPage?: StatusPageState;
    readonly heading: Heading;
  }>([
    { name: 'an outage that the status page tells of', heading: 'outage' },
    { name: 'one that it calls resolved', statusPage: RESOLVED, heading: 'outage' },
    { name: 'one that it is silent on', statusPage: SILENT, heading: 'outage_unreported' },
    { name: 'while it comes back', state: 'recovering', heading: 'outage' },
    { name: 'one failure', state: 'suspect', heading: 'suspect' },
    { name: 'all looks well', state: 'up', heading: 'suspect' },
  ])('for $name: $heading', ({ state = 'down', statusPage = REPORTED, heading }) => {
    expect(noticeFor({ belief: belief(state) }, { statusPage })).toMatchObject({
      case: 'not_processed',
      heading,
      reason: 'outage',
      verdict: state,
      since: state === 'up' ? null : SINCE,
      message: null,
    });
  });

  test.for([
    { name: 'all else works', beliefs: [SEARCH, belief('up')], heading: 'partial' },
    {
      name: 'the name is written otherwise',
      beliefs: [belief('up', { component: ' MAIN application ' })],
      heading: 'partial',
    },
    { name: 'the whole is down', beliefs: [SEARCH, belief('down')], heading: 'outage' },
    { name: 'the whole is closed', beliefs: [SEARCH, closed()], heading: 'outage' },
    { name: 'nothing is the whole', beliefs: [SEARCH], heading: 'outage' },
    {
      name: 'another part works',
      beliefs: [belief('up', { component: 'Email' })],
      heading: 'outage',
    },
  ] as const)('for a part, while $name: $heading', ({ beliefs, heading }) => {
    expect(noticeFor({ belief: SEARCH }, { beliefs }).heading).toBe(heading);
  });

  test('as a whole for the whole itself, and for what is no part that has a name', () => {
    const beliefs = [belief('up')];
    const nameless = { ...belief('down'), component: null };
    expect(noticeFor({ belief: belief('down') }, { beliefs }).heading).toBe('outage');
    expect(noticeFor({ belief: nameless }, { beliefs })).toMatchObject({
      heading: 'outage',
      component: null,
    });
  });
});

test.for([
  { over: { disposition: 'unknown' }, retrySafe: false, told: 'outcome_unknown' },
  { over: { disposition: 'unknown', signIn: true }, retrySafe: true, told: 'sign_in' },
  { over: { signIn: true }, retrySafe: true, told: 'sign_in' },
  { over: { reason: 'overload', belief: null }, retrySafe: true, told: 'overload' },
  { over: { reason: 'unknown_route', belief: null }, retrySafe: true, told: 'unknown_route' },
] as const)('$over, safe to repeat: $retrySafe, is told and headed as $told', (row) => {
  const { over, retrySafe, told } = row;
  for (const statusPage of [SILENT, PLANNED]) {
    const notice = noticeFor(over, { retrySafe, statusPage });
    expect(notice).toMatchObject({ case: told, heading: told });
    expect(notice.hasRetry).toBe(retrySafe && told !== 'unknown_route');
  }
});

test.for([
  { state: 'down', heading: 'outage' },
  { state: 'suspect', heading: 'suspect' },
] as const)('without a reply to what may be repeated, it is headed as any: $state', (row) => {
  const notice = noticeFor({ disposition: 'unknown', belief: belief(row.state) });
  expect(notice).toMatchObject({ case: 'unanswered', heading: row.heading });
});

describe('planned work', () => {
  test('that an operator has declared closes the upstream, whatever the verdict', () => {
    expect(noticeFor({ belief: closed({ message: 'Back at ten.' }) })).toMatchObject({
      case: 'maintenance',
      heading: 'maintenance',
      reason: 'maintenance',
      since: WORK_BEGAN,
      endsAt: WORK_ENDS,
      message: 'Back at ten.',
      status: 503,
    });
  });

  test('is the reason of what was sent before it, which keeps its heading and its status', () => {
    const sent = { disposition: 'unknown', cause: 'response_timeout', belief: closed() } as const;
    expect(noticeFor(sent, { retrySafe: false })).toMatchObject({
      case: 'outcome_unknown',
      heading: 'outcome_unknown',
      reason: 'maintenance',
      status: 504,
    });
    expect(noticeFor(sent)).toMatchObject({ case: 'unanswered', heading: 'maintenance' });
  });

  test.for([
    { state: 'down', reason: 'maintenance', since: WORK_BEGAN, endsAt: maintenance().until },
    { state: 'recovering', reason: 'maintenance', since: WORK_BEGAN, endsAt: maintenance().until },
    { state: 'suspect', reason: 'outage', since: SINCE, endsAt: null },
    { state: 'up', reason: 'outage', since: null, endsAt: null },
  ] as const)('of the status page is the reason of what is $state: $reason', (row) => {
    const { state, ...told } = row;
    const notice = noticeFor({ belief: belief(state) }, { statusPage: PLANNED });
    expect(notice).toMatchObject({ ...told, message: null, reported: true });
  });

  test('of the status page is not the reason while that tells of an incident, too', () => {
    const statusPage = published({ maintenances: [maintenance()], incidents: [incident()] });
    expect(noticeFor({}, { statusPage }).reason).toBe('outage');
  });

  test('lasts as long as who declared it says, else as the status page does', () => {
    const times = (own: Belief, of = {}) => {
      const statusPage = published({ maintenances: [maintenance(of)] });
      const { since, endsAt } = noticeFor({ belief: own }, { statusPage });
      return [since, endsAt];
    };
    const { from, until } = maintenance({ from: WORK_BEGAN - 1 });
    const of = { from };
    expect(times(closed(), of)).toEqual([WORK_BEGAN, WORK_ENDS]);
    expect(times(closed({ endsAt: null }), of)).toEqual([WORK_BEGAN, until]);
    expect(times(belief('down'), of)).toEqual([from, until]);
    expect(times(belief('down'), { from: null, until: null })).toEqual([SINCE, null]);
    expect(noticeFor({ belief: closed({ endsAt: null }) }).endsAt).toBeNull();
  });
});

test('it is reported where the status page tells of it, and not where it is silent', () => {
  expect(noticeFor().reported).toBe(true);
  expect(noticeFor({}, { statusPage: SILENT }).reported).toBe(false);
  expect(noticeFor({}, { statusPage: RESOLVED }).reported).toBe(false);
});

test.for([
  { over: {}, is: true },
  { over: { belief: closed() }, is: true },
  { over: { reason: 'overload', belief: null }, is: false },
  { over: { reason: 'unknown_route', belief: null }, is: false },
] as const)('there is something to wait for with $over: $is', ({ over, is }) => {
  expect(isTrouble(noticeFor(over))).toBe(is);
});
