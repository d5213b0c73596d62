import { expect, test } from 'vitest';
import { addressOf } from '../../src/statuspage/address.ts';

const HOST = 'https://status.example.com';

test.for([
  { configured: `${HOST}/history.atom`, page: `${HOST}/` },
  { configured: `${HOST}/hub/summary.json?x=1`, page: `${HOST}/hub/` },
  { configured: `${HOST}/hub/api/v2/summary.json`, page: `${HOST}/hub/` },
  { configured: `${HOST}/api/v1/summary`, page: `${HOST}/` },
  { configured: `${HOST}/api/status-page/shop`, page: `${HOST}/status/shop` },
  { configured: `${HOST}/rss/all.rss`, page: `${HOST}/rss/` },
])('$configured is a document, and nothing else is asked for', ({ configured, page }) => {
  expect(addressOf(configured)).toEqual({ page, documents: [new URL(configured)] });
});

test('a page has its document at one of nine places, the likeliest first', () => {
  const { page, documents } = addressOf(`${HOST}/hub`);
  expect(page).toBe(`${HOST}/hub`);
  expect(documents.map(({ href }) => href.replace(`${HOST}/hub`, ''))).toEqual([
    '/api/v2/summary.json',
    '/api/v1/summary',
    '/summary.json',
    '/index.json',
    '/history.atom',
    '/history.rss',
    '/feed.atom',
    '/feed.rss',
    '',
  ]);
});

test.for([
  { format: 'statuspage', first: '/api/v2/summary.json' },
  { format: 'incident-io', first: '/api/v1/summary' },
  { format: 'instatus', first: '/summary.json' },
  { format: 'better-stack', first: '/index.json' },
  { format: 'feed', first: '/history.atom' },
] as const)('the hint $format puts $first in the first place and leaves none out', (row) => {
  const { documents } = addressOf(HOST, row.format);
  expect(documents[0].pathname).toBe(row.first);
  expect(new Set(documents.map(({ href }) => href)).size).toBe(9);
});

test("the page of an Uptime Kuma has its document beside it, under the page's name", () => {
  const { documents } = addressOf(`${HOST}/kuma/status/shop/`);
  expect(documents[0].href).toBe(`${HOST}/kuma/api/status-page/shop`);
});

test('whatever stands before the host is shown to nobody and sent to nobody', () => {
  const { page, documents } = addressOf('https://me:secret@status.example.com/hub');
  expect([page, ...documents.map(({ href }) => href)].join()).not.toContain('secret');
});
