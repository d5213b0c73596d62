import { expect, test } from 'vitest';
import { keptRetryOf, mergeKept } from '../../src/answer/kept-fields.ts';
import { NOW } from './samples.ts';

test.for([
  { kept: [], retry: null },
  { kept: ['Retry-After', '120'], retry: { value: '120', seconds: 120 } },
  { kept: ['RETRY-AFTER', ' 120 '], retry: { value: '120', seconds: 120 } },
  { kept: ['X-A', '1', 'Retry-After', '0'], retry: { value: '0', seconds: 0 } },
  { kept: ['Retry-After', 'soon', 'Retry-After', '5'], retry: { value: '5', seconds: 5 } },
  { kept: ['X-Retry-After', '5'], retry: null },
  { kept: ['Retry-After', '5\x00'], retry: null },
  { kept: ['Retry-After', '5\u00e9'], retry: null },
  { kept: ['X-A', 'Retry-After'], retry: null },
  { kept: ['Retry-After'], retry: null },
])('of $kept, to come back is said as $retry', ({ kept, retry }) => {
  expect(keptRetryOf(kept, NOW)).toEqual(retry);
});

const OURS = ['Vary', 'Accept', 'Access-Control-Allow-Origin', 'https://ours.example'];

test.for([
  ['Access-Control-Allow-Credentials', 'true'],
  ['proxy-authenticate', 'Basic'],
  ['Strict-Transport-Security', 'max-age=1'],
  ['WWW-AUTHENTICATE', 'Bearer\trealm="a~"'],
])('%s stays as it came, behind ours', (field) => {
  expect(mergeKept(OURS, field)).toEqual([...OURS, ...field]);
});

test('a field of theirs takes the place of ours, whatever its case', () => {
  const theirs = ['access-control-allow-origin', 'https://theirs.example'];
  expect(mergeKept(OURS, theirs)).toEqual(['Vary', 'Accept', ...theirs]);
  const twice = ['WWW-Authenticate', 'Basic', 'WWW-Authenticate', 'Bearer'];
  expect(mergeKept(OURS, twice)).toEqual([...OURS, ...twice]);
});

test.for([
  ['Vary', 'Cookie'],
  ['Content-Length', '5'],
  ['Set-Cookie', 'a=b'],
  ['WWW-Authenticate', 'Basic\r\nX-Evil: 1'],
  ['WWW-Authenticate', 'Bäsic'],
  ['Access-Control-Allow-Origin'],
])('%s does not stay', (field) => {
  expect(mergeKept(OURS, field)).toEqual(OURS);
});
