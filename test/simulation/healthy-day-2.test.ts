import { test } from 'vitest';
import { liveHealthyDays } from './healthy-day.ts';

test('no incident is imagined on days 26 to 50 of fifty', { timeout: 600_000 }, async () => {
  await liveHealthyDays({ from: 25, to: 50 });
});
