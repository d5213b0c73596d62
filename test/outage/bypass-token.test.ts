import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bypassExpiry, bypassToken } from '../../src/outage/bypass-token.ts';
import type { KeptMaintenance } from '../../src/outage/maintenance.ts';

const NOW = Date.UTC(2023, 6, 19, 15, 24);
const HOUR = 3_600_000;

const KEPT: KeptMaintenance = {
  maintenance: {
    ...{ id: '0123456789ab', upstream: null, reason: 'new disk', message: null, by: 'dana' },
    ...{ startedAt: NOW, endsAt: null, expiresAt: NOW + HOUR },
  },
  key: Buffer.alloc(32, 1),
};

test('a token is good until the work expires, with the key of that work alone', () => {
  const token = bypassToken(KEPT);
  expect(bypassExpiry(token, KEPT, NOW)).toBe(NOW + HOUR);
  expect(bypassExpiry(token, KEPT, NOW + HOUR - 1)).toBe(NOW + HOUR);
  expect(bypassExpiry(token, KEPT, NOW + HOUR)).toBeNull();
  expect(bypassExpiry(token, { ...KEPT, key: Buffer.alloc(32, 2) }, NOW)).toBeNull();
});

test('neither another expiry nor another work can be put into it', () => {
  const [id = '', expires, signature] = bypassToken(KEPT).split('.');
  const later = (NOW + 2 * HOUR).toString(36);
  expect(bypassExpiry(`${id}.${later}.${signature}`, KEPT, NOW)).toBeNull();
  const other = { ...KEPT, maintenance: { ...KEPT.maintenance, id: 'ba9876543210' } };
  expect(bypassExpiry(`ba9876543210.${expires}.${signature}`, other, NOW)).toBeNull();
});

test('no other text than the token itself is good', () => {
  const token = bypassToken(KEPT);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.string({ maxLength: 3 }), (at, text) => {
      const changed = token.slice(0, at) + text + token.slice(at + 1);
      fc.pre(changed !== token);
      expect(bypassExpiry(changed, KEPT, NOW)).toBeNull();
    }),
  );
});
