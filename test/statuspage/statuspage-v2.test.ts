import { expect, test } from 'vitest';
import type { Impact, Publication } from '../../src/statuspage/model.ts';
import { publishedSeverity } from '../../src/statuspage/severity.ts';
import { readStatuspageV2, STATUSPAGE } from '../../src/statuspage/statuspage-v2.ts';
import { fixture, fixtureNames } from './fixtures.ts';

const PAGE = 'https://status.chargeover.com';

function read(payload: unknown, pageUrl: string = PAGE): Publication {
  const publication = readStatuspageV2(payload, { url: pageUrl, readAt: 0 });
  if (publication === null) throw new Error('not recognised');
  return publication;
}

interface Expected {
  indicator: Impact;
  severity: Impact;
  /** `state impact` of each incident, in the model's order. */
  incidents: string[];
  maintenances: string[];
  components: number;
}

const quiet: Expected = {
  indicator: 'none',
  severity: 'none',
  incidents: [],
  maintenances: [],
  components: 0,
};
const unsaid: Expected = { ...quiet, indicator: 'unknown', severity: 'unknown' };

const recorded: Record<string, Expected> = {
  'DOCUMENTED-incident-io-compat-silent.summary.json': {
    ...quiet,
    indicator: 'major',
    severity: 'major',
    components: 2,
  },
  'RECONSTRUCTED-chargeover-2023-07-19-t1-investigating.summary.json': {
    ...quiet,
    indicator: 'major',
    severity: 'critical',
    incidents: ['open critical'],
    components: 7,
  },
  'RECONSTRUCTED-chargeover-2023-07-19-t2-identified.summary.json': {
    ...quiet,
    indicator: 'major',
    severity: 'critical',
    incidents: ['open critical'],
    components: 7,
  },
  'RECONSTRUCTED-chargeover-2023-07-19-t4-monitoring.summary.json': {
    ...quiet,
    severity: 'critical',
    incidents: ['monitoring critical'],
    components: 7,
  },
  'RECONSTRUCTED-chargeover-2023-07-19-t5-resolved.summary.json': { ...quiet, components: 7 },
  'RECONSTRUCTED-chargeover-2023-07-19-t6-postmortem.incidents.json': {
    ...unsaid,
    incidents: ['resolved critical'],
  },
  'claude-2026-06-partly-edited.incidents.json': {
    ...unsaid,
    incidents: ['resolved minor', 'resolved unknown'],
    maintenances: ['active'],
  },
  'discord-2022-02.components.json': { ...unsaid, components: 1 },
  'discord-2022-02.incidents-unresolved.json': unsaid,
  'discord-2022-02.incidents.json': { ...unsaid, incidents: ['resolved minor'] },
  'discord-2022-02.scheduled-maintenances-active.json': unsaid,
  'discord-2022-02.scheduled-maintenances-upcoming.json': unsaid,
  'discord-2022-02.scheduled-maintenances.json': { ...unsaid, maintenances: ['done'] },
  'discord-2022-02.status.json': quiet,
  'discord-2022-02.summary.json': { ...quiet, components: 1 },
  'dnsimple-2016-10-components-edited-down.legacy-index.json': {
    ...quiet,
    incidents: [
      'resolved minor',
      'resolved minor',
      'resolved none',
      'resolved none',
      'resolved none',
      'resolved none',
    ],
    maintenances: ['done', 'done', 'done', 'done'],
    components: 7,
  },
  'dnsimple-2016-10-operational.legacy-index.json': {
    ...quiet,
    incidents: [
      'resolved minor',
      'resolved minor',
      'resolved none',
      'resolved none',
      'resolved none',
      'resolved none',
    ],
    maintenances: ['done', 'done', 'done', 'done'],
    components: 7,
  },
  'github-2020-05-minor-incident.summary.json': {
    indicator: 'minor',
    severity: 'minor',
    incidents: ['open minor'],
    maintenances: ['scheduled', 'scheduled'],
    components: 9,
  },
  'github-2020-05-minor.status.json': { ...quiet, indicator: 'minor', severity: 'minor' },
  'github-2020-12-maintenance-in-progress.summary.json': {
    ...quiet,
    indicator: 'maintenance',
    severity: 'maintenance',
    maintenances: ['active'],
    components: 9,
  },
  'github-2020-12-maintenance.status.json': {
    ...quiet,
    indicator: 'maintenance',
    severity: 'maintenance',
  },
  'github-2022-11-major-incident-open.summary.json': {
    ...quiet,
    indicator: 'minor',
    severity: 'major',
    incidents: ['open major'],
    components: 11,
  },
  'github-2026-07-resolved.incidents.json': {
    ...unsaid,
    incidents: [
      'resolved minor',
      'resolved minor',
      'resolved major',
      'resolved minor',
      'resolved critical',
    ],
  },
  'htx-2020-02-minor-open-and-scheduled.summary.json': {
    indicator: 'minor',
    severity: 'minor',
    incidents: ['open minor'],
    maintenances: ['scheduled'],
    components: 1,
  },
  'statuspage-docs-sample-critical-open.summary.json': {
    indicator: 'major',
    severity: 'critical',
    incidents: ['open critical'],
    maintenances: ['active', 'scheduled'],
    components: 2,
  },
  'travis-ci-2016-10-operational.legacy-index.json': {
    ...quiet,
    incidents: [
      'resolved minor',
      'resolved none',
      'resolved major',
      'resolved major',
      'resolved major',
      'resolved major',
      'resolved none',
      'resolved minor',
      'resolved minor',
      'resolved minor',
    ],
    components: 5,
  },
};
const foreign = fixtureNames.filter(
  (name) => /^(?:other|webhook|DOCUMENTED)-/.test(name) && !name.includes('compat'),
);

test('every recorded payload is either expected to be read or expected to be refused', () => {
  expect([...Object.keys(recorded), ...foreign].sort()).toEqual([...fixtureNames].sort());
});

test.for(Object.entries(recorded))('%s is read as what it says', ([name, expected]) => {
  const publication = read(fixture(name));
  expect({
    indicator: publication.indicator,
    severity: publishedSeverity(publication, null),
    incidents: publication.incidents.map(({ state, impact }) => `${state} ${impact}`),
    maintenances: publication.maintenances.map(({ state }) => state),
    components: publication.components.length,
  }).toEqual(expected);
});

test.for(foreign)('%s is no Statuspage document', (name) => {
  expect(readStatuspageV2(fixture(name), { url: PAGE, readAt: 0 })).toBeNull();
});

test.for([
  { name: 'null', payload: null },
  { name: 'a list', payload: [] },
  { name: 'an empty object', payload: {} },
  { name: 'a page with nothing on it', payload: { page: { id: 'x', name: 'X' } } },
  { name: 'an Instatus summary', payload: { page: { name: 'X', url: PAGE, status: 'HASISSUES' } } },
  {
    name: 'an Instatus summary with lists',
    payload: { page: { name: 'X', url: PAGE, status: 'UP' }, components: [], incidents: [] },
  },
  { name: 'a list of components of no page', payload: { components: [{ name: 'API' }] } },
])('$name is no Statuspage document', ({ payload }) => {
  expect(readStatuspageV2(payload, { url: PAGE, readAt: 0 })).toBeNull();
});

test('the incident of 19 July 2023 is read whole', () => {
  const summary = 'RECONSTRUCTED-chargeover-2023-07-19-t4-monitoring.summary.json';
  const [incident] = read(fixture(summary)).incidents;

  expect(incident).toMatchObject({
    id: '37lky82ctzk8',
    name: 'ChargeOver main application is unavailable',
    rawStatus: 'monitoring',
    startedAt: Date.parse('2023-07-19T15:29:00Z'),
    updatedAt: Date.parse('2023-07-19T16:12:00Z'),
    resolvedAt: null,
    url: 'https://status.chargeover.com/incidents/37lky82ctzk8',
    componentIds: [1, 3, 4, 5, 7].map((number) => `reconstructed-c${number}`),
  });
  expect(incident?.updates.map(({ rawStatus }) => rawStatus)).toEqual([
    'monitoring',
    'identified',
    'identified',
    'investigating',
  ]);
});

test('a postmortem is a resolved incident that keeps its own word', () => {
  const name = 'RECONSTRUCTED-chargeover-2023-07-19-t6-postmortem.incidents.json';
  const [incident] = read(fixture(name)).incidents;
  expect(incident).toMatchObject({
    state: 'resolved',
    rawStatus: 'postmortem',
    resolvedAt: Date.parse('2023-07-19T16:17:00Z'),
  });
});

test('words that the format does not know are unknown, with their text kept', () => {
  const incidents = read(fixture('claude-2026-06-partly-edited.incidents.json')).incidents;
  expect(incidents[1]).toMatchObject({ impact: 'unknown', rawImpact: 'catastrophic' });
  expect(incidents[1]?.updates[0]?.rawStatus).toBe('surprise');

  const flare = read({
    page: { name: 'X' },
    status: { indicator: 'operational', description: 'Fine' },
    components: [
      { id: '1', name: 'API', status: '' },
      { id: '2', name: 'Web', status: 'on fire' },
    ],
  });
  expect(flare).toMatchObject({
    indicator: 'unknown',
    rawIndicator: 'operational',
    components: [
      { id: '1', name: 'API', status: 'unknown' },
      { id: '2', name: 'Web', status: 'unknown', rawStatus: 'on fire' },
    ],
  });
});

test('the <br /> of recorded postings become line breaks and no tag is left', () => {
  const publication = read(fixture('github-2026-07-resolved.incidents.json'));
  const texts = publication.incidents.flatMap(({ updates }) => updates.map(({ text }) => text));
  expect(JSON.stringify(fixture('github-2026-07-resolved.incidents.json'))).toContain('<br />');
  expect(texts.join('')).not.toMatch(/<[a-z/]/i);
  expect(texts.some((text) => text.includes('\n'))).toBe(true);
});

test('updates without an id, components without an id: both are told apart all the same', () => {
  const [incident] = read(fixture('claude-2026-06-partly-edited.incidents.json')).incidents;
  const ids = incident?.updates.map(({ id }) => id) ?? [];
  expect(new Set(ids).size).toBe(2);
  expect(incident?.componentIds).toEqual(['claude.ai', 'Claude API (api.anthropic.com)']);
});

test('a short link on another host is replaced by the address on the page itself', () => {
  const name = 'github-2022-11-major-incident-open.summary.json';
  const [incident] = read(fixture(name), 'https://www.githubstatus.com/').incidents;
  expect(incident?.url).toBe('https://www.githubstatus.com/incidents/ljwdk6qml8z8');
});

test.for([
  { link: 'https://status.chargeover.com/incidents/zz', url: `${PAGE}/incidents/zz` },
  { link: 'javascript:alert(1)//status.chargeover.com', url: `${PAGE}/incidents/a%2Fb` },
  { link: 'https://status.chargeover.com@evil.example/', url: `${PAGE}/incidents/a%2Fb` },
  { link: 'https://me:pw@status.chargeover.com/', url: `${PAGE}/incidents/a%2Fb` },
  { link: 'https://status.chargeover.com:444/x', url: `${PAGE}/incidents/a%2Fb` },
  { link: '//status.chargeover.com/x', url: `${PAGE}/incidents/a%2Fb` },
  { link: 42, url: `${PAGE}/incidents/a%2Fb` },
])('the link $link leads to $url', ({ link, url }) => {
  const incident = { id: 'a/b', name: 'X', status: 'identified', shortlink: link };
  expect(read({ page: { id: 'p' }, incidents: [incident] }).incidents[0]?.url).toBe(url);
});

test.for([
  { text: '2014-05-14T14:22:39.441-06:00', at: Date.UTC(2014, 4, 14, 20, 22, 39, 441) },
  { text: '2016-05-09T06:45:38-07:00', at: Date.UTC(2016, 4, 9, 13, 45, 38) },
  { text: '2016-05-09T06:45:38Z', at: Date.UTC(2016, 4, 9, 6, 45, 38) },
  { text: '2016-05-09T06:45:38', at: Date.UTC(2016, 4, 9, 6, 45, 38) },
  { text: 'Sat Jun 11 2022 18:55:50 GMT+0000', at: Date.UTC(2022, 5, 11, 18, 55, 50) },
  {
    text: 'Sat Jun 11 2022 18:55:50 GMT+0200 (Central European Summer Time)',
    at: Date.UTC(2022, 5, 11, 16, 55, 50),
  },
  { text: 'Thu, 23 Dec 2021 10:30:37 +0100', at: Date.UTC(2021, 11, 23, 9, 30, 37) },
  { text: 'Thu, 23 Dec 2021 10:30:37 EST', at: Date.UTC(2021, 11, 23, 15, 30, 37) },
  { text: 'Thu, 23 Dec 2021 10:30:37', at: Date.UTC(2021, 11, 23, 10, 30, 37) },
  { text: 'Thu, 99 Foo 2021 10:30:37 GMT', at: null },
  { text: '2016-13-40T99:99:99Z', at: null },
  { text: 1_463_000_000, at: 1_463_000_000_000 },
  { text: 1_463_000_000_123, at: 1_463_000_000_123 },
  { text: '1999-12-31T23:59:59Z', at: null },
  { text: '9999-12-31T23:59:59Z', at: null },
  { text: 0, at: null },
  { text: 1e300, at: null },
  { text: 'soon', at: null },
])('the time $text is $at', ({ text, at }) => {
  expect(read({ page: { id: 'p', updated_at: text }, components: [] }).pageUpdatedAt).toBe(at);
});

test('updates come newest first by the time that they show, whatever their order was', () => {
  const update = (id: string, display: string | undefined, created: string) => ({
    id,
    status: 'identified',
    body: id,
    created_at: created,
    display_at: display,
  });
  const incident = {
    id: 'i',
    incident_updates: [
      update('first', '2023-07-19T10:00:00-05:00', '2023-07-19T20:00:00Z'),
      update('third', undefined, '2023-07-19T17:00:00Z'),
      'no update',
      update('second', '2023-07-19T16:00:00Z', '2023-07-19T09:00:00Z'),
    ],
  };
  const [posted] = read({ page: { id: 'p' }, incidents: [incident] }).incidents;
  expect(posted?.updates.map(({ id }) => id)).toEqual(['third', 'second', 'first']);
  expect(posted?.startedAt).toBe(Date.UTC(2023, 6, 19, 15));
});

test('an incident without any date is dated to its reading, and without a name is kept by its id', () => {
  const publication = readStatuspageV2(
    { page: { id: 'p' }, incidents: [{ id: 'i', status: 'new word' }, {}, null, 'x'] },
    { url: PAGE, readAt: 1234 },
  );
  expect(publication?.incidents).toEqual([
    {
      id: 'i',
      name: '',
      state: 'open',
      rawStatus: 'new word',
      impact: 'unknown',
      startedAt: 1234,
      updatedAt: 1234,
      resolvedAt: null,
      url: `${PAGE}/incidents/i`,
      updates: [],
      componentIds: [],
    },
  ]);
});

test('limits hold, and an unresolved incident is never cut off for resolved ones', () => {
  const update = { status: 'resolved', body: 'x'.repeat(100_000), created_at: '2026-01-01T00:00Z' };
  const resolved = Array.from({ length: 80 }, (_, index) => ({
    id: `r${index}`,
    name: 'n'.repeat(1_000),
    status: 'resolved',
    created_at: '2026-01-01T00:00:00Z',
    incident_updates: Array.from({ length: index === 0 ? 80 : 0 }, () => update),
  }));
  const open = { id: 'open', status: 'investigating', created_at: '2001-01-01T00:00:00Z' };
  const { incidents } = read({ page: { id: 'p' }, incidents: [...resolved, open] });

  expect(incidents).toHaveLength(50);
  expect(incidents[0]?.id).toBe('open');
  expect(incidents[1]?.name).toHaveLength(200);
  expect(incidents[1]?.updates).toHaveLength(50);
  expect(incidents[1]?.updates[0]?.text).toHaveLength(5_000);
});

test('groups of components are left out, since their members stand beside them', () => {
  const components = [
    { id: 'g', name: 'Everything', status: 'operational', group: true, components: ['c'] },
    { id: 'c', name: 'API', status: 'operational', group: false, group_id: 'g' },
  ];
  expect(read({ page: { id: 'p' }, components }).components.map(({ id }) => id)).toEqual(['c']);
});

test('a summary without the member is silent about incidents; one with an empty list is not', () => {
  const silent = { page: { id: 'p' }, status: { indicator: 'none' }, components: [] };
  const document = new URL('https://status.example.com/api/v2/summary.json');
  const companionOf = (payload: unknown) =>
    STATUSPAGE.companionOf?.(payload, document)?.href ?? null;

  expect(companionOf(silent)).toBe('https://status.example.com/api/v2/incidents.json');
  expect(read(silent).isSilentOnIncidents).toBe(true);
  expect(companionOf({ ...silent, incidents: [] })).toBeNull();
  expect(read({ ...silent, incidents: [] }).isSilentOnIncidents).toBeUndefined();
  expect(companionOf(fixture('discord-2022-02.components.json'))).toBeNull();
});

test('a silent summary is completed from incidents.json; from anything else it stays silent', () => {
  const silent = { page: { id: 'p' }, status: { indicator: 'none' }, components: [] };
  const page = { url: PAGE, readAt: 0 };
  const history = fixture('RECONSTRUCTED-chargeover-2023-07-19-t6-postmortem.incidents.json');

  expect(readStatuspageV2(silent, page, history)?.incidents).toHaveLength(1);
  for (const companion of [undefined, null, [], {}, { incidents: 'none' }]) {
    expect(readStatuspageV2(silent, page, companion)?.isSilentOnIncidents).toBe(true);
  }
});
