import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Publication } from '../../src/statuspage/model.ts';
import { readStatuspageV2 } from '../../src/statuspage/statuspage-v2.ts';
import { fixture, fixtureNames } from './fixtures.ts';

const PAGE = 'https://status.example.com/hub/';
const STATES = ['open', 'monitoring', 'resolved', 'scheduled', 'active', 'done'];
const IMPACTS = ['none', 'minor', 'major', 'critical', 'maintenance', 'unknown'];

/** Throws where a publication breaks one of the model's promises. */
function expectValid(publication: Publication): void {
  expect(publication.source).toBe('statuspage');
  expect(IMPACTS).toContain(publication.indicator);
  expect(publication.incidents.length).toBeLessThanOrEqual(50);
  for (const { id, name } of publication.components) expect(id && name).toBeTruthy();
  for (const incident of publication.incidents) {
    expect(IMPACTS).toContain(incident.impact);
    expectInstants([incident.startedAt, incident.updatedAt, incident.resolvedAt ?? 0]);
    expect(incident.url?.startsWith('https://status.example.com/hub/') ?? true).toBe(true);
  }
  for (const { from, until } of publication.maintenances) expectInstants([from ?? 0, until ?? 0]);
  for (const entry of [...publication.incidents, ...publication.maintenances]) {
    expect(STATES).toContain(entry.state);
    expect(entry.id).not.toBe('');
    const times = entry.updates.map(({ at }) => at);
    expectInstants(times);
    expect(times).toEqual([...times].sort((one, other) => other - one));
    expect(times.length).toBeLessThanOrEqual(50);
  }
}

function expectInstants(times: readonly number[]): void {
  for (const at of times) expect(() => new Date(at).toISOString()).not.toThrow();
}

function expectReadable(payload: unknown): void {
  const publication = readStatuspageV2(payload, { url: PAGE, readAt: 0 });
  if (publication !== null) expectValid(publication);
}

test('arbitrary JSON is refused or becomes a valid publication', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), expectReadable));
});

/** Values of every kind, among them those that the format gives a meaning. */
const anyValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('resolved', 'monitoring', 'in_progress', 'critical', 'major_outage', true),
  fc.constantFrom('2023-07-19T10:29:00.000-05:00', '9999-12-31T23:59:59Z', '__proto__'),
  fc.constantFrom('https://status.example.com/hub/x', 'https://evil.example', 'javascript:1'),
);
const entry = fc.record(
  {
    id: anyValue,
    name: anyValue,
    status: anyValue,
    impact: anyValue,
    shortlink: anyValue.filter((link) => link !== 'https://status.example.com/'),
    created_at: anyValue,
    started_at: anyValue,
    updated_at: anyValue,
    resolved_at: anyValue,
    scheduled_for: anyValue,
    scheduled_until: anyValue,
    components: fc.oneof(anyValue, fc.array(fc.record({ id: anyValue, name: anyValue }))),
    incident_updates: fc.oneof(
      anyValue,
      fc.array(
        fc.record(
          {
            id: anyValue,
            status: anyValue,
            body: anyValue,
            display_at: anyValue,
            created_at: anyValue,
            affected_components: anyValue,
          },
          { requiredKeys: [] },
        ),
      ),
    ),
  },
  { requiredKeys: [] },
);
const document = fc.record(
  {
    page: fc.oneof(anyValue, fc.record({ id: fc.string(), updated_at: anyValue })),
    status: fc.oneof(anyValue, fc.record({ indicator: anyValue, description: anyValue })),
    components: fc.oneof(anyValue, fc.array(entry)),
    incidents: fc.oneof(anyValue, fc.array(entry)),
    scheduled_maintenances: fc.oneof(anyValue, fc.array(entry)),
  },
  { requiredKeys: [] },
);

test('documents with members of any type are refused or become a valid publication', () => {
  fc.assert(fc.property(document, expectReadable), { numRuns: 300 });
});

test.for(fixtureNames)('%s with any member replaced is refused or valid', (name) => {
  const paths = pathsIn(fixture(name));
  fc.assert(
    fc.property(fc.nat(Math.max(0, paths.length - 1)), anyValue, (index, value) => {
      expectReadable(replaced(fixture(name), paths[index] ?? [], value));
    }),
    { numRuns: 25 },
  );
});

test('lists of a hundred thousand entries and nesting of ten thousand levels are read in time', () => {
  const incidents = Array.from({ length: 100_000 }, (_, index) => ({ id: `i${index}` }));
  expect(
    readStatuspageV2({ page: { id: 'p' }, incidents }, { url: PAGE, readAt: 0 })?.incidents,
  ).toHaveLength(50);

  const nested: unknown = JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`);
  expectReadable({ page: { id: 'p' }, incidents: nested, status: nested, components: [nested] });
});

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const members = Object.entries(value).slice(0, 20);
  return [path, ...members.flatMap(([key, member]) => pathsIn(member, [...path, key]))];
}

function replaced(root: unknown, path: Path, value: unknown): unknown {
  if (path.length === 0) return value;
  // Both walk down what `pathsIn` has just found in the same payload.
  let holder = root as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>;
  const last = path.at(-1);
  if (last !== undefined) holder[last] = value;
  return root;
}
