import { expect, test } from 'vitest';
import type { Format, Impact, Publication } from '../../src/statuspage/model.ts';
import { READERS } from '../../src/statuspage/readers.ts';
import { publishedSeverity } from '../../src/statuspage/severity.ts';
import { fixture, fixtureNames } from './fixtures.ts';

const PAGE = { url: 'https://status.example.com', readAt: Date.parse('2026-03-04T21:42:00Z') };

/** What the first reader that knows the shape makes of a payload, as the program has it. */
function read(payload: unknown, companion?: unknown): Publication | null {
  const publications = READERS.map((reader) => reader.read(payload, PAGE, companion));
  return publications.find((publication) => publication !== null) ?? null;
}

function readFixture(name: string, companion?: string): Publication {
  const publication = read(fixture(name), companion === undefined ? undefined : fixture(companion));
  if (publication === null) throw new Error('not recognised');
  return publication;
}

interface Expected {
  source: Format;
  companion?: string;
  indicator: Impact;
  severity: Impact;
  incidents: string[];
  maintenances: string[];
  /** `name status` of each. */
  components: string[];
}

/**
 * `other-` is recorded, `DOCUMENTED-` is made by hand from what the product's documents and source
 * say, since no recording with a licence was found.
 */
const known: Record<string, Expected> = {
  'other-incidentio-widget-neon-2025-03.summary.json': {
    source: 'incident-io',
    indicator: 'none',
    severity: 'none',
    incidents: [],
    maintenances: [],
    components: [],
  },
  'DOCUMENTED-incident-io-open.widget.json': {
    source: 'incident-io',
    indicator: 'critical',
    severity: 'critical',
    incidents: ['open critical 01HINCIDENT'],
    maintenances: ['active 01HWORK', 'scheduled 01HNEXT'],
    components: ['API degraded_performance', 'Payments major_outage', 'Reports operational'],
  },
  'DOCUMENTED-incident-io-compat-silent.summary.json': {
    source: 'statuspage',
    indicator: 'major',
    severity: 'major',
    incidents: [],
    maintenances: [],
    components: ['API partial_outage', 'Web operational'],
  },
  'DOCUMENTED-instatus-issues.summary.json': {
    source: 'instatus',
    companion: 'DOCUMENTED-instatus-issues.components.json',
    indicator: 'major',
    severity: 'major',
    incidents: ['open major cl4a8n307'],
    maintenances: ['active cl4a8work', 'scheduled cl4a8next'],
    components: ['Checkout partial_outage', 'Reports under_maintenance', 'Web operational'],
  },
  'DOCUMENTED-instatus-up.summary.json': {
    source: 'instatus',
    indicator: 'none',
    severity: 'none',
    incidents: [],
    maintenances: [],
    components: [],
  },
  'DOCUMENTED-better-stack-degraded.index.json': {
    source: 'better-stack',
    indicator: 'minor',
    severity: 'minor',
    incidents: ['open minor 41', 'resolved unknown 40'],
    maintenances: ['active 42'],
    components: ['API degraded_performance', 'Mail unknown', 'Web operational'],
  },
  'DOCUMENTED-uptime-kuma.status-page.json': {
    source: 'uptime-kuma',
    companion: 'DOCUMENTED-uptime-kuma.heartbeat.json',
    indicator: 'minor',
    severity: 'major',
    incidents: ['open major 3'],
    maintenances: ['active 5'],
    components: ['API major_outage', 'Mail under_maintenance', 'Web operational'],
  },
  'other-azure-2026-07-empty.rss.xml': {
    source: 'feed',
    indicator: 'unknown',
    severity: 'unknown',
    incidents: [],
    maintenances: [],
    components: [],
  },
  'other-staffbase-2021-12.history.rss.xml': {
    source: 'feed',
    indicator: 'unknown',
    severity: 'unknown',
    incidents: [
      'resolved minor https://status.staffbase.com/incidents/77004ltfxlkv',
      'resolved minor https://status.staffbase.com/incidents/p3mdb34gmrx6',
    ],
    maintenances: [],
    components: [],
  },
  'DOCUMENTED-statuspage-open.history.atom.xml': {
    source: 'feed',
    indicator: 'minor',
    severity: 'minor',
    incidents: ['open minor tag:status.example.com,2005:Incident/3'],
    maintenances: ['active tag:status.example.com,2005:Incident/2'],
    components: [],
  },
  'DOCUMENTED-instatus-monitoring.history.rss.xml': {
    source: 'feed',
    indicator: 'minor',
    severity: 'minor',
    incidents: [
      'monitoring minor https://status.example.com/incident/cl4a8n307',
      'resolved minor https://status.example.com/incident/old',
    ],
    maintenances: [],
    components: [],
  },
};
/** Products without a reader, second documents that say nothing alone, and messages of webhooks. */
const foreign = [
  'DOCUMENTED-instatus-issues.components.json',
  'DOCUMENTED-uptime-kuma.heartbeat.json',
  'other-aws-2022-07-trimmed.data.json',
  'other-gatus-endpoint-statuses.json',
  'other-gcp-2026-07.incidents.json',
  'other-upptime-cloudesire.history-summary.json',
  'webhook-2017-12-component-update.json',
  'webhook-2017-12-incident-created.json',
  'webhook-2017-12-incident-resolved.json',
];

test('every payload of another product is expected to be read or expected to be refused', () => {
  const others = fixtureNames.filter((name) => /^(?:other|webhook|DOCUMENTED)-/.test(name));
  expect([...Object.keys(known), ...foreign].sort()).toEqual(others.sort());
});

test.for(Object.entries(known))('%s is read as what it says', ([name, expected]) => {
  const publication = readFixture(name, expected.companion);
  expect({
    source: publication.source,
    ...(expected.companion !== undefined && { companion: expected.companion }),
    indicator: publication.indicator,
    severity: publishedSeverity(publication, null),
    incidents: publication.incidents.map(({ state, impact, id }) => `${state} ${impact} ${id}`),
    maintenances: publication.maintenances.map(({ state, id }) => `${state} ${id}`),
    components: publication.components.map((item) => `${item.name} ${item.status}`).sort(),
  }).toEqual(expected);
});

test.for(foreign)('%s is no status page', (name) => {
  expect(read(fixture(name))).toBeNull();
});

test.for(fixtureNames)('%s is known to one reader at most', (name) => {
  const readers = READERS.filter((reader) => reader.read(fixture(name), PAGE) !== null);
  expect(readers.length).toBeLessThanOrEqual(1);
});

test('the last update of incident.io is the one there is, as plain text', () => {
  const [incident] = readFixture('DOCUMENTED-incident-io-open.widget.json').incidents;
  expect(incident).toMatchObject({
    rawStatus: 'identified',
    url: 'https://status.example.com/incidents/01HINCIDENT',
    updatedAt: Date.parse('2026-03-04T21:41:00Z'),
    componentIds: ['01HPAY', '01HAPI'],
    updates: [{ rawStatus: 'identified', text: 'We know the cause & are working on it.' }],
  });
});

test.for(['on_fire', 'constructor', 7, null])('an impact %s of incident.io is unknown', (word) => {
  const incident = { id: '1', name: 'X', status: 'identified', current_worst_impact: word };
  const publication = read({ ongoing_incidents: [incident] });
  expect(publication).toMatchObject({ indicator: 'unknown', incidents: [{ impact: 'unknown' }] });
});

test('a maintenance of Instatus ends its length after its start', () => {
  const [active] = readFixture('DOCUMENTED-instatus-issues.summary.json').maintenances;
  expect(active).toMatchObject({
    from: Date.parse('2022-06-11T18:00:00Z'),
    until: Date.parse('2022-06-11T20:00:00Z'),
  });
});

test('an incident of Instatus starts when its JavaScript date says, and is told by its name', () => {
  const [incident] = readFixture('DOCUMENTED-instatus-issues.summary.json').incidents;
  expect(incident).toMatchObject({
    rawStatus: 'investigating',
    startedAt: Date.parse('2022-06-11T18:55:50Z'),
    url: 'https://status.example.com/incident/cl4a8n307',
    updates: [
      {
        rawStatus: 'investigating',
        text: 'Checkout is slow',
        at: Date.parse('2022-06-11T18:55:50Z'),
      },
    ],
  });
});

test.for([
  { name: 'issues and no incident', incidents: [], indicator: 'major' },
  { name: 'issues and a small one', incidents: ['DEGRADEDPERFORMANCE'], indicator: 'minor' },
  {
    name: 'issues, the worst of two',
    incidents: ['DEGRADEDPERFORMANCE', 'MAJOROUTAGE'],
    indicator: 'critical',
  },
  { name: 'issues and an unknown word', incidents: ['ONFIRE'], indicator: 'major' },
])('Instatus with $name is $indicator', ({ incidents, indicator }) => {
  const publication = read({
    page: { name: 'X', status: 'HASISSUES' },
    activeIncidents: incidents.map((impact, index) => ({ id: `i${index}`, impact })),
  });
  expect(publication?.indicator).toBe(indicator);
});

test("Instatus's shape is read at Statuspage's address as well", () => {
  const document = new URL('https://status.example.com/api/v2/summary.json');
  const reader = READERS.find(({ format }) => format === 'instatus');
  expect(reader?.companionOf?.({}, document)).toBeNull();
});

test("Better Stack's updates are told with their report, the newest first", () => {
  const [incident] = readFixture('DOCUMENTED-better-stack-degraded.index.json').incidents;
  expect(incident?.updates.map(({ text }) => text)).toEqual([
    'The cause is known.',
    'We are looking into it.',
  ]);
  expect(incident).toMatchObject({ rawStatus: 'degraded', componentIds: ['8'] });
});

test.for([
  { at: '2026-03-04T20:00:00Z', state: 'scheduled' },
  { at: '2026-03-04T22:00:00Z', state: 'active' },
  { at: '2026-03-04T23:30:00Z', state: 'done' },
])('a maintenance of Better Stack is $state at $at: its report has no word for it', (row) => {
  const payload = fixture('DOCUMENTED-better-stack-degraded.index.json');
  const reader = READERS.find(({ format }) => format === 'better-stack');
  const publication = reader?.read(payload, { ...PAGE, readAt: Date.parse(row.at) });
  expect(publication?.maintenances.map(({ state }) => state)).toEqual([row.state]);
});

test('a report of Better Stack whose end is past has ended, whatever its state', () => {
  const attributes = {
    title: 'Slow',
    aggregate_state: 'downtime',
    starts_at: '2026-03-04T20:00:00Z',
    ends_at: '2026-03-04T21:00:00Z',
  };
  const publication = read({
    data: { attributes: { aggregate_state: 'operational' } },
    included: [{ id: '1', type: 'status_report', attributes }],
  });
  expect(publication?.incidents[0]).toMatchObject({
    state: 'resolved',
    impact: 'critical',
    resolvedAt: Date.parse('2026-03-04T21:00:00Z'),
  });
});

test('Uptime Kuma without heartbeats knows its monitors and nothing of how they are', () => {
  const publication = readFixture('DOCUMENTED-uptime-kuma.status-page.json');
  expect(publication.indicator).toBe('unknown');
  expect(publication.components.map(({ status }) => status)).toEqual(Array(3).fill('unknown'));
});

test("the times of Uptime Kuma's maintenance are those of its zone", () => {
  const [maintenance] = readFixture('DOCUMENTED-uptime-kuma.status-page.json').maintenances;
  expect(maintenance).toMatchObject({
    from: Date.parse('2026-03-04T21:00:00Z'),
    until: Date.parse('2026-03-04T23:00:00Z'),
    updates: [{ text: 'The reports rest.' }],
  });
});

test.for([
  { beats: [1, 1, 1], indicator: 'none' },
  { beats: [1, 1, 0], indicator: 'minor' },
  { beats: [1, 0, 0], indicator: 'major' },
  { beats: [0, 0, 0], indicator: 'critical' },
  { beats: [1, 2, 3], indicator: 'minor' },
  { beats: [1, 1, 3], indicator: 'maintenance' },
  { beats: [1, 1, 9], indicator: 'unknown' },
  { beats: [1, 1], indicator: 'unknown' },
] as const)('monitors with the heartbeats $beats: $indicator', ({ beats, indicator }) => {
  const payload = fixture('DOCUMENTED-uptime-kuma.status-page.json');
  const heartbeatList = Object.fromEntries(
    beats.map((status, index) => [String(11 + index), [{ status }]]),
  );
  expect(read(payload, { heartbeatList })?.indicator).toBe(indicator);
});

test('an older Uptime Kuma has one incident, and an announcement is none that hurts', () => {
  const publication = read({
    config: {},
    publicGroupList: [],
    incident: { id: 1, style: 'info', title: 'Hello', content: 'We have moved.' },
  });
  expect(publication?.incidents).toMatchObject([{ state: 'open', impact: 'none', name: 'Hello' }]);
});
