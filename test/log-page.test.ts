import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = readFileSync(new URL('../docs/logs.md', import.meta.url), 'utf8');

/** The messages in the source, by the calls that log them; the log itself repeats what it is given. */
function logged(): string[] {
  const files = globSync('src/**/*.ts', { cwd: ROOT }).filter(
    (file) => !/src.(?:demo|log\.ts)/.test(file),
  );
  const calls = files.flatMap((file) => [
    ...readFileSync(`${ROOT}/${file}`, 'utf8').matchAll(
      /\blog\.(?:debug|info|warn|error)\(([\s\S]*?)\);/g,
    ),
  ]);
  return calls.map(
    ([call, args]) => /'([^']+)',?\s*$/.exec(args?.replace(/\)$/, '') ?? '')?.[1] ?? call,
  );
}

test('the page lists every message that is logged, and no other', () => {
  const rows = [...PAGE.matchAll(/^\| `([^`]+)` +\| (?:debug|info|warn|error)/gm)];
  const documented = rows.map(([, message]) => message);
  // This one is written by the log itself.
  const expected = new Set([...logged(), 'log lines dropped']);
  expect([...documented, 'answered'].sort()).toEqual([...expected].sort());
});
