import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { latestIncidents } from '../../src/outage/incident-rows.ts';
import { Incidents } from '../../src/outage/incidents.ts';
import { outcomesBetween } from '../../src/outage/outcomes.ts';
import { Recorder } from '../../src/outage/recorder.ts';
import type { Store } from '../../src/outage/store.ts';
import { eventsOf } from '../../src/outage/timeline.ts';
import type { Verdict } from '../../src/outage/verdict.ts';
import { eventually } from '../support/eventually.ts';
import { linesInto } from '../support/log-lines.ts';
import { storeFolder, testStore } from '../support/store.ts';
import { storeHere } from '../support/store-here.ts';

const AT = Date.UTC(2023, 6, 19, 15, 24);
const CAUSE = 'connection_refused';
const UP: Verdict = { state: 'up' };

/** A recorder over a store, and what moves it: verdicts and answers, with times from the first. */
async function recorderOn(store: Store) {
  const lines: Record<string, unknown>[] = [];
  const incidents: Incidents = new Incidents(linesInto(lines), {
    onChange: (incident, change) => recorder.changed(incident, change, now),
  });
  let now = AT;
  let verdict: Verdict = UP;
  const counts = { good: 0, upstreamErrors: 0, notProcessed: 0, unknown: 0 };
  const upstream = { servedSince: null as number | null };
  const answer = { upstream: 'app', kind: 'person', reason: 'outage', disposition: 'unknown' };
  const counted = { ...answer, count: 0 };
  const recorder = new Recorder({
    store,
    incidents,
    upstreams: () => [{ name: 'app', state: verdict.state, streakMs: 1_000, ...upstream }],
    answers: () => [counted],
    outcomes: () => ({ ...counts }),
    everyMs: 1e9, // Tests say when, in 2023.
  });
  onTestFinished(() => recorder[Symbol.dispose]());
  await recorder.start(AT);
  const turn = (next: Verdict, at: number) => {
    const named = { upstream: 'app', component: null };
    const [belief, previous] = [
      { ...named, verdict: next },
      { ...named, verdict },
    ];
    verdict = next;
    now = AT + at;
    const signal = { kind: 'discovered', at: now, count: 0, isDecided: false } as const;
    recorder.turned({ belief, previous, at: now, flapMs: 300_000 }, signal);
  };
  return {
    ...{ recorder, incidents, counted, counts, upstream, lines, turn },
    goDown(at: number) {
      turn({ state: 'suspect', since: AT + at, cause: CAUSE }, at);
      counted.count += 3;
      turn({ state: 'down', since: AT + at, detectedAt: AT + at + 600, cause: CAUSE }, at + 600);
    },
    goUp(at: number) {
      const trouble = { since: AT, detectedAt: AT + 600, cause: CAUSE } as const;
      turn({ state: 'recovering', ...trouble, recoveredAt: AT + at }, at);
      turn(UP, at + 1_000);
    },
  };
}

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

test('a store that opens late still has its incident continued', async () => {
  const folder = await storeFolder();
  await mkdir(join(folder, 'elsewhere'));
  const first = await testStore(join(folder, 'elsewhere', 'candor.sqlite'));
  (await recorderOn(first.store)).goDown(0);
  await first.store[Symbol.asyncDispose]();
  const { store } = await testStore(join(folder, 'data', 'candor.sqlite'));
  const { recorder, incidents, lines } = await recorderOn(store);
  expect(incidents.list()).toEqual([]);
  await rename(join(folder, 'elsewhere'), join(folder, 'data'));
  await eventually(() => store.isWell || undefined);
  recorder.look(AT + 10_000);
  await eventually(() => incidents.isOpen('app') || undefined);
  expect(lines.map(({ msg }) => msg)).toEqual(['incident continued']);
});
