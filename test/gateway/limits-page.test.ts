import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { catalog } from '../../src/config/catalog.ts';
import { LIMITS } from '../../src/gateway/refusal.ts';

const page = await readFile(resolve(import.meta.dirname, '../../docs/limits.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| '));

test('docs/limits.md has a row for each setting that limits clients', () => {
  const names = catalog().flatMap(({ path: [section, name] }) =>
    section === 'limits' ? (name ?? []) : [],
  );
  // How long the gateway itself takes to end is no limit on clients.
  const asked = names.filter((name) => name !== 'drain');
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((name) => !rows.some((row) => row.includes(`\`${name}\``)))).toEqual([]);
});

test('docs/limits.md has each name by which candor_limited_total counts', () => {
  expect(LIMITS.filter((name) => !page.includes(name))).toEqual([]);
});
