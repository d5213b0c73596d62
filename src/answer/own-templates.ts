import { setImmediate as nextTurn } from 'node:timers/promises';
import { messageOf, type Problem } from '../config/problem.ts';
import type { Settings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import { type Locales, loadLocales } from './locales.ts';
import { readTemplates, type TemplateSources, textsFolder } from './template-sources.ts';
import { type TemplateFault, type Trial, templateFaults } from './template-trial.ts';

/** What an operator's folder gives the pages of a brand: only what was found good. */
export interface Dress {
  readonly templates: TemplateSources;
  /** The built-in languages with the folder's own texts over them; null where it has none. */
  readonly locales: Locales | null;
}

/** The dresses that were tried, by their folder. */
export type OwnTemplates = ReadonlyMap<string, Dress>;

/** What came of trying the templates of all brands. */
export interface TriedTemplates {
  readonly own: OwnTemplates;
  /** What was refused, with file and line; the built-in templates serve in its place. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the templates of all brands, and tries each with every page in every situation and
 * language, or in the ones that are given. Never rejects. Takes half a second or so for each folder,
 * in turns of some milliseconds, and no time at all where no brand has a folder.
 */
export async function tryOwnTemplates(
  settings: Settings,
  log: Log,
  languages: Locales | null = null,
): Promise<TriedTemplates> {
  const own = new Map<string, Dress>();
  const problems: Problem[] = [];
  const { brand, brands } = settings;
  for (const one of brand === null ? brands : [...brands, brand]) {
    const { templates: folder } = one;
    if (folder === null) continue;
    try {
      // What one brand has refused, the next brand with the same folder does not get either.
      const read = own.get(folder) ?? readDress(folder, log);
      const locales = languages ?? read.locales ?? loadLocales(log);
      const trial = { brand: one, settings, locales };
      own.set(folder, { ...read, templates: await goodOnes(read.templates, trial, problems) });
    } catch (error) {
      problems.push(unreadable(folder, error));
    }
  }
  for (const { file, line, found, expected } of problems) {
    log.error({ file, line, found, expected }, 'own template refused, the built-in one serves');
  }
  return { own, problems };
}

function readDress(folder: string, log: Log): Dress {
  const texts = textsFolder(folder);
  const locales = texts === null ? null : loadLocales(log, texts);
  return { templates: readTemplates(folder), locales };
}

/** A file of another owner, a link into nowhere: then nothing of the folder is used. */
function unreadable(folder: string, error: unknown): Problem {
  const found = error instanceof Error ? error.message : String(error);
  const fault = { found, expected: 'files that can be read' };
  return { file: folder, line: null, column: null, path: '', ...fault, message: messageOf(fault) };
}

/** Those that are left when all that has a fault is taken away: with each turn, one or more. */
async function goodOnes(
  all: TemplateSources,
  trial: Omit<Trial, 'own'>,
  problems: Problem[],
): Promise<TemplateSources> {
  let own = all;
  while (own.size > 0) {
    const faults: TemplateFault[] = [];
    for (const found of templateFaults({ ...trial, own })) {
      if (found !== null) faults.push(found);
      await nextTurn();
    }
    if (faults.length === 0) break;
    problems.push(...faults.map((fault) => problemOf(fault, own)));
    const refused = new Set(faults.map(({ template }) => template));
    own = new Map([...own].filter(([name]) => !refused.has(name)));
  }
  return own;
}

function problemOf(
  { template, line, found, expected, sample }: TemplateFault,
  own: TemplateSources,
): Problem {
  const where = sample === null ? '' : ` (seen in: ${sample})`;
  return {
    file: own.get(template)?.file ?? template,
    line,
    column: null,
    path: '',
    found,
    expected,
    message: `${messageOf({ found, expected })}${where}`,
  };
}
