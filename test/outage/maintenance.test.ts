import { expect, test } from 'vitest';
import { type MaintenanceWish, maintenanceFrom } from '../../src/outage/maintenance.ts';
import { wish } from '../support/maintenances.ts';

const NOW = Date.UTC(2023, 6, 19, 15, 24);
const HOUR = 3_600_000;
const START = { id: '0123456789ab', startedAt: NOW, by: 'dana', now: NOW };

test.for<{ name: string; over: Partial<MaintenanceWish>; fault: RegExp | null }>([
  { name: 'a reason as long as is kept', over: { reason: 'x'.repeat(300) }, fault: null },
  { name: 'a longer reason', over: { reason: 'x'.repeat(301) }, fault: /has 301 .* 300 are kept/ },
  { name: 'a message as long as is shown', over: { message: 'x'.repeat(300) }, fault: null },
  { name: 'a longer message', over: { message: 'x'.repeat(301) }, fault: /has 301 .* 300 are sho/ },
  { name: 'an end at this moment', over: { endsAt: NOW }, fault: /end has passed/ },
  { name: 'an end that is next', over: { endsAt: NOW + 1 }, fault: null },
  { name: 'an expiry at this moment', over: { expiresAt: NOW }, fault: /before it begins/ },
  { name: 'an expiry that is next', over: { expiresAt: NOW + 1 }, fault: null },
  {
    name: 'an expiry with the end',
    over: { endsAt: NOW + HOUR, expiresAt: NOW + HOUR },
    fault: null,
  },
  {
    name: 'an expiry before the end',
    over: { endsAt: NOW + HOUR, expiresAt: NOW + HOUR - 1 },
    fault: /before its planned end/,
  },
  { name: 'seven days', over: { expiresAt: NOW + 7 * 24 * HOUR }, fault: null },
  {
    name: 'a moment more than seven days',
    over: { expiresAt: NOW + 7 * 24 * HOUR + 1 },
    fault: /more than seven days/,
  },
])('of $name: $fault', ({ over, fault }) => {
  const made = maintenanceFrom(wish(over), START);
  expect('fault' in made ? made.fault : null).toEqual(fault && expect.stringMatching(fault));
});

test.for<{
  said: Pick<MaintenanceWish, 'reason' | 'message'>;
  kept: Pick<MaintenanceWish, 'reason' | 'message'>;
}>([
  {
    said: { reason: ' new disk ', message: ' Back soon ' },
    kept: { reason: 'new disk', message: 'Back soon' },
  },
  { said: { reason: 'x', message: '  ' }, kept: { reason: 'x', message: null } },
  { said: { reason: 'x', message: null }, kept: { reason: 'x', message: null } },
])('of the words $said these are kept: $kept', ({ said, kept }) => {
  expect(maintenanceFrom(wish(said), START)).toMatchObject(kept);
});
