import { test } from 'vitest';
import { liveRandomWorlds } from './random-worlds.ts';

test('no random world breaks what is promised (part 1 of 2)', { timeout: 3_600_000 }, async () => {
  await liveRandomWorlds(0);
});
