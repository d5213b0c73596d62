import type { Locale } from './locales.ts';
import { type Message, parseMessage } from './message.ts';
import { withoutMarkers } from './slots.ts';

/** A piece of a sentence. Templates print `text` escaped, and the rest as attributes around it. */
export interface Part {
  readonly text: string;
  /** For `<time datetime>`; null for plain text. */
  readonly at: string | null;
  readonly href: string | null;
  readonly isStrong: boolean;
  /** True for a time that is said with its date, and has to stay so when a script says it anew. */
  readonly isDated?: boolean;
}

export type Sentence = readonly Part[];

/** What the arguments of a text are filled with; a number chooses a plural form, too. */
type Values = Readonly<Record<string, string | number>>;

/** The texts of one language, spoken in the name of one brand. */
export interface Wording {
  readonly language: string;
  readonly direction: Locale['direction'];
  /** False for the neutral brand of UX.md, section 3. */
  readonly isBranded: boolean;
  readonly brand: string;
  /** True when there is such a text. */
  has(key: string): boolean;
  line(key: string, values?: Values): string;
  sentence(key: string, values?: Readonly<Record<string, string | number | Part>>): Sentence;
  /**
   * A text with a `{count}` in each of the language's plural forms, by CLDR's names for them: `one`,
   * `few`, `other`, ….
   */
  forms(key: string, values?: Values): Readonly<Record<string, string>>;
  /** A number of seconds in words, as UTF-8 bytes, one a character. Cheap: said once and kept. */
  seconds(count: number): string;
}

/** An hour and the spread above it: the most that an answer of ours draws. */
const SECONDS_KEPT = 3600;
/** Has a number of each plural form that a language uses below a million. */
const COUNTED = 200;

/**
 * A text's `key.neutral` is taken where no brand is configured. `{brand}` and, at the start of a
 * sentence, `{Brand}` are always there. A key or a value that is missing throws: the built-in page
 * answers then.
 */
export function createWording(locale: Locale, brandName: string | null): Wording {
  const { language, direction, texts } = locale;
  const isBranded = brandName !== null;
  const messageOf = reader(locale, isBranded);
  const neutral = (key: string): string => messageOf(key).parts({}).join('');
  const brand = brandName === null ? neutral('neutral.name') : nameIn(brandName);
  const names = { brand, Brand: isBranded ? brand : neutral('neutral.nameStart') };
  const line = (key: string, values: Values = {}): string => plain(sentence(key, values));
  const sentence: Wording['sentence'] = (key, values = {}) =>
    messageOf(key)
      .parts<Part>({ ...names, ...values })
      .map(asPart);

  // Asked once: so many questions for each page would cost more than all else that prepares it.
  const counts = countsOf(language);
  const said: string[] = [];
  const secondsIn = (count: number): string =>
    Buffer.from(line('seconds', { count })).toString('latin1');
  return {
    language,
    direction,
    isBranded,
    brand,
    has: (key) => texts[key] !== undefined,
    line,
    sentence,
    forms: (key, values) =>
      Object.fromEntries(
        counts.map(([form, count]) => [form, line(key, { ...values, count })] as const),
      ),
    seconds: (count) => {
      if (count > SECONDS_KEPT) return secondsIn(count);
      said[count] ??= secondsIn(count);
      return said[count];
    },
  };
}

/** A name is in one line, since lines mean something in a text. */
function nameIn(text: string): string {
  return withoutMarkers(text).replace(/\s+/g, ' ').trim();
}

/** A sentence without its attributes. */
export function plain(sentence: Sentence): string {
  return sentence.map(({ text }) => text).join('');
}

/** Parses a text when it is first said, and keeps it. */
function reader({ language, texts }: Locale, isBranded: boolean): (key: string) => Message {
  const parsed = new Map<string, Message>();
  return (key) => {
    const before = parsed.get(key);
    if (before !== undefined) return before;
    const text = (isBranded ? undefined : texts[`${key}.neutral`]) ?? texts[key];
    if (text === undefined) throw new Error(`locale ${language}: no text '${key}'`);
    const message = parseMessage(text, language);
    parsed.set(key, message);
    return message;
  };
}

/** A number for each plural form of a language, so that every form can be said once. */
function countsOf(language: string): readonly (readonly [string, number])[] {
  const rules = new Intl.PluralRules(language);
  const counts = new Map<string, number>();
  for (let count = 0; count < COUNTED; count++) {
    const form = rules.select(count);
    if (!counts.has(form)) counts.set(form, count);
  }
  return [...counts];
}

function asPart(piece: string | Part): Part {
  return typeof piece === 'string' ? { text: piece, at: null, href: null, isStrong: false } : piece;
}
