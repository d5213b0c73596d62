import { expect, test } from 'vitest';
import { latestIncidents } from '../../src/outage/incident-rows.ts';
import { outcomesBetween } from '../../src/outage/outcomes.ts';
import { eventsOf } from '../../src/outage/timeline.ts';
import { storeHere } from '../support/store-here.ts';
import { AT } from './followed.ts';
import { recorderOn } from './recorder-on.ts';

test('answers from the first failing signal to the recovery belong to the incident, no others', async () => {
  const store = storeHere();
  const { recorder, counted, goDown, goUp } = await recorderOn(store);
  counted.count = 10;
  recorder.look(AT + 100);
  goDown(1_000);
  counted.count += 4;
  recorder.look(AT + 2_000);
  counted.count += 5;
  goUp(5_000);
  counted.count += 20;
  recorder.look(AT + 8_000);
  const [incident] = await latestIncidents(store, 1);
  expect(incident).toMatchObject({ resolvedAt: AT + 5_000, endKnownBy: 'recovery' });
  expect(incident?.requests).toEqual([
    { clientKind: 'person', reason: 'outage', disposition: 'unknown', count: 3 + 4 + 5 },
  ]);
});

test('the time line has the signals that moved the verdict, and what became of the incident', async () => {
  const store = storeHere();
  const { incidents, goDown, goUp } = await recorderOn(store);
  goDown(1_000);
  goUp(5_000);
  const [incident] = incidents.list();
  const events = incident === undefined ? [] : await eventsOf(store, incident, AT + 6_000);
  expect(events.map(({ at, kind, source }) => `${at - AT} ${kind} ${source}`)).toEqual([
    '0 gateway gateway',
    '1000 verdict discovery',
    '1600 verdict discovery',
    '1600 incident gateway',
    '5000 verdict discovery',
    '5000 incident gateway',
    '6000 verdict discovery',
  ]);
});

test('what became of requests is written in and around an incident only', async () => {
  const store = storeHere();
  const { recorder, counts, goDown } = await recorderOn(store);
  const all = { from: 0, to: AT + 1e9 };
  for (let at = 0; at <= 600_000; at += 10_000) {
    counts.good += 7;
    recorder.look(AT + at);
  }
  expect(await outcomesBetween(store, 'app', all)).toEqual([]);
  goDown(601_000);
  counts.notProcessed += 9;
  recorder.look(AT + 610_000);
  const steps = await outcomesBetween(store, 'app', all);
  expect(steps).toHaveLength(31); // Five minutes before, and the step that has just ended.
  expect(steps.at(-1)).toMatchObject({ at: AT + 600_000, good: 0, notProcessed: 9 });
  expect(steps.at(-2)).toMatchObject({ at: AT + 590_000, good: 7, notProcessed: 0 });
});

test('an incident from before goes on until its upstream has served for as long as a recovery takes', async () => {
  const store = storeHere();
  (await recorderOn(store)).goDown(0);
  await store.flush();
  const { recorder, incidents, upstream } = await recorderOn(store);
  expect(incidents.isOpen('app')).toBe(true);
  recorder.look(AT + 10_000);
  expect(incidents.isOpen('app')).toBe(true); // Nobody has looked yet.
  upstream.servedSince = AT + 10_000;
  recorder.look(AT + 10_900);
  expect(incidents.isOpen('app')).toBe(true);
  recorder.look(AT + 11_000);
  expect(incidents.list()).toMatchObject([{ resolvedAt: AT + 10_000, endKnownBy: 'restart' }]);
});

test('trouble soon after the end of an incident belongs to it across a restart', async () => {
  const store = storeHere();
  const before = await recorderOn(store);
  before.goDown(0);
  before.goUp(5_000);
  await store.flush();
  const { incidents, goDown } = await recorderOn(store);
  goDown(60_000);
  expect(incidents.list()).toMatchObject([{ resolvedAt: null, relapses: 1, endKnownBy: null }]);
});
