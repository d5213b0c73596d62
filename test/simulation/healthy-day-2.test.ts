import { test } from 'vitest';
import { liveHealthyDays } from './healthy-day.ts';

test('no incident is imagined on days 51 to 100 of a hundred', { timeout: 600_000 }, async () => {
  await liveHealthyDays({ from: 50, to: 100 });
});
