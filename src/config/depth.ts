import { Lexer, LineCounter, Parser } from 'yaml';

/**
 * Levels of YAML, counted as the parser has them open: a key that is a list is one as well. Far
 * above the fifty that settings may have, which are refused where they stand, and far below where
 * the parser, which calls itself for each, takes seconds or ends its stack.
 */
const DEEPEST_OPEN = 200;

/** Where the text has more levels open than can be read; line and column count from 1. */
export function tooDeepAt(text: string): { line: number; col: number } | undefined {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  for (const lexeme of new Lexer().lex(text)) {
    // What it yields are documents that have ended; only the levels matter here.
    Array.from(parser.next(lexeme));
    if (parser.stack.length > DEEPEST_OPEN) return lines.linePos(parser.offset);
  }
  return undefined;
}
