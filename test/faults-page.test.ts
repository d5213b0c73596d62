import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const PAGE = new URL('../docs/faults.md', import.meta.url);
const ROWS = readFileSync(PAGE, 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!fault|---)/.test(line));

test('each row of the table of faults names tests that there are, by their titles', () => {
  expect(ROWS.length).toBeGreaterThan(5);
  for (const row of ROWS) {
    const [, , held = ''] = row.split(' | ');
    const links = [...held.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)];
    expect(links, row).not.toEqual([]);
    for (const [, title = '', file = ''] of links) {
      const source = new URL(file, PAGE);
      expect(existsSync(source), file).toBe(true);
      // The first argument of a test, whatever stands before it.
      const literals = [`'${title}', `, `'${title}',\n`, `"${title}", `, `\`${title}\`, `];
      const text = readFileSync(source, 'utf8');
      expect(
        literals.some((literal) => text.includes(literal)),
        title,
      ).toBe(true);
    }
  }
});
