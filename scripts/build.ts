/**
 * Builds the program as it is shipped: a few files in place of some nine hundred, which is what a start
 * takes its time for (docs/decisions/0022).
 *
 * `node scripts/build.ts [FOLDER]` writes to `dist` or that folder, which is emptied first.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');

/** One package that something of is in the program. */
interface Contained {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** What of CycloneDX's format is looked at. */
interface Bom {
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const [folder = join(ROOT, 'dist')] = process.argv.slice(2);
rmSync(folder, { recursive: true, force: true });
const chunks = await bundle(folder);
const packages = packagesIn(chunks);
writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), noticesOf(packages));
writeFileSync(join(folder, 'sbom.cdx.json'), JSON.stringify(billOf(packages), null, 1));
console.log(`${folder}: ${chunks.length} files, of the program and ${packages.length} packages`);

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

/** The packages that something was taken from, by name. */
function packagesIn(chunks: readonly OutputChunk[]): Contained[] {
  const within = `${sep}node_modules${sep}`;
  const paths = new Set<string>();
  for (const id of chunks.flatMap(({ moduleIds }) => moduleIds)) {
    const at = id.lastIndexOf(within);
    if (at === -1) continue;
    const [first = '', second = ''] = id.slice(at + within.length).split(sep);
    paths.add(join(id.slice(0, at), within, first, first.startsWith('@') ? second : ''));
  }
  return [...paths].sort().map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    if (typeof license !== 'string') throw new Error(`${name} names no licence`);
    return { path, name, version, license };
  });
}

/** What the packages' licences ask for: their texts go with the code. */
function noticesOf(packages: readonly Contained[]): string {
  const notices = packages.map(({ path, name, version, license }) => {
    const file = readdirSync(path).find((entry) => /^licen[sc]e/i.test(entry));
    const text = file === undefined ? '' : readFileSync(join(path, file), 'utf8').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return `Candor contains code of these packages.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/**
 * The bill of materials (CycloneDX): of all that the lock file has, what is in the program. npm's own
 * `--omit dev` leaves out what something for development needs as well, such as yaml and zod.
 */
function billOf(packages: readonly Contained[]): Bom {
  const asked = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const printed = execFileSync('npm', asked, { cwd: ROOT, maxBuffer: 2 ** 26, encoding: 'utf8' });
  const all: Bom = JSON.parse(printed);
  const contained = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const isContained = (ref: string): boolean => contained.has(ref);
  const components = all.components.filter((component) => isContained(component['bom-ref']));
  if (components.length !== contained.size) throw new Error('the lock file lacks what is bundled');
  const dependencies = all.dependencies
    .filter(({ ref }) => isContained(ref) || ref.startsWith('candor@'))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isContained) }));
  return { ...all, components, dependencies };
}
