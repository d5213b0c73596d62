import { createReadStream } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { inconsistencies } from './consistency.ts';
import { settingsDialect } from './dialect.ts';
import { readDocument, type SettingsDocument } from './document.ts';
import type { Environment } from './environment.ts';
import { reasonOf, withFiles } from './files.ts';
import { findingsOf } from './issues.ts';
import {
  type Finding,
  foundText,
  messageOf,
  type Problem,
  pathText,
  type SettingPath,
} from './problem.ts';
import { settingsSchema } from './schema.ts';
import type { Settings } from './settings.ts';
import { valueAt } from './untyped.ts';
import { warningsOf } from './warnings.ts';

/** The settings, or everything that is wrong with them. Warnings do not keep them from being used. */
export type Loaded =
  | { readonly ok: true; readonly settings: Settings; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type Refused = Extract<Loaded, { readonly ok: false }>;

/** The variables of this process. */
export function ownEnvironment(): Environment {
  return process.env;
}

/** Reads the settings from a file. Never rejects: what is wrong comes back, all of it at once. */
export async function loadSettings(file: string, env: Environment = process.env): Promise<Loaded> {
  const read = await readSettingsText(file);
  return read.ok ? parseSettings({ text: read.text, file, env }) : read;
}

/** The text of a settings file or of another one that is read as such, or why it cannot be had. */
export async function readSettingsText(
  file: string,
  kind = 'a settings file',
): Promise<{ readonly ok: true; readonly text: string } | Refused> {
  try {
    const bytes = await firstBytes(file);
    if (bytes.length > MOST_BYTES) return refused(file, `more than ${MOST_BYTES} bytes`, kind);
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    const isText = error instanceof TypeError; // What TextDecoder throws for bytes that are no UTF-8.
    const found = isText
      ? 'bytes that are not UTF-8'
      : `a file that cannot be read (${reasonOf(error)})`;
    const expected = isText ? 'text in UTF-8' : kind;
    return refused(file, found, expected);
  }
}

const MOST_BYTES = 262_144;

/** What a device such as /dev/zero holds never ends, so no more is read than is needed to refuse it. */
async function firstBytes(file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file, { end: MOST_BYTES })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function refused(file: string, found: string, expected: string): Refused {
  return { ok: false, problems: [wholeFile(file, found, expected)] };
}

function wholeFile(file: string, found: string, expected: string): Problem {
  const message = messageOf({ found, expected });
  return { file, line: null, column: null, path: '', found, expected, message };
}

export interface SettingsText {
  readonly text: string;
  /** Named in problems; paths in the settings are relative to its folder. */
  readonly file: string;
  readonly env?: Environment;
}

/** Reads the settings from a text, with the files that they name. Never rejects. */
export async function parseSettings({
  text,
  file,
  env = process.env,
}: SettingsText): Promise<Loaded> {
  const document = readDocument(text, settingsDialect(env));
  if (document.faults.length > 0) {
    const problems = document.faults.map((fault) => ({
      file,
      path: '',
      ...fault,
      message: messageOf(fault),
    }));
    return { ok: false, problems };
  }
  const checked = await check(document, dirname(resolve(file)));
  const place = placing(file, document);
  return checked.settings === undefined
    ? { ok: false, problems: checked.findings.map(place).toSorted(byPlace) }
    : { ok: true, settings: checked.settings, warnings: checked.findings.map(place) };
}

function placing(file: string, document: SettingsDocument): (finding: Finding) => Problem {
  return (finding) => ({
    file,
    ...document.placeOf(finding.path, finding.at),
    path: pathText(finding.path),
    found: finding.found,
    expected: finding.expected,
    message: messageOf(finding),
  });
}

function byPlace(left: Problem, right: Problem): number {
  return (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0);
}

/** What the command line gives in the place of a settings file. */
export interface SettingsFlags {
  readonly upstream: string;
  readonly statusPage?: string | undefined;
  readonly listen?: string | undefined;
  readonly ops?: string | undefined;
}

/** Settings for one upstream from the command line, by the same rules and with the same defaults. */
export async function settingsFromFlags({
  upstream,
  statusPage,
  listen,
  ops,
}: SettingsFlags): Promise<Loaded> {
  const value = {
    upstreams: { app: { endpoints: [upstream] } },
    ...(statusPage === undefined ? {} : { statusPage: { url: statusPage } }),
    ...(listen === undefined ? {} : { listen }),
    ...(ops === undefined ? {} : { ops }),
    // A try leaves no file behind in whatever folder it is made, and goes on with no other try's incidents.
    store: 'memory',
  };
  const given = { value, findings: [], warnings: [], isFilledIn: () => false };
  const { settings, findings } = await check(given, process.cwd());
  const problems = findings.map(({ path, ...rest }) => ({
    ...wholeFile('command line', rest.found, rest.expected),
    path: FLAGS[String(path[0])] ?? pathText(path),
  }));
  return settings === undefined
    ? { ok: false, problems }
    : { ok: true, settings, warnings: problems };
}

const FLAGS: Readonly<Record<string, string>> = {
  upstreams: '--upstream',
  statusPage: '--status-page',
  listen: '--listen',
  ops: '--ops',
};

type Given = Pick<SettingsDocument, 'value' | 'findings' | 'warnings' | 'isFilledIn'>;

/** The settings with warnings, or no settings and what is wrong. */
async function check(
  given: Given,
  folder: string,
): Promise<{ readonly settings?: Settings; readonly findings: readonly Finding[] }> {
  const shape = shapeFinding(given.value);
  if (shape !== undefined) return { findings: [...given.findings, shape] };
  const value = withNumbers(given);
  const parsed = settingsSchema.safeParse(value);
  const found = [...findingsOf(parsed.error?.issues ?? [], value), ...inconsistencies(value)];
  const refused = new Set(given.findings.map(({ path }) => pathText(path)));
  const findings = [...given.findings, ...found.filter(({ path }) => !refused.has(pathText(path)))];
  if (!parsed.success) return { findings };
  const isList = (path: SettingPath) => Array.isArray(valueAt(path, value));
  const read = await withFiles(parsed.data, { folder, isList });
  const all = [...findings, ...read.findings];
  return all.length > 0
    ? { findings: all }
    : { settings: read.settings, findings: [...given.warnings, ...warningsOf(read.settings)] };
}

function shapeFinding(value: unknown): Finding | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return undefined;
  const found = value === null ? 'an empty file' : foundText(value);
  const expected = 'a mapping of settings, at least `upstreams`';
  return { path: [], at: 'value', found, expected };
}

/**
 * The environment holds text only, and YAML is read before it is filled in. Where a number or a
 * truth value is wanted and such text stands, it is taken for what it says.
 */
function withNumbers({ value, isFilledIn }: Given): unknown {
  const copy = structuredClone(value);
  for (const { path } of findingsOf(settingsSchema.safeParse(value).error?.issues ?? [], value)) {
    const text = valueAt(path, copy);
    if (!isFilledIn(path) || typeof text !== 'string' || !SCALAR.test(text)) continue;
    setAt(path, copy, JSON.parse(text));
  }
  return copy;
}

const SCALAR = /^(?:(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?|true|false)$/;

function setAt(path: SettingPath, root: unknown, value: unknown): void {
  const section = valueAt(path.slice(0, -1), root);
  const last = path.at(-1);
  if (typeof section === 'object' && section !== null && last !== undefined)
    Reflect.set(section, last, value);
}
