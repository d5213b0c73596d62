import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { parseDocument } from '../../src/statuspage/parse-document.ts';
import { fixtureText } from './fixtures.ts';
import { holdPoller, startPage } from './page-server.ts';
import { readValid } from './valid.ts';

const MIB = 1024 * 1024;
const LIMIT_MS = 50;
const RUNS = 4;

/** Entries between a start and an end, as many as fit into 1 MiB, or as many as are asked for. */
function filled(
  [start, end]: readonly [string, string],
  entryAt: (index: number) => string,
  most = MIB,
): string {
  const entries: string[] = [];
  let length = start.length + end.length;
  for (let index = 0; index < most; index += 1) {
    const entry = entryAt(index);
    length += entry.length + 1;
    if (length > MIB) break;
    entries.push(entry);
  }
  return start + entries.join(end.startsWith('<') || end === '' ? '' : ',') + end;
}

const INCIDENTS = ['{"page":{"id":"p"},"status":{"indicator":"x"},"incidents":[', ']}'] as const;
const COMPONENTS = ['{"page":{"id":"p"},"components":[', ']}'] as const;
const PLANNED = ['{"page":{"id":"p"},"scheduled_maintenances":[', ']}'] as const;
const RSS = ['<rss><channel>', '</channel></rss>'] as const;

/** An incident with one posting of so much of one text. */
function posting(text: string): (index: number) => string {
  const body = text.repeat(Math.floor(20_000 / text.length));
  return (index) => `{"id":"${index}","incident_updates":[{"body":"${body}"}]}`;
}

function item(text: string): (index: number) => string {
  const body = text.repeat(Math.floor(20_000 / text.length));
  return (index) => `<item><guid>${index}</guid><description>${body}</description></item>`;
}

const payloads: Record<string, string> = {
  'an ordinary page of 1 MiB': filled(INCIDENTS, (index) =>
    posting('Some words that people write, and some more. ')(index),
  ),
  'nothing but entities': filled(INCIDENTS, posting('&amp;')),
  'tags that never end': filled(INCIDENTS, posting('<br')),
  'nothing but tags': filled(INCIDENTS, posting('<b>x</b>')),
  'blanks and line breaks': filled(INCIDENTS, posting(' \\n')),
  'escaped controls': filled(INCIDENTS, posting('\\u0001')),
  'thousands of incidents': filled(
    INCIDENTS,
    (index) => `{"id":${index},"incident_updates":[]}`,
    9_000,
  ),
  'thousands of postings': `${filled(['{"page":{"id":"p"},"incidents":[{"id":1,"incident_updates":[', ']}]}'], (index) => `{"body":"&lt;${index}"}`, 19_000)}`,
  'thousands of maintenances': filled(PLANNED, (index) => `{"id":${index},"name":"&lt;"}`, 19_000),
  'thousands of components': filled(COMPONENTS, (index) => `{"name":"&gt;${index}"}`, 19_000),
  'twenty thousand shapes of objects': filled(['[', ']'], (index) => `{"k${index}":0}`, 19_999),
  'sixty thousand members': filled(['{', '}'], (index) => `"k${index}":0`, 59_999),
  'half a million objects': filled(['[', ']'], () => '{}'),
  'half a million levels': '['.repeat(MIB),
  'one text of 1 MiB': `"${'x'.repeat(MIB - 2)}"`,
  "Better Stack's reports": filled(
    ['{"data":{"attributes":{"aggregate_state":"x"}},"included":[', ']}'],
    (index) => `{"type":"status_report","id":"${index}","attributes":{"title":"&amp;"}}`,
    9_000,
  ),
  "Uptime Kuma's monitors": filled(
    ['{"config":{},"publicGroupList":[{"monitorList":[', ']}]}'],
    (index) => `{"id":${index},"name":"&amp;"}`,
    19_000,
  ),
  'a feed of small items': filled(RSS, () => '<item><title>X &amp; Y</title></item>'),
  'a feed of entities': filled(RSS, item('&amp;')),
  'a feed of escaped tags': filled(RSS, item('&lt;br&gt;')),
  'a feed of dates': filled(RSS, item('Sep 25, 15:15:00 GMT+0 - ')),
  'a feed of postings': filled(RSS, item('Resolved - x\n')),
  'a feed of empty elements': filled(RSS, () => '<a/>'),
  'an element with 90,000 attributes': filled(['<rss><a ', '/></rss>'], (index) => `a${index}="" `),
  'elements that close others': filled(['<rss>', ''], (index) => (index < 9_000 ? '<a>' : '</b>')),
  HTML: filled(['<!doctype html><html>', '</html>'], () => '<p class=x>hello<br>'),
  'nothing but <': '<'.repeat(MIB),
  'CDATA that never ends': `<rss><item><title><![CDATA[${']'.repeat(MIB)}`,
  'a comment that never ends': `<!--${'-'.repeat(MIB)}`,
  'a document type that never ends': `<!DOCTYPE ${'['.repeat(MIB)}`,
  'nothing but blanks': ' '.repeat(MIB),
};

/**
 * The most processor time that one turn of the event loop takes for a payload. The time of this
 * thread, not of the clock: a machine with other things to do makes nothing longer.
 */
async function longestTurnMs(bytes: Buffer): Promise<number> {
  let longest = 0;
  let since = threadMs();
  let isDone = false;
  const watch = async (): Promise<void> => {
    while (!isDone) {
      longest = Math.max(longest, threadMs() - since);
      since = threadMs();
      await nextTurn();
    }
  };
  const watching = watch();
  const parsed = await parseDocument(bytes);
  if (typeof parsed !== 'string') {
    const start = threadMs();
    readValid(parsed.payload, parsed.payload);
    longest = Math.max(longest, threadMs() - start);
  }
  isDone = true;
  await watching;
  return longest;
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

test.for(Object.entries(payloads))('%s holds no turn for 50 ms', async ([, text]) => {
  const bytes = Buffer.from(text);
  expect(bytes.length).toBeLessThanOrEqual(MIB + 100);
  const turns: number[] = [];
  // The first time is with code that was never run: of a program's life that is one turn.
  do turns.push(await longestTurnMs(bytes));
  while (Math.min(...turns) >= LIMIT_MS && turns.length < RUNS);
  expect(Math.min(...turns)).toBeLessThan(LIMIT_MS);
});

test('none of them keeps the poller from reading the next one', async () => {
  const page = await startPage((_request, response) => response.end());
  const held = holdPoller(`${page.url}/api/v2/summary.json`);
  held.poller.start();
  for (const text of Object.values(payloads)) {
    page.answer((_request, response) => response.end(text.slice(0, MIB)));
    expect((await held.nextReading()).kind).toMatch(/^(?:read|unreachable)$/);
  }
  page.answer((_request, response) =>
    response.end(fixtureText('github-2022-11-major-incident-open.summary.json')),
  );
  expect(await held.nextReading()).toMatchObject({ kind: 'read' });
});
