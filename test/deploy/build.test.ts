import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { startProgram } from '../support/program.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Where the program was built for all tests: beside its templates, and no package (test/support/built-program.ts). */
const DIST = join(process.env.CANDOR_TEST_MAIN ?? 'it was not built', '..');

test('what is built runs where no package is installed, with its store on disk', async () => {
  const program = await startProgram({
    settings: JSON.stringify({
      ...{ listen: '127.0.0.1:0', ops: '127.0.0.1:0', store: './candor.sqlite' },
      upstreams: { app: { endpoints: ['http://127.0.0.1:1'] } },
    }),
  });
  expect(DIST).not.toContain(ROOT);
  const page = await ask(program.url, { headers: { accept: 'text/html' } });
  expect([page.status, page.text]).toEqual([503, expect.stringContaining('<!doctype html>')]);
  expect((await ask(`${program.opsUrl}/console/console.css`)).status).toBe(200);
  await eventually(async () => {
    const { text } = await ask(`${program.opsUrl}/metrics`);
    return /candor_store_rows_total\{result="written"\} [1-9]/.test(text) || undefined;
  });
  program.signal('SIGTERM');
  expect(await program.ended).toEqual({ code: 0, signal: null });
});

test('its bill of materials has every package that it was made of, and notices of their licences', async () => {
  const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const bom = JSON.parse(await readFile(join(DIST, 'sbom.cdx.json'), 'utf8'));
  const notices = await readFile(join(DIST, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  const names: string[] = bom.components.map(({ name }: { name: string }) => name);
  expect(bom.bomFormat).toBe('CycloneDX');
  expect(Object.keys(dependencies).filter((name) => !names.includes(name))).toEqual([]);
  expect(names).not.toContain('vitest');
  for (const { name, version } of bom.components) {
    expect(notices).toContain(`\n${name} ${version} (`);
  }
});

test('each package that the program needs has its reason, its home and its licence on record', async () => {
  const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const reasons = await readFile(join(ROOT, 'docs/decisions/0005-dependencies.md'), 'utf8');
  const listed = await readFile(join(ROOT, 'docs/supply-chain.md'), 'utf8');
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    expect(reasons).toMatch(new RegExp(`^\\| ${name} \\| \`[^|]+\` \\| .{20}`, 'm'));
    const { version, license, hasInstallScript } = lock.packages[`node_modules/${name}`];
    expect(listed).toContain(`| ${name} | ${license} | ${version} |`);
    expect(hasInstallScript).toBeUndefined();
  }
});
