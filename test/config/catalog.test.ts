import { expect, test } from 'vitest';
import { knownNames } from '../../src/config/catalog.ts';

const pair = ['cert', 'key'];

test.for([
  { path: ['statusPage'], names: ['url', 'format', 'poll'] },
  { path: ['upstreams', 'app', 'timeouts'], names: ['connect', 'response', 'idle'] },
  { path: ['misleading', 'login', 'json'], names: [] },
  { path: ['nobody'], names: [] },
  { path: ['nobody', 'url'], names: [] },
  // What may stand alone or in a list has the same names in both.
  { path: ['listen'], names: ['address', 'tls', 'http2'] },
  { path: ['listen', 1], names: ['address', 'tls', 'http2'] },
  { path: ['listen', 'tls'], names: pair },
  { path: ['listen', 'tls', 1], names: pair },
  { path: ['listen', 1, 'tls'], names: pair },
  { path: ['listen', 1, 'tls', 0], names: pair },
  { path: ['listen', 'one'], names: [] },
  { path: ['brand', 'colors', 'light'], names: ['accent', 'background', 'surface', 'text'] },
  { path: ['brands', 0, 'colors', 'dark'], names: ['accent', 'background', 'surface', 'text'] },
])('at $path there may be $names', ({ path, names }) => {
  expect(knownNames(path)).toEqual(names);
});

test('at the top and in each route there are all names of the catalog', () => {
  expect(knownNames([])).toEqual(expect.arrayContaining(['listen', 'upstreams', 'store']));
  expect(knownNames(['routes', 0])).toEqual(expect.arrayContaining(['host', 'path', 'upstream']));
});
