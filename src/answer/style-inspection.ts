/** What is wrong with a style sheet, and in which line. */
export interface StyleFault {
  readonly line: number;
  readonly found: string;
  readonly expected: string;
}

/** What a style sheet of a page may not hold: it stands inside the page, and nothing is loaded by it. */
const FORBIDDEN = [
  { pattern: /@import\b/i, found: '@import', expected: 'all rules in this one file' },
  {
    pattern: /url\(\s*["']?(?!#|data:|\s)/i,
    found: 'a url() that loads something',
    expected: 'url(data:…)',
  },
  { pattern: /(?:image-set|src)\(\s*["'](?!data:)/i, found: 'an address', expected: 'url(data:…)' },
  { pattern: /@font-face\b/i, found: '@font-face', expected: 'fonts of the system' },
  { pattern: /<\/?style|<!--/i, found: 'a tag of HTML', expected: 'CSS alone' },
] as const;
/** An escape of CSS: a letter by its number, or any character as it is. */
const ESCAPE = /\\([0-9a-f]{1,6})\s?|\\([^\n])/gi;

/** Looks through a style sheet, line by line; comments do not count. */
export function inspectStyle(text: string): readonly StyleFault[] {
  const lines = text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .split('\n');
  return lines.flatMap((line, index) =>
    FORBIDDEN.filter(({ pattern }) => pattern.test(unescaped(line))).map(({ found, expected }) => ({
      line: index + 1,
      found,
      expected,
    })),
  );
}

/** `\75rl(` is `url(` to a browser. */
function unescaped(line: string): string {
  return line.replace(ESCAPE, (_, code?: string, plain?: string) =>
    code === undefined ? (plain ?? '') : character(Number.parseInt(code, 16)),
  );
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
