/**
 * Builds the program as it is shipped: a few files in place of some nine hundred, which is what a start
 * takes its time for (docs/decisions/0021).
 *
 * `node scripts/build.ts [FOLDER]` writes to `dist` or that folder, which is emptied first.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');
const NOTICES = 'THIRD-PARTY-NOTICES.txt';

const [folder = join(ROOT, 'dist')] = process.argv.slice(2);
rmSync(folder, { recursive: true, force: true });
const chunks = await bundle(folder);
const packages = packagesIn(chunks);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, NOTICES), noticesOf(packages));
console.log(`${folder}: ${chunks.length} files, of the program and ${packages.size} packages`);

async function bundle(dir: string): Promise<OutputChunk[]> {
  await using build = await rolldown({
    cwd: ROOT,
    // The thread of the store is a program of its own, beside the code that starts it.
    input: { main: 'src/main.ts', 'parts/store-worker': 'src/outage/store-worker.ts' },
    platform: 'node',
    // For a terminal and a checkout alone; looked for when it is wanted.
    external: ['pino-pretty'],
    preserveEntrySignatures: 'strict',
  });
  const { output } = await build.write({
    dir,
    format: 'esm',
    entryFileNames: '[name].js',
    // As deep as the folders of src/, so that files of the package are found from there as well.
    chunkFileNames: 'parts/[name].js',
    sourcemap: true,
  });
  const chunks = output.filter((file) => file.type === 'chunk');
  const main = chunks.find(({ fileName }) => fileName === 'main.js');
  if (main === undefined || main.code.includes('import.meta')) {
    throw new Error('main.js lies too high for what finds its files by where it lies');
  }
  return chunks;
}

/** The folders of the packages that something was taken from, by their names. */
function packagesIn(chunks: readonly OutputChunk[]): Map<string, string> {
  const found = new Map<string, string>();
  const within = `${sep}node_modules${sep}`;
  for (const id of chunks.flatMap(({ moduleIds }) => moduleIds)) {
    const at = id.lastIndexOf(within);
    if (at === -1) continue;
    const [first = '', second = ''] = id.slice(at + within.length).split(sep);
    const name = first.startsWith('@') ? `${first}/${second}` : first;
    found.set(name, join(id.slice(0, at + within.length), name));
  }
  return new Map([...found].sort());
}

/** What the packages' licences ask for: their texts go with the code. Throws where one has none. */
function noticesOf(packages: ReadonlyMap<string, string>): string {
  const notices = [...packages].map(([name, path]) => {
    const { version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const file = readdirSync(path).find((entry) => /^licen[sc]e/i.test(entry));
    if (typeof license !== 'string') throw new Error(`${name} names no licence`);
    const text = file === undefined ? '' : readFileSync(join(path, file), 'utf8').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return `Candor contains code of these packages.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
