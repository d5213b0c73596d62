import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Builds the program once for all tests that start it, which is more than two hundred times: as it is
 * shipped a start takes half of the processor time that its sources take. Vitest's global set-up.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-built-'));
  const build = [join(ROOT, 'scripts', 'build.ts'), join(folder, 'dist')];
  await promisify(execFile)(process.execPath, build);
  for (const name of ['package.json', 'templates']) {
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  }
  process.env.CANDOR_TEST_MAIN = join(folder, 'dist', 'main.js');
  return () => rm(folder, { recursive: true, force: true });
}
