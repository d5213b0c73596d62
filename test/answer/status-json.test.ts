import { expect, test } from 'vitest';
import type { Belief } from '../../src/outage/verdict.ts';
import type { StatusPageState } from '../../src/statuspage/model.ts';
import {
  answererOf,
  belief,
  incident,
  NOW,
  publicAsk,
  published,
  REPORTED,
  statusOf,
  update,
} from './samples.ts';

const SEARCH: Belief = { ...belief('up', { component: 'Search' }), upstream: 'search' };

function told(
  beliefs: readonly Belief[],
  upstream: string | null,
  state: StatusPageState = REPORTED,
) {
  const { body, headers } = statusOf(answererOf({ state }), beliefs, { upstream });
  expect(headers[headers.indexOf('Content-Length') + 1]).toBe(String(Buffer.byteLength(body)));
  return JSON.parse(body);
}

test('the public state of an outage', () => {
  expect(told([belief(), SEARCH], 'app')).toEqual({
    outage: {
      reason: 'outage',
      verdict: 'down',
      reported: true,
      since: '2026-03-04T21:27:10Z',
      endsAt: null,
      component: 'Main Application',
      retryAfter: 42,
      statusPage: 'https://status.chargeover.com/',
      incident: {
        id: 'abc123',
        name: 'System inaccessible',
        status: 'investigating',
        impact: 'critical',
        updatedAt: '2026-03-04T21:41:00Z',
        latestUpdate: 'We are currently investigating this issue.',
        url: 'https://status.chargeover.com/incidents/abc123',
      },
    },
    components: [
      {
        upstream: 'app',
        component: 'Main Application',
        verdict: 'down',
        since: '2026-03-04T21:27:10Z',
        reason: 'outage',
      },
      { upstream: 'search', component: 'Search', verdict: 'up', since: null, reason: null },
    ],
    heading: 'Sorry, ChargeOver is unavailable',
    headingId: 'outage',
    title: 'Sorry, ChargeOver is unavailable – ChargeOver',
    lead: [
      'ChargeOver has been down since 3:27 PM CST (21:27 UTC). The ChargeOver team knows about it and has posted updates below.',
      "You don't need to do anything.",
    ],
    promise: 'This page updates on its own and will reload when ChargeOver is back.',
    note: 'Last checked 3:41 PM CST (21:41 UTC).',
    updates: [
      {
        id: `investigating-${Date.parse('2026-03-04T21:41:00Z')}`,
        label: 'Investigating',
        at: '2026-03-04T21:41:00Z',
        text: 'We are currently investigating this issue.',
        url: null,
      },
    ],
    nextPollMs: 21_000,
    reloadAfterMs: null,
  });
});

test('back means that the verdict is up, whatever the status page says', () => {
  const { body } = statusOf(answererOf(), [belief('up')], { reloadAfterMs: 6600 });
  expect(JSON.parse(body)).toMatchObject({
    heading: 'ChargeOver is back',
    title: 'ChargeOver is back – ChargeOver',
    lead: [],
    outage: { verdict: 'up', retryAfter: null },
    reloadAfterMs: 6600,
  });
  expect(told([belief('recovering')], 'app').reloadAfterMs).toBeNull();
});

test.for([
  { upstream: null, verdict: 'down' },
  { upstream: 'nobody', verdict: 'down' },
  { upstream: 'search', verdict: 'up' },
])('asked for $upstream it tells of the one that is $verdict', ({ upstream, verdict }) => {
  expect(told([SEARCH, belief()], upstream).outage.verdict).toBe(verdict);
});

test('without any upstream all is well', () => {
  expect(told([], null).outage.verdict).toBeNull();
});

test('it may be read by anyone, is never stored, and says nothing about the visitor', () => {
  const { headers } = statusOf(answererOf(), [belief()]);
  expect(headers.slice(0, 6)).toEqual([
    ...['Content-Type', 'application/json'],
    ...['Cache-Control', 'no-store'],
    ...['Access-Control-Allow-Origin', '*'],
  ]);
  expect(Object.keys(told([belief()], null).outage)).not.toContain('reference');
});

test('it stays within 4 KB, however much is posted', () => {
  const long = 'ä “very” long story 漢字 '.repeat(100);
  const updates = Array.from({ length: 9 }, (_, index) => update(`s${index}`, long, index));
  const state = published({ incidents: [incident({ name: long, id: long, updates })] });
  const beliefs = Array.from({ length: 30 }, (_, index) => ({
    ...belief(),
    upstream: `app-${index}`,
  }));
  const { body } = statusOf(answererOf({ state }), beliefs, { upstream: 'app-3' });
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
  expect(() => JSON.parse(body)).not.toThrow();
});

test('a state is put in words once, and is the same object for as long as it reads the same', () => {
  let now = NOW;
  let state = REPORTED;
  const answerer = answererOf({ statusPage: () => state, now: () => now });
  const beliefs = [belief(), SEARCH];
  const told = () => answerer.publicState([...beliefs], publicAsk('app'));

  const first = told();
  expect(told()).toBe(first);
  now += 60_000;
  expect(told()).toBe(first);
  // Read again, with nothing changed in it.
  state = published({ incidents: [incident()] });
  expect(told()).toBe(first);

  state = published({ incidents: [incident({ rawStatus: 'identified' })] });
  const second = told();
  expect(second).not.toBe(first);
  beliefs[1] = { ...SEARCH, verdict: { state: 'suspect', since: NOW, cause: 'no_endpoints' } };
  expect(told()).not.toBe(second);
});
