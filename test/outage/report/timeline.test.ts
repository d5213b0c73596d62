import { expect, test } from 'vitest';
import { timelineOf, updatesOf } from '../../../src/outage/report/timeline.ts';
import type { TimelineEvent } from '../../../src/outage/timeline.ts';

function event(over: Partial<TimelineEvent> = {}): TimelineEvent {
  const source = 'status_page';
  return { at: 1, kind: source, source, upstream: null, words: 'Posted.', details: {}, ...over };
}

const POSTED = { event: 'posted', name: 'Outage', status: 'resolved', text: 'Over.' };

test('updates are what the status page posted, and no other event', () => {
  const events = [
    event({ details: { event: 'unreachable' } }),
    event({ kind: 'act', details: POSTED }),
    event({ at: 7, details: POSTED }),
    event({ at: 8, details: { event: 'posted', name: 3, status: null } }),
  ];
  expect(updatesOf({ events })).toEqual([
    { at: 7, incident: 'Outage', status: 'resolved', text: 'Over.' },
    { at: 8, incident: '', status: '', text: '' },
  ]);
  expect(updatesOf({ events: null })).toEqual([]);
});

test.for([
  { count: 200, kept: 200, eventsLeftOut: 0 },
  { count: 201, kept: 200, eventsLeftOut: 1 },
])('of $count events $kept are on the time line', ({ count, kept, eventsLeftOut }) => {
  const events = Array.from({ length: count }, (_, at) => event({ at }));
  const of = timelineOf({ events });
  expect([of.timeline.length, of.eventsLeftOut]).toEqual([kept, eventsLeftOut]);
  expect(of.timeline[0]).toEqual({ at: 0, source: 'status page', words: 'Posted.' });
  expect(of.timeline.at(-1)?.at).toBe(count - 1);
});
