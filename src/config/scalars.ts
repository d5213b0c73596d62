import { z } from 'zod';

/**
 * The small values that settings are made of. In this folder an error message of a schema is always
 * the phrase after "expected": what was found, and where, is added when the problem is reported.
 */
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const UNIT_BYTES = { B: 1, KiB: 1_024, MiB: 1_048_576 } as const;

/** `250ms`, `2s`, `5m`, `1h` in milliseconds; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  return amount(text, UNIT_MS);
}

/** `512B`, `16KiB`, `1MiB` in bytes; undefined for anything else. */
export function sizeBytes(text: string): number | undefined {
  return amount(text, UNIT_BYTES);
}

function amount(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit] = /^(\d{1,9})([A-Za-z]+)$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined || !Object.hasOwn(units, unit)) return undefined;
  const factor = units[unit];
  return factor === undefined ? undefined : Number(digits) * factor;
}

/** How one kind of text is read: `read` gives undefined for what it cannot take. */
interface Reading<Value> {
  /** The phrase after "expected". */
  readonly expected: string;
  /** What the settings page calls this type. */
  readonly title: string;
  /** For editors only; `read` decides. */
  readonly pattern?: string;
  read(text: string): Value | undefined;
}

/** Text that means something: a duration, an address, a path. */
export function reading<Value>({ expected, title, pattern, read }: Reading<Value>) {
  return z
    .string({ error: expected })
    .transform((text, context): Value => {
      const value = read(text);
      if (value !== undefined) return value;
      context.addIssue({ code: 'custom', message: expected });
      return z.NEVER;
    })
    .meta(pattern === undefined ? { title } : { title, pattern });
}

/** A duration within bounds that are written as durations themselves, in milliseconds. */
export function duration(from: string, to: string) {
  return reading({
    expected: `a duration such as 250ms, 2s or 5m, from ${from} to ${to}`,
    title: `duration, ${from} to ${to}`,
    pattern: '^\\d{1,9}(ms|s|m|h)$',
    read: (text) => within(durationMs(text), durationMs(from), durationMs(to)),
  });
}

/** A size within bounds, in bytes. */
export function size(from: string, to: string) {
  return reading({
    expected: `a size such as 512B, 16KiB or 1MiB, from ${from} to ${to}`,
    title: `size, ${from} to ${to}`,
    pattern: '^\\d{1,9}(B|KiB|MiB)$',
    read: (text) => within(sizeBytes(text), sizeBytes(from), sizeBytes(to)),
  });
}

function within(value = Number.NaN, from = 0, to = 0): number | undefined {
  return value >= from && value <= to ? value : undefined;
}

/** A whole number within bounds. */
export function wholeNumber(from: number, to: number) {
  const error = `a whole number from ${from} to ${to}`;
  return z.int({ error }).min(from, { error }).max(to, { error });
}

/** A share of a whole, at least `from`: `0.2` is a fifth. */
export function share(from: number) {
  const error = `a share from ${from} to 1 such as 0.5`;
  const title = `share, ${from} to 1`;
  return z.number({ error }).min(from, { error }).max(1, { error }).meta({ title });
}

/** `true` or `false`, false when absent. */
export function flag() {
  return z.boolean({ error: 'true or false' }).prefault(false);
}

/** One of a few words. */
export function word<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: oneOf(words) });
}

/** One line of text for people, without control characters. */
export function line(longest: number) {
  const expected = `text of 1 to ${longest} characters on one line`;
  return reading({
    expected,
    title: 'text',
    read: (text) =>
      text.trim() !== '' && text.length <= longest && !/\p{Cc}/u.test(text) ? text : undefined,
  });
}

/** The path of a file, relative to the folder of the settings file. */
export function filePath() {
  return line(4_096).meta({ title: 'path of a file' });
}

/** A list of at least `least` items; `expected` says what it lists. */
export function list<Item extends z.ZodType>(item: Item, expected: string, least = 0) {
  return z.array(item, { error: expected }).min(least, { error: expected });
}

/** A mapping with these settings and no others. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const names = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'invalid_type' ? `a mapping with ${names}` : undefined),
  });
}

/** `one of ms, s, m`. */
export function oneOf(words: readonly string[]): string {
  return words.length === 1 ? `${words[0]}` : `one of ${words.join(', ')}`;
}
