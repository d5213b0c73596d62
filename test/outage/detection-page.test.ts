import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { THRESHOLDS } from '../../src/outage/thresholds.ts';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/detection.md', root), 'utf8');

function blockOf(language: string): string {
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';
}

test('the page on detection names each threshold with its value', () => {
  const rows = page.matchAll(/^\| `(\w+)` \| ([\d.]+) \|/gm);
  const written = Object.fromEntries([...rows].map(([, name, value]) => [name, Number(value)]));
  expect(written).toEqual(THRESHOLDS);
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
