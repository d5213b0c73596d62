import { expect, test } from 'vitest';
import { FEED } from '../../src/statuspage/feed.ts';
import type { Publication } from '../../src/statuspage/model.ts';
import { parseDocument } from '../../src/statuspage/parse-document.ts';
import { fixture } from './fixtures.ts';

const READ_AT = Date.parse('2026-03-04T21:42:00Z');

async function read(xml: string, readAt = READ_AT): Promise<Publication | null> {
  const parsed = await parseDocument(Buffer.from(xml));
  const page = { url: 'https://status.example.com', readAt };
  return typeof parsed === 'string' ? null : FEED.read(parsed.payload, page);
}

function readFixture(name: string): Publication | null {
  return FEED.read(fixture(name), { url: 'https://status.example.com', readAt: READ_AT });
}

/** An RSS feed of one item. */
function rss(title: string, description: string, at = '2026-03-04T21:00:00Z'): string {
  const pubDate = new Date(at).toUTCString();
  return `<rss><channel><item><title>${title}</title><description>${description}</description>
<pubDate>${pubDate}</pubDate><guid>1</guid></item></channel></rss>`;
}

test('an incident has the status before an update, and the text of the latest posting alone', () => {
  const [incident] = readFixture('DOCUMENTED-statuspage-open.history.atom.xml')?.incidents ?? [];
  expect(incident).toMatchObject({
    name: 'System inaccessible',
    state: 'open',
    rawStatus: 'identified',
    impact: 'minor',
    startedAt: Date.parse('2026-03-04T21:29:00Z'),
    updatedAt: Date.parse('2026-03-04T21:41:00Z'),
    url: 'https://status.example.com/incidents/abc123',
    updates: [{ text: 'We are still at it.', at: Date.parse('2026-03-04T21:41:00Z') }],
  });
});

test('postings on one line, the oldest first, are told apart', () => {
  const feed = readFixture('DOCUMENTED-instatus-monitoring.history.rss.xml');
  expect(feed?.incidents[0]).toMatchObject({
    state: 'monitoring',
    updates: [{ text: 'A remedy is in place.' }],
  });
});

test.for([
  { title: '[Resolved] X', text: 'Late', state: 'resolved' },
  { title: 'RESOLVED: X', text: 'Late', state: 'resolved' },
  { title: 'X (resolved)', text: 'Late', state: 'resolved' },
  { title: 'X is not resolved yet', text: 'Late', state: 'open' },
  { title: 'X', text: 'Status: Monitoring', state: 'monitoring' },
  { title: 'X', text: '&lt;b&gt;Status: Resolved&lt;/b&gt;&lt;br/&gt;Fine', state: 'resolved' },
  { title: 'X', text: 'We say: Resolved - not really', state: 'open' },
  { title: 'X', text: 'Nothing that says how far it is', state: 'open' },
])('the item "$title" with "$text" is $state', async ({ title, text, state }) => {
  expect((await read(rss(title, text)))?.incidents.map((incident) => incident.state)).toEqual([
    state,
  ]);
});

test.for([
  { name: 'open, of six days ago', text: 'Investigating - X', ageDays: 6, count: 1 },
  { name: 'open, of eight days ago', text: 'Investigating - X', ageDays: 8, count: 0 },
  { name: 'that says nothing, of this day', text: 'X', ageDays: 0.9, count: 1 },
  { name: 'that says nothing, of yesterday', text: 'X', ageDays: 1.1, count: 0 },
  { name: 'resolved, of last year', text: 'Resolved - X', ageDays: 365, count: 1 },
])('an item $name counts as $count', async ({ text, ageDays, count }) => {
  const at = new Date(READ_AT - ageDays * 86_400_000).toISOString();
  expect((await read(rss('X', text, at)))?.incidents).toHaveLength(count);
});

test('a feed that tells of nothing open is not read as "all is well"', async () => {
  expect(await read('<rss><channel><title>X</title></channel></rss>')).toMatchObject({
    indicator: 'unknown',
    incidents: [],
  });
});

test('XHTML, CDATA, prefixes and RSS 1.0 are read', async () => {
  const xhtml = `<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:id>1</a:id><a:title>X</a:title>
<a:content type="xhtml"><div><p>Monitoring - <b>one</b></p><p>two &amp; three</p></div></a:content></a:entry></a:feed>`;
  expect((await read(xhtml))?.incidents[0]).toMatchObject({
    state: 'monitoring',
    updates: [{ text: 'one\ntwo & three' }],
  });
  const rdf = `<rdf:RDF xmlns:rdf="x"><channel/><item><title><![CDATA[A <b>bold</b> title]]></title></item></rdf:RDF>`;
  expect((await read(rdf))?.incidents[0]?.name).toBe('A bold title');
});

test('a link to another host is replaced by the page', async () => {
  const feed = '<feed><entry><id>1</id><link href="https://evil.example/"/></entry></feed>';
  expect((await read(feed))?.incidents[0]?.url).toBe('https://status.example.com/');
});

const LAUGHS = `<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">
<!ENTITY x SYSTEM "file:///etc/hostname">]>`;

test.for([
  { name: 'HTML', xml: '<!doctype html><html><body><p>Not found</html>' },
  { name: 'XHTML', xml: '<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>' },
  { name: 'XML of another kind', xml: '<sitemap><item><title>X</title></item></sitemap>' },
  { name: 'a feed that breaks off', xml: rss('X', 'Y').slice(0, -20) },
  { name: 'no XML', xml: '<<<<<<' },
  { name: 'an entity of its own', xml: LAUGHS + rss('X', '&c;') },
  { name: 'a file as an entity', xml: LAUGHS + rss('X', '&x;') },
  { name: 'depth', xml: `<rss>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</rss>` },
  { name: 'too many elements', xml: `<rss>${'<a/>'.repeat(30_000)}</rss>` },
])('$name is no feed', async ({ xml }) => {
  expect(await read(xml)).toBeNull();
});

test('a hundred items are enough, whatever comes after them', async () => {
  const item = (index: number) => `<item><guid>${index}</guid><title>Resolved</title></item>`;
  const items = Array.from({ length: 100 }, (_, index) => item(index)).join('');
  expect((await read(`<rss><channel>${items}<broken`))?.incidents).toHaveLength(50);
});
