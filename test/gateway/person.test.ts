import { expect, test } from 'vitest';
import { clientAddress, isOfPeople, userAgent } from '../../src/gateway/person.ts';

const peer = { address: '203.0.113.7' };

test.for([
  { name: 'nobody is believed', isTrusted: false, forwarded: '198.51.100.1', is: '203.0.113.7' },
  { name: 'a proxy says', isTrusted: true, forwarded: '198.51.100.1', is: '198.51.100.1' },
  { name: 'of several the last', isTrusted: true, forwarded: '1.1.1.1, 2.2.2.2', is: '2.2.2.2' },
  { name: 'a proxy says nothing', isTrusted: true, forwarded: '', is: '203.0.113.7' },
])('the address of a client: $name', ({ isTrusted, forwarded, is }) => {
  const fields = ['X-Forwarded-For', forwarded, 'User-Agent', 'curl/8'];
  expect(clientAddress(fields, { peer, isTrusted })).toBe(is);
  expect(userAgent(fields)).toBe('curl/8');
  expect(userAgent([])).toBe('');
});

test('where a proxy says nothing of the client, the connection does', () => {
  const trusted = { peer, isTrusted: true };
  expect(clientAddress([], trusted)).toBe(peer.address);
  expect(clientAddress(['1.1.1.1', '2.2.2.2'], trusted)).toBe(peer.address);
  expect(clientAddress(['A', 'x-forwarded-for', 'B', '1.1.1.1'], trusted)).toBe(peer.address);
  const twice = ['x-forwarded-for', '1.1.1.1', 'X-Forwarded-For', '2.2.2.2'];
  expect(clientAddress(twice, trusted)).toBe('2.2.2.2');
});

test('people sit in front of pages and of what pages ask for', () => {
  const kinds = ['person', 'html_fetch', 'fetch', 'event_source', 'websocket'];
  expect([...kinds, 'api', 'image', 'other', ''].filter(isOfPeople)).toEqual(kinds);
});
