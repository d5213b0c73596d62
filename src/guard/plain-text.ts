import type { PlainText } from '../config/dialect.ts';
import { type Finding, quoted } from '../config/problem.ts';

type Fault = Pick<Finding, 'found' | 'expected'>;

/**
 * What is wrong with a text without quotes that YAML takes as it is, and that is most likely something
 * else with one character too few or too many.
 */
export function plainFault(plain: PlainText): Fault | undefined {
  return unpaired(plain.text) ?? dashWithoutSpace(plain.text) ?? swallowedItem(plain);
}

const OPENING: Readonly<Record<string, string>> = { ']': '[', '}': '{' };

/** A quote or a bracket at the end of a text that has lost the other half. */
function unpaired(text: string): Fault | undefined {
  const last = text.at(-1) ?? '';
  const isQuote = last === '"' || last === "'";
  const opening = OPENING[last];
  const isAlone = isQuote
    ? countOf(last, text) % 2 === 1
    : opening !== undefined && countOf(opening, text) < countOf(last, text);
  if (!isAlone) return undefined;
  const expected = isQuote ? `a pair of ${last}, or none` : `a ${opening} before it`;
  return { found: `${quoted(text)} with a single ${last}`, expected };
}

/** `-"80:80"` and `-|` are an item that has lost its space. */
function dashWithoutSpace(text: string): Fault | undefined {
  if (!/^-["'|>[{&*]/.test(text)) return undefined;
  return { found: `${quoted(text)}, a dash without a space`, expected: 'a space after the dash' };
}

/**
 * An item that has become the end of the one before: its line begins with a dash, or stands further to
 * the left than the text that it continues, or has lost its beginning with the line break before it.
 */
function swallowedItem({ written, column, isItem }: PlainText): Fault | undefined {
  const [first = '', ...lines] = written.split(/\r?\n/);
  const joined = / {3,}- .*/.exec(first)?.[0];
  const swallowed =
    joined ?? lines.find((line) => /^\s*- /.test(line) || (isItem && indentOf(line) < column - 1));
  if (swallowed === undefined) return undefined;
  const found = `${quoted(swallowed.trim())} as the end of the text before it`;
  return { found, expected: 'a line of its own there, or quotes around the whole text' };
}

/** An empty line stands nowhere. */
function indentOf(line: string): number {
  return line.trim() === '' ? Number.POSITIVE_INFINITY : line.length - line.trimStart().length;
}

function countOf(sign: string, text: string): number {
  return text.split(sign).length - 1;
}
