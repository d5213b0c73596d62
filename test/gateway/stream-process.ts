import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { App } from '../../src/app.ts';
import { SILENT } from '../../src/cli/idle-plan.ts';
import { parseSettings } from '../../src/config/load.ts';

/**
 * The gateway in a process of its own, with the settings that are its first argument. It sends its address
 * to its parent, and its memory, after a collection, whenever the parent sends something.
 */
setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');
const loaded = await parseSettings({ text: process.argv[2] ?? '', file: 'test.yaml' });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { settings } = loaded;
const app = await App.start({
  settings,
  version: 'test',
  source: 'a test’s',
  log: SILENT,
  readSettings: () => Promise.resolve({ ok: true, settings }),
  unexpectedErrors: () => 0,
});
process.on('message', () => {
  if (typeof collect === 'function') collect();
  process.send?.(process.memoryUsage());
});
process.send?.(app.urls[0]);
