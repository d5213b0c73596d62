import { expect, test } from 'vitest';
import { readAsk, recognise } from '../../src/answer/client-kind.ts';
import { asker, route } from './samples.ts';

const LISTED = route({ cors: ['https://portal.example.com'] });
const PREFLIGHT = {
  Origin: 'https://portal.example.com',
  'Access-Control-Request-Method': 'POST',
};
const { Origin: _, ...NO_ORIGIN } = PREFLIGHT;

interface Who {
  readonly headers: Readonly<Record<string, string>>;
  readonly over?: Parameters<typeof asker>[1];
}

function recognised({ headers, over }: Who) {
  const { kind, form } = recognise(readAsk(asker(headers, over)));
  return [kind, form];
}

test.for<Who & { readonly name: string; readonly as: readonly string[] }>([
  { name: 'no Origin', headers: NO_ORIGIN, as: ['other', 'text'] },
  {
    name: 'an Origin that is not listed',
    headers: { ...PREFLIGHT, Origin: 'https://evil.example' },
    as: ['preflight', 'text'],
  },
  { name: 'no method asked for', headers: { Origin: PREFLIGHT.Origin }, as: ['other', 'text'] },
  { name: 'another method', headers: PREFLIGHT, over: { method: 'PUT' }, as: ['other', 'text'] },
  {
    name: 'another route',
    headers: PREFLIGHT,
    over: { route: route() },
    as: ['preflight', 'text'],
  },
  {
    name: 'an Upgrade',
    headers: { ...PREFLIGHT, Upgrade: 'websocket' },
    as: ['websocket', 'json'],
  },
])('who follows a preflight, with $name, is recognised anew', ({ headers, over, as }) => {
  const preflight = { headers: PREFLIGHT, over: { method: 'OPTIONS', route: LISTED } };
  const next = { headers, over: { ...preflight.over, ...over } };

  expect(recognised(preflight)).toEqual(['preflight', 'preflight']);
  expect(recognised(next)).toEqual(as);
  expect(recognised(preflight)).toEqual(['preflight', 'preflight']);
});
