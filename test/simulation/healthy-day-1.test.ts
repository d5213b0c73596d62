import { test } from 'vitest';
import { liveHealthyDays } from './healthy-day.ts';

test('no incident is imagined on days 1 to 25 of fifty', { timeout: 600_000 }, async () => {
  await liveHealthyDays({ from: 0, to: 25 });
});
