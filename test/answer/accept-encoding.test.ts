import { expect, test } from 'vitest';
import { codingsFor } from '../../src/answer/accept-encoding.ts';

test.for([
  { field: undefined, codings: [] },
  { field: '', codings: [] },
  { field: 'gzip, deflate, br, zstd', codings: ['br', 'gzip'] },
  { field: 'gzip', codings: ['gzip'] },
  { field: 'GZip', codings: ['gzip'] },
  { field: 'x-gzip', codings: ['gzip'] },
  { field: 'deflate, zstd', codings: [] },
  { field: 'identity', codings: [] },
  { field: '*', codings: ['br', 'gzip'] },
  { field: 'br;q=0, *', codings: ['gzip'] },
  { field: '*;q=0', codings: [] },
  { field: 'gzip;q=0', codings: [] },
  { field: 'gzip;q=1.0, br;q=0.5', codings: ['gzip', 'br'] },
  { field: 'gzip ; q = 0.5 , br', codings: ['br', 'gzip'] },
  { field: 'gzip;q=0.5, identity', codings: [] },
  { field: 'gzip, identity;q=0.5', codings: ['gzip'] },
  { field: 'gzip, identity', codings: ['gzip'] },
  { field: 'br, identity;q=0', codings: ['br'] },
  { field: 'identity;q=0', codings: [] },
  { field: 'gzip;q=2', codings: [] },
  { field: 'gzip;q=', codings: [] },
  { field: ',;,gzip,,', codings: ['gzip'] },
  { field: 'gzip;level=1', codings: ['gzip'] },
  { field: 'gzip;level=1;q=0', codings: [] },
  { field: 'gzip;xq=0', codings: ['gzip'] },
  { field: 'gzip;q  =  0', codings: [] },
  { field: 'gzip;q=0.', codings: [] },
  { field: 'br;q=0.123, gzip;q=1.000', codings: ['gzip', 'br'] },
  { field: 'br;q=0.1234, gzip;q=1.0000', codings: [] },
  { field: 'br;q=00.5, gzip;q=0.5x', codings: [] },
  { field: 'br;q=0.x, gzip;q=1.5', codings: [] },
  { field: 'gzip;q=1.x', codings: [] },
])('Accept-Encoding: $field', ({ field, codings }) => {
  expect(codingsFor(field)).toEqual(codings);
  // From the memory of the last field, and from that of the fields before it.
  expect(codingsFor(field)).toEqual(codings);
  codingsFor('br');
  expect(codingsFor(field)).toEqual(codings);
});

test('thousands of different fields are told apart, and so are long ones', () => {
  for (let nth = 0; nth < 600; nth++) {
    expect(codingsFor(`gzip, x${nth}`)).toEqual(['gzip']);
    expect(codingsFor(`br, x${nth}`)).toEqual(['br']);
  }
  expect(codingsFor(`br,${'x'.repeat(300)}`)).toEqual(['br']);
  expect(codingsFor(`gzip,${'x'.repeat(300)}`)).toEqual(['gzip']);
});
