import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { latestIncidents, putIncident } from '../../src/outage/incident-rows.ts';
import { outcomesBetween } from '../../src/outage/outcomes.ts';
import { storeHere } from '../support/store-here.ts';
import { AT, UP } from './followed.ts';
import { recorderOn } from './recorder-on.ts';
import { INCIDENT } from './report/sample.ts';

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

test('what was answered in a suspicion belongs to the incident that comes of it, or to none', async () => {
  const { recorder, incidents, counted, turn, suspect, goDown } = await recorderOn(storeHere());
  suspect(0);
  counted.count = 5;
  recorder.look(AT + 100);
  turn(UP, 200);
  counted.count += 2;
  recorder.look(AT + 300);
  suspect(1_000);
  counted.count += 10;
  recorder.look(AT + 1_100);
  goDown(1_000);
  const tally = { clientKind: 'person', reason: 'outage', disposition: 'unknown' };
  expect(incidents.latest('app')?.requests).toEqual([{ ...tally, count: 10 + 3 }]);
});

test('what was answered just before the recovery was certain belongs to the incident, and nothing after', async () => {
  const { recorder, incidents, counted, turn } = await recorderOn(storeHere());
  const trouble = { since: AT, detectedAt: AT, cause: 'no_endpoints' } as const;
  turn({ state: 'down', ...trouble }, 0);
  expect(incidents.latest('app')?.requests).toEqual([]);
  turn({ state: 'recovering', ...trouble, recoveredAt: AT + 1_000 }, 1_000);
  counted.count = 4;
  turn(UP, 2_000);
  counted.count = 6;
  recorder.look(AT + 2_500);
  expect(incidents.latest('app')?.requests).toMatchObject([{ count: 4 }]);
});

test('while the store is in trouble nothing is handed over, and then what has become of it', async () => {
  const store = storeHere();
  const { recorder, goDown, goUp } = await recorderOn(store);
  const stored = async () => await latestIncidents(store, 9);
  store.isTroubled = true;
  goDown(0);
  goUp(5_000);
  store.isTroubled = false;
  expect(await stored()).toEqual([]);
  recorder.look(AT + 9_000);
  expect(await stored()).toMatchObject([{ resolvedAt: AT + 5_000, requests: [{ count: 3 }] }]);
});

test('a store that could not tell at the start is asked again once it is well', async () => {
  const store = storeHere();
  (await recorderOn(store)).goDown(0);
  store.isTroubled = true;
  const { recorder, incidents } = await recorderOn(store);
  recorder.look(AT + 5_000);
  expect(incidents.list()).toEqual([]);
  store.isTroubled = false;
  recorder.look(AT + 6_000);
  await vi.waitFor(() => expect(incidents.isOpen('app')).toBe(true));
  recorder.look(AT + 7_000);
  expect(incidents.list()).toHaveLength(1);
});

test('what the store has told is taken over once', async () => {
  const store = storeHere();
  (await recorderOn(store)).goDown(0);
  const { recorder, lines } = await recorderOn(store);
  for (const at of [5_000, 6_000]) {
    recorder.look(AT + at);
    await setImmediate(); // Whatever it might ask the store is answered by then.
  }
  expect(lines.map(({ msg }) => msg)).toEqual(['incident continued']);
});

test('an incident of an upstream that the settings have no longer ended when it was seen last', async () => {
  const store = storeHere();
  const open = { ...INCIDENT, resolvedAt: null, endKnownBy: null, seenAt: AT + 9_000 };
  putIncident(store, { ...open, id: 'gone', upstream: 'gone' });
  putIncident(store, { ...INCIDENT, id: 'over', upstream: 'over' });
  putIncident(store, open);
  const { incidents } = await recorderOn(store);
  expect(incidents.find('gone')).toMatchObject({ resolvedAt: AT + 9_000, endKnownBy: 'retired' });
  expect(incidents.find('over')).toMatchObject({ endKnownBy: 'recovery' });
  expect(incidents.isOpen('app')).toBe(true);
});

test.for([
  { name: 'one that failed since was seen to recover', fails: true, end: 'recovery' },
  { name: 'one that did not came back unseen', fails: false, end: 'restart' },
])('of an incident from before: $name', async ({ fails, end }) => {
  const store = storeHere();
  (await recorderOn(store)).goDown(0);
  const { recorder, incidents, upstream, turn, suspect } = await recorderOn(store);
  if (fails) suspect(8_000);
  upstream.servedSince = AT + 10_000;
  if (fails) recorder.look(AT + 19_000); // It is suspect still.
  expect(incidents.isOpen('app')).toBe(true);
  turn(UP, 20_000);
  expect(incidents.latest('app')).toMatchObject({ resolvedAt: AT + 10_000, endKnownBy: end });
});

test('it looks twice a second by itself, until it ends', async () => {
  vi.useFakeTimers({ now: AT, toFake: ['setInterval', 'clearInterval', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const store = storeHere();
  const { recorder, goDown } = await recorderOn(store, 500);
  goDown(0);
  const seenAt = async () => ((await latestIncidents(store, 1))[0]?.seenAt ?? 0) - AT;
  expect(await seenAt()).toBe(600);
  vi.advanceTimersByTime(1_000);
  expect(await seenAt()).toBe(1_000);
  vi.setSystemTime(AT + 1_200);
  recorder[Symbol.dispose]();
  expect(await seenAt()).toBe(1_200);
  expect(vi.getTimerCount()).toBe(0);
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
