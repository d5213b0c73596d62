import { setImmediate as nextTurn } from 'node:timers/promises';
import { messageOf, type Problem } from '../config/problem.ts';
import type { BrandSettings, Settings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import { type Locales, loadLocales } from './locales.ts';
import { readTemplates, type TemplateSources, textsFolder } from './template-sources.ts';
import { type TemplateFault, type Trial, templateFaults } from './template-trial.ts';

/** The templates of operators that were tried and found good, by their folder. */
export type OwnTemplates = ReadonlyMap<string, TemplateSources>;

/** What came of trying the templates of all brands. */
export interface TriedTemplates {
  readonly own: OwnTemplates;
  /** What was refused, with file and line; the built-in templates serve in its place. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the templates of all brands, and tries each with every page in every situation and
 * language. Never rejects. Takes half a second or so for each folder, in turns of some milliseconds,
 * and no time at all where no brand has a folder.
 */
export async function tryOwnTemplates(
  settings: Settings,
  log: Log,
  localesIn: (folder: string) => Locales = (folder) => loadLocales(log, textsFolder(folder)),
): Promise<TriedTemplates> {
  const own = new Map<string, TemplateSources>();
  const problems: Problem[] = [];
  const { brand, brands } = settings;
  for (const one of brand === null ? brands : [...brands, brand]) {
    if (one.templates === null) continue;
    const tried = await tryFolder(one.templates, own, {
      brand: one,
      settings,
      localesIn,
    });
    own.set(one.templates, tried.sources);
    problems.push(...tried.problems);
  }
  for (const { file, line, found, expected } of problems) {
    log.error({ file, line, found, expected }, 'own template refused, the built-in one serves');
  }
  return { own, problems };
}

interface Context {
  readonly brand: BrandSettings;
  readonly settings: Settings;
  readonly localesIn: (folder: string) => Locales;
}

/** What one brand has refused, the next brand with the same folder does not get either. */
async function tryFolder(
  folder: string,
  known: OwnTemplates,
  { brand, settings, localesIn }: Context,
): Promise<{ readonly sources: TemplateSources; readonly problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  try {
    const trial = { brand, settings, locales: localesIn(folder) };
    const sources = await goodOnes(known.get(folder) ?? readTemplates(folder), trial, problems);
    return { sources, problems };
  } catch (error) {
    // Only what cannot be read throws: a file of another owner, a link into nowhere.
    const found = error instanceof Error ? error.message : String(error);
    const fault = { found, expected: 'files that can be read' };
    const place = { file: folder, line: null, column: null, path: '' };
    const problem = { ...place, ...fault, message: messageOf(fault) };
    return { sources: new Map(), problems: [...problems, problem] };
  }
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
