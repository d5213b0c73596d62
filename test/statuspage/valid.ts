import { expect } from 'vitest';
import type { Publication } from '../../src/statuspage/model.ts';
import { READERS } from '../../src/statuspage/readers.ts';
import type { PageFacts } from '../../src/statuspage/v2-incident.ts';

/** The page that fuzzed payloads are read for. */
export const PAGE: PageFacts = {
  url: 'https://status.example.com/hub/',
  readAt: Date.parse('2026-03-04T21:42:00Z'),
};

const IMPACTS = ['none', 'minor', 'major', 'critical', 'maintenance', 'unknown'];
const INCIDENT_STATES = ['open', 'monitoring', 'resolved'];
const MAINTENANCE_STATES = ['scheduled', 'active', 'done'];
/** What can turn the direction of text around, and what no text has: all controls but line breaks. */
const UNSHOWN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

/** What the program makes of a payload; its promises are checked. Null where no reader knows it. */
export function readValid(payload: unknown, companion?: unknown): Publication | null {
  for (const reader of READERS) {
    const publication = reader.read(payload, PAGE, companion);
    if (publication === null) continue;
    expect(publication.source).toBe(reader.format);
    expectValid(publication);
    return publication;
  }
  return null;
}

/** Throws where a publication breaks one of the model's promises. */
function expectValid(publication: Publication): void {
  expect(IMPACTS).toContain(publication.indicator);
  expectText(publication.description, 200);
  expectText(publication.rawIndicator ?? '', 40);
  expectInstants([publication.pageUpdatedAt ?? 0]);
  expect(publication.components.length).toBeLessThanOrEqual(500);
  for (const { id, name } of publication.components) {
    expect(id && name).toBeTruthy();
    expectText(name, 200);
  }
  expect(publication.incidents.length).toBeLessThanOrEqual(50);
  for (const incident of publication.incidents) {
    expect(INCIDENT_STATES).toContain(incident.state);
    expect(IMPACTS).toContain(incident.impact);
    expectText(incident.rawStatus + (incident.rawImpact ?? ''), 80);
    expectInstants([incident.startedAt, incident.updatedAt, incident.resolvedAt ?? 0]);
    expect(incident.url).toMatch(/^https:\/\/status\.example\.com\//);
  }
  expect(publication.maintenances.length).toBeLessThanOrEqual(50);
  for (const { state, from, until } of publication.maintenances) {
    expect(MAINTENANCE_STATES).toContain(state);
    expectInstants([from ?? 0, until ?? 0]);
  }
  [...publication.incidents, ...publication.maintenances].forEach(expectValidEntry);
}

function expectValidEntry(
  entry: Publication['incidents'][number] | Publication['maintenances'][number],
): void {
  expect(entry.id).not.toBe('');
  expectText(entry.id, 200);
  expectText(entry.name, 200);
  expect(entry.componentIds.length).toBeLessThanOrEqual(100);
  const times = entry.updates.map(({ at }) => at);
  expectInstants(times);
  expect(times).toEqual([...times].sort((one, other) => other - one));
  expect(times.length).toBeLessThanOrEqual(50);
  for (const update of entry.updates) {
    expect(update.id).not.toBe('');
    expectText(update.text, 5_000);
    expectText(update.rawStatus, 40);
  }
}

function expectText(text: string, limit: number): void {
  expect(text.length).toBeLessThanOrEqual(limit);
  expect(text.isWellFormed()).toBe(true);
  expect(text.replaceAll('\n', '')).not.toMatch(UNSHOWN);
}

function expectInstants(times: readonly number[]): void {
  for (const at of times) {
    expect(at).toBeGreaterThanOrEqual(0);
    expect(at).toBeLessThan(Date.UTC(2100, 0));
  }
}
