import { expect, test } from 'vitest';
import { pageForPeople, publishedAbout } from '../../src/answer/published.ts';
import { belief, incident, published } from './samples.ts';

test.for([
  { name: 'lists no incident', over: {}, kind: 'silent' },
  {
    name: 'would not say which are open',
    over: { isSilentOnIncidents: true },
    kind: 'unknown',
  },
  {
    name: 'would not say, and is known to have one',
    over: { isSilentOnIncidents: true, incidents: [incident()] },
    kind: 'told',
  },
] as const)('a page that $name is $kind', ({ over, kind }) => {
  expect(publishedAbout(belief(), published(over)).kind).toBe(kind);
});

test('a page that would not say and cannot be reached is unreachable', () => {
  const state = { ...published({ isSilentOnIncidents: true }), kind: 'unreachable' } as const;
  expect(publishedAbout(belief(), state as ReturnType<typeof published>).kind).toBe('unreachable');
});

test.for([
  { url: 'https://status.example.com', page: 'https://status.example.com/' },
  { url: 'https://me:secret@status.example.com/hub', page: 'https://status.example.com/hub' },
  { url: 'https://status.example.com/api/v2/summary.json', page: 'https://status.example.com/' },
  { url: 'https://status.example.com/history.rss', page: 'https://status.example.com/' },
])('from the setting $url people are sent to $page', ({ url, page }) => {
  expect(pageForPeople({ url, format: 'auto', pollMs: 30_000 })).toBe(page);
});
