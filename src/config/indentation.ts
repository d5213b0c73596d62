/** A line that stands where its siblings do not. */
export interface StrayIndent {
  /** From 1. */
  readonly line: number;
  readonly found: string;
  readonly expected: string;
}

interface Level {
  readonly indent: number;
  readonly line: number;
  /** True as long as what follows may stand deeper: `key:` with nothing behind it, or a dash. */
  readonly opens: boolean;
}

/**
 * Finds the line whose indentation fits none around it, such as a single space before the first
 * key. It names what a YAML parser reports elsewhere and in its own terms, so it is asked only once
 * a parser has refused the text, and reads no more of YAML than keys, dashes and brackets.
 */
export function strayIndent(text: string): StrayIndent | undefined {
  const levels: Level[] = [];
  let blockScalar: number | undefined;
  let brackets = 0;
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const content = withoutComment(whole);
    const indent = whole.length - whole.trimStart().length;
    if (content === '' || /^(---|\.\.\.|%)/.test(content)) continue;
    if (blockScalar !== undefined && indent > blockScalar) continue;
    blockScalar = /[|>][+-]?\d?$/.test(content) ? indent : undefined;
    const isInside = brackets > 0;
    brackets = Math.max(0, brackets + balance(content));
    if (
      isInside ||
      !/^\s*(- |-$|[^\s#[{&*!|>%@`"'-][^:]*:( |$)|["'][^"']*["']:( |$))/.test(content)
    )
      continue;
    const stray = place(levels, content, index + 1);
    if (stray !== undefined) return stray;
  }
  return undefined;
}

/** Puts the dashes and the key of one line among the levels; says so when they fit none. */
function place(levels: Level[], content: string, line: number): StrayIndent | undefined {
  const [, dashes = ''] = /^\s*((?:- +)*(?:-$)?)/.exec(content) ?? [];
  const start = content.length - content.trimStart().length;
  for (let offset = 0; offset < dashes.length; ) {
    const stray = settle(levels, { indent: start + offset, line, opens: true });
    if (stray !== undefined) return stray;
    offset += /^- */.exec(dashes.slice(offset))?.[0].length ?? dashes.length;
  }
  if (!/:( |$)/.test(content)) return undefined;
  return settle(levels, {
    indent: start + dashes.length,
    line,
    opens: /:\s*([&!]\S+\s*)*$/.test(content),
  });
}

function settle(levels: Level[], level: Level): StrayIndent | undefined {
  let last = levels.at(-1);
  const first = levels[0];
  if (last !== undefined && level.indent > last.indent && !last.opens)
    return stray(level.line, level.indent, last.indent);
  while (last !== undefined && last.indent > level.indent) {
    levels.pop();
    const below = levels.at(-1);
    if (below === undefined && first !== undefined)
      return stray(first.line, first.indent, level.indent);
    if (below !== undefined && below.indent < level.indent)
      return stray(level.line, level.indent, last.indent);
    last = below;
  }
  if (last?.indent === level.indent) levels.pop();
  levels.push(level);
  return undefined;
}

function stray(line: number, indent: number, siblings: number): StrayIndent {
  return {
    line,
    found: `${spaces(indent)} before this line, where its neighbours have ${siblings}`,
    expected: `the same indentation as its neighbours (a stray space?)`,
  };
}

function spaces(count: number): string {
  return count === 1 ? '1 space' : `${count} spaces`;
}

function withoutComment(line: string): string {
  return line.replace(/(^|\s)#.*$/, '').trimEnd();
}

function balance(content: string): number {
  const bare = content.replace(/"(?:[^"\\]|\\.)*"|'[^']*'|\$\{[^}]*\}/g, '');
  return (bare.match(/[[{]/g)?.length ?? 0) - (bare.match(/[\]}]/g)?.length ?? 0);
}
