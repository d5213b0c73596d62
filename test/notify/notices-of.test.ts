import { expect, test } from 'vitest';
import { noticesOf } from '../../src/notify/notices-of.ts';
import { linesOf, titleOf } from '../../src/notify/words.ts';
import { incident, pageWithPost, surroundings } from './samples.ts';

const { startedAt } = incident();
const minutes = (count: number) => startedAt + count * 60_000;

test.for([
  {
    name: 'an incident that has just begun',
    told: noticesOf(incident(), surroundings()),
    titles: ['ChargeOver: Main Application is down: it has no endpoints'],
  },
  {
    name: 'one with a second cause',
    told: noticesOf(incident({ causes: ['no_endpoints', 'probe_failed'] }), surroundings()).slice(
      1,
    ),
    titles: ['ChargeOver: Main Application is still down: its probes fail'],
  },
  {
    name: 'one that goes on',
    told: noticesOf(incident(), surroundings({ now: minutes(65), everyMs: 30 * 60_000 })).slice(1),
    titles: ['ChargeOver: Main Application has been down for 1 h 5 min'],
  },
  {
    name: 'one that came back',
    told: noticesOf(incident({ relapses: 1 }), surroundings()).slice(1),
    titles: ['ChargeOver: Main Application is down again: it has no endpoints'],
  },
  {
    name: 'one that was posted on the status page',
    told: noticesOf(incident(), surroundings({ statusPage: pageWithPost(minutes(5)) })).slice(1),
    titles: ['ChargeOver: Main Application: the status page says investigating'],
  },
  {
    name: 'one that is over',
    told: noticesOf(incident({ resolvedAt: minutes(42) }), surroundings()).slice(1),
    titles: ['ChargeOver: Main Application is back after 42 min'],
  },
])('$name is told in a sentence', ({ told, titles }) => {
  expect(told.map(titleOf)).toEqual(titles);
});

test('times, the status page and the reference stand below the sentence', () => {
  const [opened] = noticesOf(incident(), surroundings());
  expect(opened && linesOf(opened)).toEqual([
    'Started 2023-07-19 15:24:00 UTC, detected 2023-07-19 15:24:01 UTC.',
    'The status page does not tell of it yet.',
    'Incident 20230719T152400Z-app',
  ]);
});

test('the same incident gives the same ids, whenever and by whomever it is told', () => {
  const one = noticesOf(incident(), surroundings());
  const later = noticesOf(incident(), surroundings({ now: minutes(9), service: null }));
  expect(later.map(({ id }) => id)).toEqual(one.map(({ id }) => id));
});

test('what was posted before the outage is no news of it', () => {
  const statusPage = pageWithPost(startedAt - 60_000);
  const told = noticesOf(incident(), surroundings({ statusPage }));
  expect(told.map(({ event }) => event)).toEqual(['opened']);
});

test('a text of the status page stays one short line', () => {
  const statusPage = pageWithPost(minutes(5), `a\n${'b'.repeat(900)}`);
  const [opened] = noticesOf(incident(), surroundings({ statusPage }));
  const [, line = ''] = opened === undefined ? [] : linesOf(opened);
  expect(line).toMatch(/^Status page, investigating: a b+…$/);
  expect(line.length).toBeLessThan(540);
});
