import { expect, test } from 'vitest';
import { findIncident, latestIncidents, putIncident } from '../../src/outage/incident-rows.ts';
import { storeHere } from '../support/store-here.ts';
import { INCIDENT } from './report/sample.ts';

const HOUR = 3_600_000;

test('the latest come with all that are open, however old, the newest first and each once', async () => {
  const store = storeHere();
  const records = ['a', 'b', 'c', 'd', 'e', 'f'].map((id, hour) => {
    const startedAt = INCIDENT.startedAt + hour * HOUR;
    return { ...INCIDENT, id, startedAt, resolvedAt: 'ace'.includes(id) ? null : startedAt };
  });
  for (const one of records) putIncident(store, one);
  const latest = await latestIncidents(store, 2);
  expect(latest.map(({ id }) => id)).toEqual(['f', 'e', 'c', 'a']);
  expect(await findIncident(store, 'c')).toEqual(records[2]);
  expect(await findIncident(store, 'g')).toBeNull();
});

test('a record takes the place of the one that was handed over before', async () => {
  const store = storeHere();
  putIncident(store, { ...INCIDENT, resolvedAt: null, endKnownBy: null, people: 1 });
  putIncident(store, INCIDENT);
  expect(await latestIncidents(store, 9)).toEqual([INCIDENT]);
});
