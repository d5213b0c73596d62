import { readFileSync } from 'node:fs';
import { withoutMarkers } from './slots.ts';

/** A piece of a sentence. Templates print `text` escaped, and the rest as attributes around it. */
export interface Part {
  readonly text: string;
  /** For `<time datetime>`; null for plain text. */
  readonly at: string | null;
  readonly href: string | null;
  readonly isStrong: boolean;
}

export type Sentence = readonly Part[];

/** The texts of one language, by their keys. */
export interface Locale {
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly texts: Readonly<Record<string, string>>;
}

/** The texts of one language, spoken in the name of one brand. */
export interface Wording {
  readonly language: string;
  readonly direction: Locale['direction'];
  /** False for the neutral brand of UX.md, section 3. */
  readonly isBranded: boolean;
  readonly brand: string;
  /** True when there is such a text. */
  has(key: string): boolean;
  line(key: string, values?: Readonly<Record<string, string>>): string;
  sentence(key: string, values?: Readonly<Record<string, string | Part>>): Sentence;
}

const PLACEHOLDER = /\{(\w+)\}/g;

/** Reads the texts of a language from `templates/locales/`. Throws when the file is missing or broken. */
export function loadLocale(language: string): Locale {
  const file = new URL(`../../templates/locales/${language}.json`, import.meta.url);
  const texts: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof texts !== 'object' || texts === null) throw new Error(`${language}.json: no texts`);
  const entries = Object.entries(texts).map(([key, text]) => [key, String(text)] as const);
  const isRightToLeft = entries.some(([key, text]) => key === 'direction' && text === 'rtl');
  return {
    language,
    direction: isRightToLeft ? 'rtl' : 'ltr',
    texts: Object.fromEntries(entries),
  };
}

/**
 * A text's `key.neutral` is taken where no brand is configured. `{brand}` and, at the start of a
 * sentence, `{Brand}` are always there. A key that is missing throws: the built-in page answers then.
 */
export function createWording(
  { language, direction, texts }: Locale,
  brandName: string | null,
): Wording {
  const isBranded = brandName !== null;
  const textOf = (key: string): string => {
    const text = (isBranded ? undefined : texts[`${key}.neutral`]) ?? texts[key];
    if (text === undefined) throw new Error(`locale ${language}: no text '${key}'`);
    return text;
  };
  const brand = brandName === null ? textOf('neutral.name') : withoutMarkers(brandName);
  const names = { brand, Brand: isBranded ? brand : textOf('neutral.nameStart') };

  const sentence: Wording['sentence'] = (key, values = {}) => {
    const all: Readonly<Record<string, string | Part>> = { ...names, ...values };
    // Splitting at a capturing group: text, name, text, name, …
    return textOf(key)
      .split(PLACEHOLDER)
      .map((piece, index) => asPart(index % 2 === 0 ? piece : (all[piece] ?? `{${piece}}`)))
      .filter(({ text }) => text !== '');
  };
  return {
    language,
    direction,
    isBranded,
    brand,
    has: (key) => texts[key] !== undefined,
    line: (key, values) => plain(sentence(key, values)),
    sentence,
  };
}

/** A sentence without its attributes. */
export function plain(sentence: Sentence): string {
  return sentence.map(({ text }) => text).join('');
}

function asPart(piece: string | Part): Part {
  return typeof piece === 'string' ? { text: piece, at: null, href: null, isStrong: false } : piece;
}
