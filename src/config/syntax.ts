import type { Document, LineCounter, YAMLError } from 'yaml';
import { strayIndent } from './indentation.ts';

/** A fault of the text itself, by its place. */
export interface SyntaxFault {
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly expected: string;
}

/**
 * What is wrong with the text as YAML, in the words of the person who wrote it.
 *
 * One slip makes a parser stumble several times, so what can be named (a tab, a stray space,
 * a variable without quotes) is said alone; else the parser's own words, once a line.
 */
export function syntaxFaults(
  text: string,
  { errors, warnings }: Pick<Document, 'errors' | 'warnings'>,
  lines: LineCounter,
): readonly SyntaxFault[] {
  // A text that is not one document: no other fault is worth a word beside it.
  const second = errors.find(({ code }) => code === 'MULTIPLE_DOCS');
  if (second !== undefined) return [fault(second, lines)];
  if (errors.length === 0) return oncePerLine(warnings.map((error) => fault(error, lines)));
  const named = [tabs(text), stray(text, errors, lines), unquoted(text, errors, lines)].find(
    (faults) => faults.length > 0,
  );
  return named ?? oncePerLine(errors.map((error) => fault(error, lines))).slice(0, 5);
}

function tabs(text: string): readonly SyntaxFault[] {
  return text.split('\n').flatMap((whole, index) => {
    const column = /^ *(?=\t\s*[^\s#])/.exec(whole)?.[0].length;
    if (column === undefined) return [];
    const expected = 'spaces: YAML does not take tabs there';
    return [{ line: index + 1, column: column + 1, found: 'a tab in the indentation', expected }];
  });
}

/** A parser notices a stray line one line before it at the earliest. */
function stray(
  text: string,
  errors: readonly YAMLError[],
  lines: LineCounter,
): readonly SyntaxFault[] {
  const found = strayIndent(text);
  const noticed = Math.max(...errors.map(({ pos }) => lines.linePos(pos[0]).line));
  return found === undefined || found.line > noticed + 1 ? [] : [{ ...found, column: 1 }];
}

/** In `{ }` and `[ ]` a brace ends a plain text, so a variable needs quotes there. */
function unquoted(
  text: string,
  errors: readonly YAMLError[],
  lines: LineCounter,
): readonly SyntaxFault[] {
  const first = errors[0];
  if (first === undefined) return [];
  const { line } = lines.linePos(first.pos[0]);
  const whole = text.split('\n')[line - 1] ?? '';
  const bare = whole.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, (quotes) => ' '.repeat(quotes.length));
  const [before, variable] = /^(.*(?<!\$)[[{].*?)(\$\{[^}]*\})/.exec(bare)?.slice(1) ?? [];
  if (before === undefined || variable === undefined) return [];
  const found = `${variable} without quotes inside { } or [ ]`;
  return [{ line, column: before.length + 1, found, expected: `quotes around it: "${variable}"` }];
}

function fault({ code, message, pos }: YAMLError, lines: LineCounter): SyntaxFault {
  const { line, col } = lines.linePos(pos[0]);
  return { line, column: col, ...wording(code, message) };
}

function wording(
  code: YAMLError['code'],
  message: string,
): Pick<SyntaxFault, 'found' | 'expected'> {
  if (code === 'MULTIPLE_DOCS') return { found: 'a second document', expected: 'one document' };
  if (code === 'TAG_RESOLVE_FAILED')
    return {
      found: message.replace(/^Unresolved tag:/, 'the unknown tag'),
      expected: 'a value without a tag',
    };
  return {
    found: `a fault in the YAML (${message})`,
    expected: 'YAML; text with : # [ ] { } in it needs quotes',
  };
}

function oncePerLine(faults: readonly SyntaxFault[]): readonly SyntaxFault[] {
  const seen = new Map<number, SyntaxFault>();
  for (const one of faults) if (!seen.has(one.line)) seen.set(one.line, one);
  return [...seen.values()];
}
