import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/endpoints.md', root), 'utf8');

function blockOf(language: string): string {
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';
}

test('the example on the page about endpoints prints what the page says', async () => {
  const options = ['--input-type=module', '-e', blockOf('js')];
  const { stdout } = await promisify(execFile)(process.execPath, options, { cwd: root });
  expect(stdout).toBe(blockOf('text'));
  expect(stdout).toContain('"setAside":true');
});
