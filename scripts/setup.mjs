/**
 * Installs what `npm start` and `npm test` need, if it is missing or older than the lock file.
 *
 * Runs on whatever Node the machine has (>= 20), before the pinned runtime exists, so it is plain
 * JavaScript and imports nothing that is to be installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lock = join(root, 'package-lock.json');
const installed = join(root, 'node_modules', '.package-lock.json');
const runtime = join(root, 'node_modules', '.bin', 'node');

if (!isInstalled()) {
  console.error('candor: installing dependencies (once)');
  // engine-strict off: the machine's Node only installs, the pinned one runs.
  const { status } = spawnSync(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--engine-strict=false'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    },
  );
  if (status !== 0 || !existsSync(runtime)) {
    console.error(
      status === 0
        ? 'candor: the pinned Node was not installed: its install script did not run. Is `ignore-scripts` set? Run: npm rebuild node --ignore-scripts=false'
        : 'candor: `npm ci` failed; its message is above',
    );
    process.exit(1);
  }
}

function isInstalled() {
  return (
    existsSync(runtime) &&
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(lock).mtimeMs
  );
}
