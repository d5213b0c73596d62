import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { NONE_AMONG_THE_OLD, TO_STAY_WARM } from '../../src/cli/heap.ts';

// V8 says nothing of a setting that it does not know, and another version may have other ones.
test('the runtime knows the settings of the heap', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--v8-options']);
  for (const flag of [...NONE_AMONG_THE_OLD, ...TO_STAY_WARM]) {
    const name = flag.replace('--no-', '--').replace(/=.*/, '');
    expect(stdout).toContain(`  ${name} (`);
  }
});
