import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { TIDYING_FLAGS } from '../../src/cli/stay-warm.ts';

// V8 says nothing of a setting that it does not know, and another version may have other ones.
test('the runtime knows the settings that keep the program warm', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--v8-options']);
  for (const flag of TIDYING_FLAGS) expect(stdout).toContain(`  ${flag} (`);
});
