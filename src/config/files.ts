import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { faultsIn, type KeyPair, made } from './key-pair.ts';
import { readLogo } from './logo.ts';
import { type Finding, quoted, type SettingPath } from './problem.ts';
import type { BrandSettings, Listener, Settings } from './settings.ts';
import type { UpstreamTls } from './upstream-settings.ts';

/** Settings with what their files hold, or with what is wrong with the files. */
export interface WithFiles {
  readonly settings: Settings;
  readonly findings: readonly Finding[];
}

interface Options {
  /** Paths are relative to it: the folder of the settings file. */
  readonly folder: string;
  /** Whether a setting was written as a list: only then the paths in it have numbers. */
  isList(path: SettingPath): boolean;
}

/** Puts the contents of files in the place of their paths, and makes the other paths absolute. */
export async function withFiles(settings: Settings, options: Options): Promise<WithFiles> {
  const findings: Finding[] = [];
  const files: Files = { ...options, refuse: (finding) => void findings.push(finding) };
  const [brand, brands] = await Promise.all([
    settings.brand && brandWithFiles(settings.brand, ['brand'], files),
    Promise.all(settings.brands.map((one, index) => brandWithFiles(one, ['brands', index], files))),
  ]);
  const listen = await Promise.all(
    settings.listen.map((listener, index) => {
      const path = options.isList(['listen']) ? ['listen', index, 'tls'] : ['listen', 'tls'];
      return listenerWithFiles(listener, path, files);
    }),
  );
  const upstreams = await upstreamsWithFiles(settings.upstreams, files);
  const store = settings.store === 'memory' ? 'memory' : resolve(options.folder, settings.store);
  return { settings: { ...settings, brand, brands, listen, upstreams, store }, findings };
}

interface Files extends Options {
  refuse(finding: Finding): void;
}

async function brandWithFiles(
  brand: BrandSettings,
  path: SettingPath,
  files: Files,
): Promise<BrandSettings> {
  const [logo, templates] = await Promise.all([
    brand.logo === null ? null : logoOf(brand.logo, [...path, 'logo'], files),
    brand.templates === null ? null : folderOf(brand.templates, [...path, 'templates'], files),
  ]);
  return { ...brand, logo, templates };
}

async function logoOf(file: string, path: SettingPath, files: Files): Promise<string | null> {
  const text = await textOf(file, path, files);
  if (text === undefined) return null;
  const logo = readLogo(text);
  if (logo.kind === 'logo') return logo.svg;
  const { found, expected } = logo;
  files.refuse({ path, at: 'value', found: `${quoted(file)} with ${found}`, expected });
  return null;
}

async function folderOf(
  name: string,
  path: SettingPath,
  { folder, refuse }: Files,
): Promise<string> {
  const whole = resolve(folder, name);
  const state = await stat(whole).catch((error: unknown) => reasonOf(error));
  if (typeof state === 'string' || !state.isDirectory()) {
    const found = `${quoted(name)} (${typeof state === 'string' ? state : 'a file'})`;
    refuse({ path, at: 'value', found, expected: 'a folder' });
  }
  return whole;
}

async function listenerWithFiles(
  listener: Listener,
  path: SettingPath,
  files: Files,
): Promise<Listener> {
  const { tls } = listener;
  if (tls === null) return listener;
  const certificates = tls.map(async (given, index) => {
    const pair = await pairOf(given, files.isList(path) ? [...path, index] : path, files);
    const certFile = resolve(files.folder, given.certFile);
    return { ...pair, certFile, keyFile: resolve(files.folder, given.keyFile) };
  });
  return { ...listener, tls: await Promise.all(certificates) };
}

async function upstreamsWithFiles(
  upstreams: Settings['upstreams'],
  files: Files,
): Promise<Settings['upstreams']> {
  const all = Object.entries(upstreams).map(async ([name, upstream]) => {
    const tls =
      upstream.tls && (await tlsWithFiles(upstream.tls, ['upstreams', name, 'tls'], files));
    return [name, { ...upstream, tls }] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

async function tlsWithFiles(
  tls: UpstreamTls,
  path: SettingPath,
  files: Files,
): Promise<UpstreamTls> {
  const [ca, client] = await Promise.all([
    tls.ca === null ? null : authoritiesOf(tls.ca, [...path, 'ca'], files),
    tls.client === null ? null : pairOf(tls.client, path, files),
  ]);
  return { ...tls, ca, client };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;

/** OpenSSL believes as many authorities as it can read, and says nothing of the others: each is tried. */
async function authoritiesOf(file: string, path: SettingPath, files: Files): Promise<string> {
  const text = await textOf(file, path, files);
  if (text === undefined) return '';
  const parts = text.match(CERTIFICATE) ?? [];
  const broken = parts.findIndex((part) => made(() => new X509Certificate(part)) === undefined);
  const expected = 'one or more certificates in PEM form';
  if (parts.length === 0) refusePart(file, path, files, expected);
  if (broken >= 0) {
    const found = `${quoted(file)}, whose certificate number ${broken + 1} cannot be read`;
    files.refuse({ path, at: 'value', found, expected });
  }
  return text;
}

/** A certificate and its key, read from their files and found to belong together. */
async function pairOf(pair: KeyPair, path: SettingPath, files: Files): Promise<KeyPair> {
  const [cert, key] = await Promise.all([
    textOf(pair.cert, [...path, 'cert'], files),
    textOf(pair.key, [...path, 'key'], files),
  ]);
  for (const { part, expected } of faultsIn({ cert, key })) {
    refusePart(pair[part], [...path, part], files, expected);
  }
  return { cert: cert ?? '', key: key ?? '' };
}

function refusePart(file: string, path: SettingPath, { refuse }: Files, expected: string): void {
  refuse({ path, at: 'value', found: `${quoted(file)}, which is something else`, expected });
}

async function textOf(
  file: string,
  path: SettingPath,
  { folder, refuse }: Files,
): Promise<string | undefined> {
  try {
    return await readFile(resolve(folder, file), 'utf8');
  } catch (error) {
    const found = `${quoted(file)} (${reasonOf(error)})`;
    refuse({ path, at: 'value', found, expected: 'a file that can be read' });
    return undefined;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file: a part of its path is no folder',
  EISDIR: 'a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'symbolic links that go in a circle',
  ENAMETOOLONG: 'a name that is too long',
};

/** Why the operating system did not give a file, in plain words where there are some. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return String(error);
  const code = String(error.code);
  return Object.hasOwn(REASONS, code) ? `${code}: ${REASONS[code]}` : error.message;
}
