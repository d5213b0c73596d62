import { expect, test } from 'vitest';
import { said } from './said.ts';
import {
  answererOf,
  asker,
  belief,
  bodyOf,
  incident,
  maintenance,
  matter,
  published,
  update,
} from './samples.ts';

const JSON_CLIENT = { Accept: 'application/json' };

test('the incident is the worst open one that touches the component', () => {
  const components = [
    { id: 'c1', name: 'Main Application', status: 'operational' },
    { id: 'c2', name: 'Search', status: 'operational' },
  ] as const;
  const incidents = [
    incident({ id: 'other', impact: 'critical', componentIds: ['c2'] }),
    incident({ id: 'minor', impact: 'minor', componentIds: ['c1'] }),
    incident({ id: 'major', impact: 'major', componentIds: ['c1'] }),
    incident({ id: 'over', impact: 'critical', state: 'resolved', componentIds: ['c1'] }),
  ];
  const state = published({ components, incidents });
  expect(JSON.parse(said(JSON_CLIENT, { state })).outage.incident.id).toBe('major');
});

test('an incident that touches another component only is not ours', () => {
  const components = [
    { id: 'c1', name: 'Main Application', status: 'operational' },
    { id: 'c2', name: 'Search', status: 'operational' },
  ] as const;
  const state = published({ components, incidents: [incident({ componentIds: ['c2'] })] });
  const { outage } = JSON.parse(said(JSON_CLIENT, { state }));
  expect([outage.reported, outage.incident]).toEqual([false, null]);
});

test('bodies for programs stay within 4 KB, and the latest update within 280 characters', () => {
  const long = 'The very long story of this outage. '.repeat(400);
  const state = published({
    incidents: [incident({ name: long, updates: [update('investigating', long)] })],
  });
  for (const headers of [JSON_CLIENT, { Accept: 'text/xml' }, {}] as Record<string, string>[]) {
    const body = said(headers, { state });
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
  }
  const { outage } = JSON.parse(said(JSON_CLIENT, { state }));
  expect(outage.incident.latestUpdate.length).toBe(280);
});

test.for([
  { state: 'down', incidents: [], reason: 'maintenance' },
  { state: 'recovering', incidents: [], reason: 'maintenance' },
  { state: 'suspect', incidents: [], reason: 'outage' },
  { state: 'up', incidents: [], reason: 'outage' },
  { state: 'down', incidents: [incident()], reason: 'outage' },
] as const)(
  'during planned work, $state with incidents $incidents.length is $reason',
  ({ state, incidents, reason }) => {
    const page = published({ maintenances: [maintenance()], incidents });
    const answer = answererOf({ state: page }).answer(
      asker(JSON_CLIENT),
      matter({ belief: belief(state) }),
    );
    const { outage } = JSON.parse(bodyOf(answer));
    expect([answer.reason, outage.reason, outage.reported]).toEqual([reason, reason, true]);
  },
);

test('planned work that is still to come, or over, is no reason', () => {
  for (const state of ['scheduled', 'done'] as const) {
    const page = published({ maintenances: [maintenance({ state })] });
    expect(answererOf({ state: page }).answer(asker(), matter()).reason).toBe('outage');
  }
});
