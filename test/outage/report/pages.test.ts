import { type DefaultTreeAdapterMap, parse, defaultTreeAdapter as tree } from 'parse5';
import { expect, test } from 'vitest';
import type { ReportFacts } from '../../../src/outage/report/model.ts';
import { render } from '../../../src/outage/report/render.ts';
import { reportOf } from '../../../src/outage/report/report.ts';
import { FACTS, INCIDENT } from './sample.ts';

type Element = DefaultTreeAdapterMap['element'];
type Node = DefaultTreeAdapterMap['node'];

/** The elements of these names within a node, in their order. */
function elements(node: Node, ...names: readonly string[]): Element[] {
  const children = 'childNodes' in node ? node.childNodes : [];
  const own = tree.isElementNode(node) && names.includes(node.tagName) ? [node] : [];
  return [...own, ...children.flatMap((child) => elements(child, ...names))];
}

function textOf(node: Node): string {
  if (tree.isTextNode(node)) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

/** What stands between elements of a page that hold text, and so in none of them. */
function strayTexts(page: Node): string[] {
  const nodes = elements(page, 'main', 'table', 'ul', 'figure', 'svg').flatMap(
    (each) => each.childNodes,
  );
  return nodes
    .filter((node) => tree.isTextNode(node))
    .map(textOf)
    .filter((text) => /\S/.test(text));
}

function attribute(element: Element | undefined, name: string): string | undefined {
  return element?.attrs.find((each) => each.name === name)?.value;
}

/** A report with the sample's facts but for these, in both forms for people. */
function pages(facts: Partial<ReportFacts> = {}) {
  const report = reportOf({ ...FACTS, ...facts });
  const page = parse(render(report, 'html'));
  const md = render(report, 'md');
  const texts = (...names: string[]) => elements(page, ...names).map(textOf);
  return { report, page, md, texts };
}

/** The rows of all tables, but for the empty headings that Markdown gives to those without any. */
function rowsOf({ page, md }: ReturnType<typeof pages>) {
  const html = elements(page, 'tr').map((row) => elements(row, 'th', 'td').map(textOf));
  const lines = md.split('\n').filter((line) => /^\| (?!\s)/.test(line) && !line.includes('---'));
  return { html, md: lines.map((line) => line.slice(2, -2).split(' | ')) };
}

test('the page and the Markdown have the same headings, and the same rows in their tables', () => {
  const both = pages();
  const headings = both.md.split('\n').filter((line) => line.startsWith('#'));
  expect(both.texts('h1', 'h2', 'h3')).toEqual(headings.map((line) => line.replace(/^#+ /, '')));
  expect(headings.slice(1)).toEqual([
    ...['## Updates', '## Postmortem (draft)', '### Summary', '### Impact'],
    ...['### Requests by outcome', '### Timeline', '### Root cause', '### Remedies'],
  ]);
  const rows = rowsOf(both);
  expect(rows.html).toEqual(rows.md);
  expect(rows.html).toContainEqual(['Time', 'Source', 'What happened']);
  expect(both.md).toContain('\n\n|  |  |\n| --- | --- |\n| Status | Resolved |\n');
  expect(both.md).toContain('\n\n|  |  |\n| --- | --- |\n| People affected | about 412 |\n');
  expect(both.md).toContain('| What happened |\n| --- | --- | --- |\n| July');
  expect(rows.html).toContainEqual([
    'From',
    'Served',
    'Its own 5xx',
    'Answered: not processed',
    'Answered: outcome unknown',
  ]);
});

test('what stands between the tables is the same in both', () => {
  const { report, md, texts } = pages();
  const [cause] = report.causes;
  const colophon =
    'Incident 20230719T152400Z-app. Written by Candor 1.2.3 on July 19, 2023 at 12:00:00 PM CDT (17:00:00 UTC) from what it measured.';
  expect(texts('p')).toEqual([
    'Status page: https://status.chargeover.com',
    report.summary.join(' '),
    'To be filled in by people.',
    'What the gateway saw, in the order in which it came up:',
    'To be filled in by people.',
    colophon,
  ]);
  const posting =
    'investigating, July 19, 2023 at 10:29:00 AM CDT (15:29:00 UTC): Application down. Users cannot log in.';
  expect(texts('li')).toEqual([posting, `${cause?.cause}: ${cause?.words}`]);
  expect(cause?.words).toBe('There was no endpoint.');
  for (const line of [
    'Status page: <https://status.chargeover.com>',
    report.summary.join(' '),
    '_To be filled in by people._',
    'What the gateway saw, in the order in which it came up:',
    '- `no_endpoints`: There was no endpoint.',
    `- **investigating**${posting.slice('investigating'.length)}`,
  ]) {
    expect(md).toContain(`\n\n${line}\n\n`);
  }
  expect(md).toMatch(/\n\n---\n\n[^\n]+ from what it measured\.\n$/);
});

test.for<{ name: string; facts: Partial<ReportFacts>; says: string[] }>([
  {
    name: 'nothing but the incident is known',
    facts: { events: null, steps: null },
    says: [
      'The gateway has read no posting about it.',
      'Requests over time were not recorded.',
      'Nothing was recorded.',
    ],
  },
  {
    name: 'no step was written down',
    facts: { steps: [] },
    says: ['Requests over time were not recorded.'],
  },
])('where $name, both say so', ({ facts, says }) => {
  const { md, texts } = pages(facts);
  for (const sentence of says) {
    expect(md).toContain(`\n\n${sentence}\n\n`);
    expect(texts('p')).toContain(sentence);
  }
});

test('a long time line says in its middle how much is left out, in both', () => {
  const [event] = FACTS.events ?? [];
  const events = Array.from({ length: 207 }, (_, index) => ({
    ...event,
    words: `event ${index}.`,
  }));
  const both = pages({ events: events as ReportFacts['events'] });
  const { html, md } = rowsOf(both);
  expect(html).toEqual(md);
  const words = html.map((cells) => cells[2]).filter((cell) => /event|left/.test(cell ?? ''));
  expect(words.slice(99, 102)).toEqual(['event 99.', '7 more are left out.', 'event 107.']);
  expect(words).toHaveLength(201);
});

test('several postings and causes each have a line', () => {
  const posting = FACTS.events?.[1];
  if (posting === undefined) throw new Error('the sample has a posting');
  const incident = { ...INCIDENT, causes: ['no_endpoints', 'connection_refused'] as const };
  const { md, texts } = pages({ incident, events: [posting, { ...posting, at: posting.at + 1 }] });
  expect(texts('li')).toHaveLength(4);
  expect(md.match(/^- .*$/gm)).toHaveLength(4);
});

test('the page may load nothing, tells nobody where it was read, and says each time for programs', () => {
  const { page } = pages();
  const [html] = elements(page, 'html');
  expect(strayTexts(page)).toEqual([]);
  expect(attribute(html, 'lang')).toBe('en');
  expect(elements(page, 'title').map(textOf)).toEqual([
    'Main Application unavailable – ChargeOver',
    expect.stringMatching(/^Requests by outcome from /),
  ]);
  const metas = elements(page, 'meta').map(({ attrs }) => attrs.map(({ value }) => value));
  expect(metas).toEqual([
    ['utf-8'],
    ['viewport', 'width=device-width'],
    [
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    ],
    ['referrer', 'no-referrer'],
  ]);
  const [first] = elements(page, 'time');
  expect(attribute(first, 'datetime')).toBe('2023-07-19T15:29:00.000Z');
  expect(elements(page, 'a').map((link) => attribute(link, 'href'))).toEqual([
    'https://status.chargeover.com',
  ]);
  expect(elements(page, 'style').map(textOf)).toEqual([
    expect.stringMatching(/color-scheme: light dark[\s\S]*overflow-wrap: anywhere/),
  ]);
});

test('a brand without a name or a status page is not spoken of', () => {
  const speaker = { ...FACTS.speaker, name: null, statusPage: null };
  const { page, texts, md } = pages({ speaker });
  expect(texts('h1')).toEqual(['Main Application unavailable']);
  expect(elements(page, 'a')).toEqual([]);
  expect(strayTexts(page)).toEqual([]);
  expect(md).toContain('| Duration | 42 minutes 12 seconds |\n\n## Updates\n');
  expect(texts('p')[0]).toMatch(/^Main Application could not be reached/);
});

test('several components are named, and where there is none the upstream is', () => {
  const named = (...components: string[]) => pages({ incident: { ...INCIDENT, components } });
  const two = named('Main Application', 'API');
  expect(two.report.title).toBe('Main Application, API unavailable');
  expect(two.md).toContain('| Affected components | Main Application, API |\n');
  const none = named();
  expect(none.report.title).toBe('app unavailable');
  expect(none.md).toContain('| Affected components | app |\n');
});

test('the JSON has each time in ISO 8601, and null where there is none', () => {
  const json = (facts: Partial<ReportFacts>) =>
    JSON.parse(render(reportOf({ ...FACTS, ...facts }), 'json'));
  const incident = { ...INCIDENT, resolvedAt: null, endKnownBy: null };
  expect(json({ incident, steps: null })).toMatchObject({
    status: 'ongoing',
    resolvedAt: null,
    steps: null,
  });
  const { detectedAt, writtenAt, timeline, steps } = json({});
  expect([detectedAt, writtenAt, timeline[0].at, steps[0].at]).toEqual([
    '2023-07-19T15:24:00.510Z',
    '2023-07-19T17:00:00.000Z',
    '2023-07-19T15:24:00.000Z',
    '2023-07-19T15:23:50.000Z',
  ]);
  expect(steps[0]).toMatchObject({ spanMs: 10_000, good: 90, upstreamErrors: 1 });
  expect(render(reportOf(FACTS), 'json')).toMatch(/^\{\n {2}"title"[\s\S]*\}\n$/);
});
