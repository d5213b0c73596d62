import { expect, test } from 'vitest';
import type { IncidentChange } from '../../src/outage/incident.ts';
import type { IncidentRecord } from '../../src/outage/incident-record.ts';
import { eventsOf } from '../../src/outage/timeline.ts';
import { storeHere } from '../support/store-here.ts';
import { AT } from './followed.ts';
import { recorderOn } from './recorder-on.ts';
import { INCIDENT } from './report/sample.ts';

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

test('a signal stands there with the verdict that it changed', async () => {
  const store = storeHere();
  const { suspect } = await recorderOn(store);
  suspect(0);
  const events = await eventsOf(store, INCIDENT, AT);
  const signal = { kind: 'discovered', at: AT, count: 0, isDecided: false };
  expect(events.find(({ kind }) => kind === 'verdict')).toEqual({
    ...{ at: AT, kind: 'verdict', source: 'discovery', upstream: 'app' },
    words: 'Discovery listed no endpoint.',
    details: { from: 'up', to: 'suspect', signal },
  });
});

test.for<{ change: IncidentChange; over: Partial<IncidentRecord>; words: string }>([
  {
    ...{ change: 'opened', over: { causes: ['no_endpoints'] } },
    words: 'The incident was opened: there was no endpoint.',
  },
  {
    ...{ change: 'cause_added', over: { causes: ['no_endpoints', 'tls_error'] } },
    words: 'Another cause: TLS could not be agreed on.',
  },
  {
    ...{ change: 'reopened', over: { causes: ['connection_reset', 'no_endpoints'] } },
    words: 'The trouble came back: there was no endpoint.',
  },
  {
    ...{ change: 'resolved', over: { endKnownBy: 'recovery' } },
    words: 'The incident ended: requests were served again.',
  },
  {
    ...{ change: 'resolved', over: { endKnownBy: 'restart' } },
    words:
      'The incident had ended while the gateway was not running: at its first look all was well.',
  },
  {
    ...{ change: 'resolved', over: { endKnownBy: 'retired' } },
    words: 'The settings have this upstream no longer; what became of it is not known.',
  },
])('$change: "$words"', async ({ change, over, words }) => {
  const store = storeHere();
  const { recorder } = await recorderOn(store);
  const resolvedAt = AT + 5_000;
  recorder.changed({ ...INCIDENT, ...over, resolvedAt }, change, AT + 7_000);
  const events = await eventsOf(store, { ...INCIDENT, resolvedAt: AT + 60_000 }, AT);
  expect(events.filter(({ kind }) => kind === 'incident')).toEqual([
    {
      at: change === 'resolved' ? resolvedAt : AT + 7_000,
      ...{ kind: 'incident', source: 'gateway', upstream: 'app', words },
      details: { incident: INCIDENT.id, change, causes: over.causes ?? INCIDENT.causes },
    },
  ]);
});

test('starts and ends of the gateway stand there, each once', async () => {
  const store = storeHere();
  const { recorder } = await recorderOn(store);
  recorder[Symbol.dispose]();
  const ended = Date.now();
  const all = { ...INCIDENT, resolvedAt: ended };
  const own = (await eventsOf(store, all, ended)).map(({ at, ...event }) => event);
  const gateway = { kind: 'gateway', source: 'gateway', upstream: null };
  expect(own).toEqual([
    { ...gateway, words: 'The gateway started.', details: { event: 'started' } },
    { ...gateway, words: 'The gateway ended.', details: { event: 'ended' } },
  ]);
});

test('what the status page posts, and that it cannot be read, stands there once', async () => {
  const store = storeHere();
  const { recorder } = await recorderOn(store);
  const update = { id: 'u', rawStatus: 'investigating', text: 'We look into it.', at: AT + 1_000 };
  const incidents = [{ id: 'i', name: 'Outage', updates: [update] }];
  const read = { kind: 'read', publication: { incidents, maintenances: [] } } as const;
  for (const state of [{ kind: 'unread' }, read, read, { kind: 'unreachable' }, read] as const) {
    recorder.published(state, AT + 2_000);
  }
  const events = await eventsOf(store, INCIDENT, AT);
  expect(events.filter(({ kind }) => kind === 'status_page').map(({ words }) => words)).toEqual([
    'Outage: investigating. We look into it.',
    'The status page could not be read.',
    'The status page could be read again.',
  ]);
});
