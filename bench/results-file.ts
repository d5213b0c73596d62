import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('RESULTS.md', import.meta.url);

/**
 * Writes one part of a page, `bench/RESULTS.md` by default, and leaves the others as they are. Each
 * benchmark has its own part, between two comments that name it; a new one goes to the end.
 */
export function saveResults(name: string, text: string, file: URL = FILE): void {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const part = `${begin}\n${text.trim()}\n${end}`;
  const page = readFileSync(file, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  const isNew = from < 0 || to < from;
  const whole = isNew
    ? `${page.trimEnd()}\n\n${part}\n`
    : page.slice(0, from) + part + page.slice(to + end.length);
  writeFileSync(file, whole);
}
