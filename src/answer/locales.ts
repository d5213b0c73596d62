import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../log.ts';
import { parseMessage } from './message.ts';

/** The texts of one language, by their keys; each is in ICU MessageFormat. */
export interface Locale {
  /** A language tag. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly texts: Texts;
}

/** Every language that can be spoken. English is the first, for those who ask for none of them. */
export type Locales = readonly [Locale, ...Locale[]];

type Texts = Readonly<Record<string, string>>;

const BUILT_IN = fileURLToPath(new URL('../../templates/locales/', import.meta.url));
const FILE_NAME = /^([a-z]{2,8}(?:-[A-Za-z\d]{1,8})*)\.json$/;
let builtIn: Locales | null = null;

/**
 * The languages of the program and, over them, those of an operator's folder: a file there changes
 * single texts or adds a language. A key that a language lacks is said in English.
 *
 * Throws when a file of the program is missing or broken. A file or a text of the operator's that
 * cannot be used is told in the log, and what is built in stays.
 */
export function loadLocales(log: Log, folder: string | null = null): Locales {
  builtIn ??= builtInLocales(log);
  return folder === null ? builtIn : withOwn(builtIn, folder, log);
}

/** Reads the texts of one language from a folder; by default the program's own. Throws when the file is missing or broken. */
export function loadLocale(language: string, folder: string = BUILT_IN): Locale {
  const { direction, ...texts } = textsIn(join(folder, `${language}.json`));
  return { language, direction: direction === 'rtl' ? 'rtl' : 'ltr', texts };
}

function builtInLocales(log: Log): Locales {
  const english = loadLocale('en');
  const others = languagesIn(BUILT_IN).filter((language) => language !== 'en');
  return [english, ...others.map((language) => completed(loadLocale(language), english, log))];
}

function withOwn(locales: Locales, folder: string, log: Log): Locales {
  const [english] = locales;
  const byLanguage = new Map(locales.map((locale) => [locale.language, locale] as const));
  for (const language of languagesIn(folder)) {
    try {
      const own = usable(loadLocale(language, folder), english, log);
      const base = baseOf(language, byLanguage);
      const locale =
        base === null
          ? completed(own, english, log)
          : { ...base, language, texts: over(own.texts, base.texts) };
      byLanguage.set(language, locale);
    } catch (error) {
      // The built-in texts say the same, in the program's own words.
      log.error({ err: error, language, folder }, 'own texts cannot be read');
    }
  }
  const [first = english, ...rest] = byLanguage.values();
  return [first, ...rest];
}

/** What a file's texts are laid over: that language, or the one that it refines (`de` for `de-AT`). */
function baseOf(language: string, known: ReadonlyMap<string, Locale>): Locale | null {
  for (let tag = language; tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
    const locale = known.get(tag);
    if (locale !== undefined) return locale;
  }
  return null;
}

/** What is missing is said in English, and told once. */
function completed(locale: Locale, english: Locale, log: Log): Locale {
  const texts = over(locale.texts, english.texts);
  const keys = Object.keys(texts).filter((key) => locale.texts[key] === undefined);
  if (keys.length > 0) {
    log.warn({ language: locale.language, keys }, 'texts are missing and said in English');
  }
  return { ...locale, texts };
}

/** A text without a variant for the neutral brand is its own: the variant below it does not count. */
function over(upper: Texts, lower: Texts): Texts {
  const below = Object.entries(lower).filter(
    ([key]) => upper[key.replace(/\.neutral$/, '')] === undefined,
  );
  return { ...Object.fromEntries(below), ...upper };
}

/** Without the texts that are no ICU MessageFormat, or name an argument that is not there. */
function usable(locale: Locale, english: Locale, log: Log): Locale {
  const { language } = locale;
  const texts = Object.entries(locale.texts).filter(([key, text]) => {
    const fault = faultOf(text, english.texts[key] ?? english.texts[key.replace(/\.neutral$/, '')]);
    if (fault !== null) log.warn({ language, key, fault }, 'own text cannot be used');
    return fault === null;
  });
  return { ...locale, texts: Object.fromEntries(texts) };
}

/** What keeps a text from standing in for the English one; null when nothing does. */
function faultOf(text: string, english: string | undefined): string | null {
  if (english === undefined) return 'there is no such key';
  try {
    const allowed = parseMessage(english, 'en').names.map((name) => name.toLowerCase());
    const known = new Set([...allowed, 'brand', ...(allowed.includes('time') ? ['dated'] : [])]);
    const unknown = parseMessage(text, 'en').names.find((name) => !known.has(name.toLowerCase()));
    return unknown === undefined ? null : `there is no {${unknown}} here`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function languagesIn(folder: string): readonly string[] {
  const languages = readdirSync(folder).flatMap((name) => FILE_NAME.exec(name)?.[1] ?? []);
  // A language comes before those that refine it.
  return languages.sort();
}

function textsIn(file: string): Record<string, string> {
  const texts: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof texts !== 'object' || texts === null || Array.isArray(texts)) {
    throw new Error(`${file}: no texts by their keys`);
  }
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => {
      if (typeof text !== 'string') throw new Error(`${file}: '${key}' is no text`);
      return [key, text] as const;
    }),
  );
}
