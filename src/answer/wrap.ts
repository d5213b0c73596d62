const LINE_COLUMNS = 78;
/** Characters that take two columns and may be parted from their neighbours. */
const WIDE =
  '\\u1100-\\u115F\\u2E80-\\uA4CF\\uAC00-\\uD7A3\\uF900-\\uFAFF\\uFE30-\\uFE6F\\uFF00-\\uFF60\\uFFE0-\\uFFE6\\u{1F300}-\\u{1FAFF}\\u{20000}-\\u{3FFFD}';
/** What may not end a line, and what may not begin one (JIS X 4051). */
const OPENING = '「『（【〈《';
const CLOSING = '、。，．」』）】〉》・：；？！ーぁぃぅぇぉっゃゅょァィゥェォッャュョ.,:;)';
/** A word, or one wide character with the punctuation that belongs to it; with the blank before it. */
const UNIT = new RegExp(` ?(?:[${OPENING}]*[${WIDE}][${CLOSING}]*|[^ ${WIDE}]+)`, 'gu');
const IS_WIDE = new RegExp(`[${WIDE}]`, 'u');

/**
 * Breaks a text into lines of at most 78 columns: between words, and between the characters of a
 * language that puts no blanks between them. What is longer than a line (an address) has one of its own.
 *
 * `columnsOf` says how wide a single character is that stands for something longer.
 */
export function wrapped(
  text: string,
  columnsOf: Readonly<Record<string, number>>,
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const [unit] of text.matchAll(UNIT)) {
    if (line !== '' && columns(line + unit, columnsOf) > LINE_COLUMNS) {
      lines.push(line);
      line = unit.trimStart();
    } else line += line === '' ? unit.trimStart() : unit;
  }
  return line === '' ? lines : [...lines, line];
}

/** How many columns a terminal gives to a text. */
export function columns(text: string, columnsOf: Readonly<Record<string, number>> = {}): number {
  let sum = 0;
  for (const char of text) sum += columnsOf[char] ?? widthOf(char);
  return sum;
}

function widthOf(char: string): number {
  if (char < '\u0300') return 1;
  if (/^[\p{M}\p{Cf}]$/u.test(char)) return 0;
  return IS_WIDE.test(char) ? 2 : 1;
}
