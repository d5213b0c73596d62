import { expect, test } from 'vitest';
import { type PublishedState, publishedEvents } from '../../src/outage/published-events.ts';

const NOW = Date.UTC(2023, 6, 19, 15, 24);
const DAY_MS = 24 * 3_600_000;
const LOST = 'The status page could not be read.';
const BACK = 'The status page could be read again.';

type Kind = PublishedState['kind'];

test.for<{ was: Kind; is: Kind; words: string | null; event?: string }>([
  { was: 'none', is: 'none', words: null },
  { was: 'none', is: 'unread', words: null },
  { was: 'unread', is: 'read', words: null },
  { was: 'read', is: 'read', words: null },
  { was: 'read', is: 'unreachable', words: LOST, event: 'unreachable' },
  { was: 'unread', is: 'unreachable', words: LOST, event: 'unreachable' },
  { was: 'unreachable', is: 'unreachable', words: null },
  { was: 'unreachable', is: 'read', words: BACK, event: 'read' },
  { was: 'unreachable', is: 'none', words: null },
])('a status page that was $was and is $is: $words', ({ was, is, words, event }) => {
  const source = 'status_page';
  const told = { at: NOW, kind: source, source, upstream: null, words, details: { event } };
  const expected = words === null ? [] : [{ event: told, key: null }];
  expect(publishedEvents({ kind: is }, was, NOW)).toEqual(expected);
  expect(publishedEvents({ kind: is, publication: null }, was, NOW)).toEqual(expected);
});

const UPDATE = { id: 'u1', rawStatus: 'investigating', text: 'We look into it.', at: NOW - 1_000 };

/** A page that has posted these updates of one incident. */
function posted(updates: readonly Partial<typeof UPDATE>[]): PublishedState {
  const all = updates.map((update) => ({ ...UPDATE, ...update }));
  const incidents = [{ id: 'i1', name: 'Outage', updates: all }];
  return { kind: 'read', publication: { incidents, maintenances: [] } };
}

test('what was posted on incidents and on planned work is told as it was posted, at its own time', () => {
  const [incident] = posted([{}]).publication?.incidents ?? [];
  const work = { id: 'm1', name: 'Upgrade', updates: [{ ...UPDATE, rawStatus: 'scheduled' }] };
  const incidents = incident === undefined ? [] : [incident];
  const state = { kind: 'read', publication: { incidents, maintenances: [work] } } as const;
  const [first, second] = publishedEvents(state, 'read', NOW);
  expect(first?.event).toEqual({
    ...{ at: UPDATE.at, kind: 'status_page', source: 'status_page', upstream: null },
    words: 'Outage: investigating. We look into it.',
    details: {
      ...{ event: 'posted', incident: 'i1', name: 'Outage', status: 'investigating' },
      text: 'We look into it.',
    },
  });
  expect(second?.event.words).toBe('Upgrade: scheduled. We look into it.');
  expect(publishedEvents({ ...state, kind: 'unreachable' }, 'unreachable', NOW)).toEqual([]);
});

test('postings of the last day are told, and none that is of tomorrow', () => {
  const ages = [-1, 0, DAY_MS - 1, DAY_MS].map((age) => ({ at: NOW - age }));
  const told = publishedEvents(posted(ages), 'read', NOW);
  expect(told.map(({ event }) => NOW - event.at)).toEqual([0, DAY_MS - 1]);
});

test('a posting is known again by what it is, and told anew where its status is another', () => {
  const updates = [{}, { text: 'Edited.' }, { id: 'u2' }, { rawStatus: 'resolved' }];
  const keys = publishedEvents(posted(updates), 'read', NOW).map(({ key }) => key);
  expect(keys[1]).toBe(keys[0]);
  expect(new Set(keys).size).toBe(3);
});

test('of a long posting the beginning stands on the time line', () => {
  const [long] = publishedEvents(posted([{ text: 'x'.repeat(9_000) }]), 'read', NOW);
  expect(long?.event.words).toHaveLength(2_000);
  expect(long?.event.words).toMatch(/^Outage: investigating\. x+$/);
});
