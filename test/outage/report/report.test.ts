import fc from 'fast-check';
import { parse } from 'parse5';
import { expect, test } from 'vitest';
import { gathered, totalOf } from '../../../src/outage/report/chart.ts';
import type { ReportFacts } from '../../../src/outage/report/model.ts';
import { render } from '../../../src/outage/report/render.ts';
import { reportOf } from '../../../src/outage/report/report.ts';
import { FACTS, INCIDENT } from './sample.ts';

test('the report has the fields of the record on the status page, and what the outage meant', () => {
  const md = render(reportOf(FACTS), 'md');
  expect(md).toContain('# Main Application unavailable – ChargeOver\n');
  for (const row of [
    '| Status | Resolved |',
    '| Affected components | Main Application |',
    '| Started | July 19, 2023 at 10:24:00 AM CDT (15:24:00 UTC) |',
    '| Detected | July 19, 2023 at 10:24:00 AM CDT (15:24:00 UTC), 0.5 seconds after the start |',
    '| Resolved | July 19, 2023 at 11:06:12 AM CDT (16:06:12 UTC) |',
    '| Duration | 42 minutes 12 seconds |',
    '| People affected | about 412 |',
    '| Requests answered in its place | 1,507 |',
    '| of them by client | 1,207 person, 300 api |',
    '| Writes of unknown outcome | 7 (2 payments; 6 writes not checked yet) |',
    '| Misleading replies prevented | 37 |',
    '| 10:23:50 AM CDT (15:23:50 UTC) | 90 | 1 | 0 | 0 |',
    '| July 19, 2023 at 10:24:00 AM CDT (15:24:00 UTC) | discovery | Discovery listed no endpoint: the service was removed, or scaled to none. |',
  ]) {
    expect(md).toContain(`${row}\n`);
  }
  expect(md).toContain(
    '- **investigating**, July 19, 2023 at 10:29:00 AM CDT (15:29:00 UTC): Application down. Users',
  );
  expect(md).toContain('The first posting on the status page came 5 minutes after the start.');
  expect(md.match(/_To be filled in by people\._/g)).toHaveLength(2);
  expect(md).not.toContain('charged once');
});

test.for<{ name: string; facts: Partial<ReportFacts>; says: RegExp; not?: RegExp }>([
  {
    name: 'one that goes on',
    facts: { incident: { ...INCIDENT, resolvedAt: null, endKnownBy: null } },
    says: /\| Status \| Ongoing \|[\s\S]*\| Resolved \| not yet \|[\s\S]*so far[\s\S]*still cannot/,
  },
  {
    name: 'one that ended while the gateway was not running',
    facts: { incident: { ...INCIDENT, endKnownBy: 'restart' } },
    says: /at the latest: the gateway was not running/,
  },
  {
    name: 'one whose upstream was taken from the settings',
    facts: { incident: { ...INCIDENT, endKnownBy: 'retired' } },
    says: /\| Resolved \| not known/,
  },
  {
    name: 'one that was interrupted',
    facts: {
      incident: {
        ...INCIDENT,
        relapses: 1,
        interruptions: [{ from: INCIDENT.startedAt + 1000, to: INCIDENT.startedAt + 13_000 }],
      },
    },
    says: /failed again \(1 time\); that it served for 12 seconds/,
  },
  {
    name: 'a store that cannot be read',
    facts: { events: null, steps: null, unknownOutcomes: null },
    says: /Writes of unknown outcome \| not recorded[\s\S]*not recorded\./,
    not: /posting on the status page/,
  },
  {
    name: 'people who were answered and not counted',
    facts: { incident: { ...INCIDENT, people: 0 } },
    says: /People affected \| not recorded/,
  },
  {
    name: 'nobody answered',
    facts: { incident: { ...INCIDENT, people: 0, requests: [] } },
    says: /People affected \| 0 \|/,
  },
  {
    name: 'a silent status page',
    facts: { events: [] },
    says: /The gateway read no posting about it on the status page\./,
  },
  {
    name: 'no status page',
    facts: { events: [], speaker: { ...FACTS.speaker, name: null, statusPage: null } },
    says: /^# Main Application unavailable\n/,
    not: /read no posting about it on|Status page:/,
  },
])('of $name no more is told than is known', ({ facts, says, not }) => {
  const md = render(reportOf({ ...FACTS, ...facts }), 'md');
  expect(md).toMatch(says);
  if (not !== undefined) expect(md).not.toMatch(not);
});

test('the JSON has times in ISO 8601', () => {
  expect(JSON.parse(render(reportOf(FACTS), 'json'))).toMatchObject({
    ...{ incident: INCIDENT.id, status: 'resolved', durationMs: 2_532_000 },
    ...{ startedAt: '2023-07-19T15:24:00.000Z', resolvedAt: '2023-07-19T16:06:12.000Z' },
    updates: [{ at: '2023-07-19T15:29:00.000Z', status: 'investigating' }],
  });
});

test('the HTML is one file without a script, and its chart shows each outcome', () => {
  const html = render(reportOf(FACTS), 'html');
  expect(tagsOf(html)).not.toContain('script');
  expect(html).not.toMatch(/(src|href)="(?!https:\/\/status\.chargeover\.com")/);
  const [chart = ''] = /<svg[\s\S]*<\/svg>/.exec(html) ?? [];
  for (const color of ['#3f8f6b', '#c98a1b', '#3b6fb6', '#b3261e']) {
    expect(chart.split(`fill="${color}"`).length).toBeGreaterThan(2);
  }
  expect(chart).not.toMatch(/NaN|Infinity/);
});

test('a long time line keeps its start and its end, and says what is left out', () => {
  const [event] = FACTS.events ?? [];
  if (event === undefined) throw new Error('the sample has events');
  const events = Array.from({ length: 1_000 }, (_, index) => ({
    ...event,
    words: `event ${index}.`,
  }));
  const report = reportOf({ ...FACTS, events });
  expect(report.timeline).toHaveLength(200);
  expect(render(report, 'md')).toMatch(
    /event 99\.[\s\S]*800 more are left out[\s\S]*event 900\.[\s\S]*event 999\./,
  );
});

test('whatever a status page posts stays text', () => {
  const safe = tagsOf(render(reportOf(posted('x')), 'html')).join();
  const lines = render(reportOf(posted('x')), 'md').split('\n').length;
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom(...HOSTILE)), (text) => {
      const report = reportOf(posted(text));
      expect(tagsOf(render(report, 'html')).join()).toBe(safe);
      const md = render(report, 'md');
      expect(md.split('\n').length).toBe(lines);
      expect(md).not.toMatch(/<(?!https:\/\/status)|[^\\]\]\(/);
    }),
  );
});

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '[click](javascript:alert(1))',
  '| a | b |\n\n# Heading\n\n---',
  '`code` **bold** ![x](http://evil.example/x.png)',
  'a\u202Eb\u0000\u0007\r\nc',
  '\\](javascript:alert(1))',
];

function posted(text: string): ReportFacts {
  const [, posting] = FACTS.events ?? [];
  if (posting === undefined) throw new Error('the sample has a posting');
  const details = { event: 'posted', name: text, status: text, text };
  return { ...FACTS, events: [{ ...posting, words: text, details }] };
}

/** The elements of a page, in order. */
function tagsOf(html: string): string[] {
  const tags: string[] = [];
  const visit = (node: object): void => {
    if ('tagName' in node) tags.push(String(node.tagName));
    if ('childNodes' in node && Array.isArray(node.childNodes)) node.childNodes.forEach(visit);
  };
  visit(parse(html));
  return tags;
}

test('steps are gathered, and no request is lost', () => {
  const [step] = FACTS.steps ?? [];
  if (step === undefined) throw new Error('the sample has steps');
  const steps = Array.from({ length: 250 }, (_, index) => ({
    ...step,
    at: step.at + index * 10_000,
  }));
  const bars = gathered(steps);
  expect(bars.length).toBeLessThanOrEqual(60);
  const sum = (all: typeof steps) => all.reduce((total, one) => total + totalOf(one), 0);
  expect(sum([...bars])).toBe(sum(steps));
});
