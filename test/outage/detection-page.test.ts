import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { catalog } from '../../src/config/catalog.ts';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/detection.md', root), 'utf8');

/** The thresholds as settings, and what each is where a file says nothing of it. */
function defaults(): Record<string, string> {
  const prefix = 'upstreams.*.detection.';
  const settings = catalog().map((entry) => ({ ...entry, name: entry.path.join('.') }));
  const thresholds = settings.filter(
    (entry) => entry.name.startsWith(prefix) && entry.default !== undefined,
  );
  return Object.fromEntries(
    thresholds.map((entry) => [entry.name.slice(prefix.length), String(entry.default)]),
  );
}

function blockOf(language: string): string {
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';
}

test('the page on detection names each threshold with its default, and says why it is that', () => {
  const table = page.slice(page.indexOf('| setting | default |'), page.indexOf('\n[1] '));
  const rows = [...table.matchAll(/^\| `([\w.]+)` \| `([^`]+)` \| (.+) \|$/gm)];
  const written = Object.fromEntries(rows.map(([, name, value]) => [name, value]));
  expect(written).toEqual(defaults());
  for (const [, , , why] of rows) expect(why?.length).toBeGreaterThan(10);
});

test('every document that the page leans on is named, and every named one is leant on', () => {
  const [, table = '', list = ''] = /^\| setting (.*?)^(\[1\] .*?)\n\n/ms.exec(page) ?? [];
  const numbersIn = (text: string) =>
    new Set([...text.matchAll(/\[(\d+)\]/g)].map(([, number]) => number));
  expect(numbersIn(table)).toEqual(numbersIn(list));
});

test('the example on the page prints what the page says', async () => {
  const running = promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', blockOf('js')],
    { cwd: root },
  );
  const { stdout } = await running;
  expect(stdout).toBe(blockOf('text'));
  expect(stdout).toContain('"state":"down"');
});
