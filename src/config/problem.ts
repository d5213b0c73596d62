/** Where a setting stands: `['upstreams', 'app', 'endpoints', 0]`. */
export type SettingPath = readonly (string | number)[];

/** What is wrong with one setting, before anybody has looked up where it stands in the file. */
export interface Finding {
  readonly path: SettingPath;
  /** Whether the name of the setting is at fault, or its value. */
  readonly at: 'key' | 'value';
  readonly found: string;
  readonly expected: string;
}

/**
 * One thing that is wrong with the settings, for a person and for a program.
 *
 * `line` and `column` count from 1, and are null where no place in a file can be named: a file that
 * cannot be read, a flag. `path` is empty where the file as a whole is meant. `message` says what
 * was found and what was expected, without the place. Nothing in it repeats a token or a password.
 */
export interface Problem {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly path: string;
  readonly found: string;
  readonly expected: string;
  readonly message: string;
}

/** `candor.yaml:12:5: upstreams.app.hold: found "2x", expected a duration such as 250ms, 2s or 5m`. */
export function problemLine({ file, line, column, path, message }: Problem): string {
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
  return [place, path, message].filter((part) => part !== '').join(': ');
}

/**
 * Reports problems of a file with this text: the problem's line, the line of the file, and a caret
 * under the place. Secrets are covered, and of a long line what is around the place is shown.
 */
export function problemReporter(text: string): (problem: Problem) => string {
  const lines = text.split(/\r?\n/);
  return (problem) => {
    const source = problem.line === null ? undefined : lines[problem.line - 1];
    if (source === undefined || source.trim() === '') return `${problemLine(problem)}\n`;
    const { shown, at } = excerpt(withoutSecrets(source), (problem.column ?? 1) - 1);
    return `${problemLine(problem)}\n  ${shown}\n  ${' '.repeat(at)}^\n`;
  };
}

const LONGEST_EXCERPT = 160;

function excerpt(line: string, place: number): { readonly shown: string; readonly at: number } {
  if (line.length <= LONGEST_EXCERPT) return { shown: line, at: place };
  const from = Math.max(0, place - LONGEST_EXCERPT / 2);
  const to = from + LONGEST_EXCERPT;
  const before = from > 0 ? '…' : '';
  const after = to < line.length ? '…' : '';
  return { shown: `${before}${line.slice(from, to)}${after}`, at: place - from + before.length };
}

/**
 * What stands behind a name that ends in one of these words, in stack files as well: a quoted text,
 * in `{ }` what is before the next comma, and elsewhere the rest of the line.
 */
const SECRET =
  /(?<=(?:token|secret|password)["']?\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?<=\{.*)[^\s,}][^,}]*|\S.*)/gi;
const PASSWORD_IN_URL = /(?<=\/\/)[^/\s"',]*(?=@)/g;

/** Each character of a secret as one, so that a caret below finds its place. */
function withoutSecrets(line: string): string {
  return line.replace(SECRET, covered).replace(PASSWORD_IN_URL, covered).replace(/\t/g, ' ');
}

function covered(secret: string): string {
  return '*'.repeat(secret.length);
}

/** `routes[2].upstream`; a name that is no plain word stands in brackets and quotes. */
export function pathText(path: SettingPath): string {
  return path.map((step, index) => stepText(step, index === 0)).join('');
}

function stepText(step: string | number, isFirst: boolean): string {
  if (typeof step === 'number') return `[${step}]`;
  if (!/^[\w-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
  return isFirst ? step : `.${step}`;
}

const LONGEST = 60;

/** How a value is named in a message: `"2x"`, `7`, `a list`, `nothing`. */
export function foundText(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return quoted(withoutPassword(value));
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' ? 'a mapping' : String(value);
}

/** JSON's quotes, cut at a readable length. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/\s]*@/, '//…@');
}

/** `found …, expected …`. */
export function messageOf({ found, expected }: Pick<Finding, 'found' | 'expected'>): string {
  return `found ${found}, expected ${expected}`;
}

/** Of the known names, the one that was probably meant, or undefined. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(wanted, candidate.toLowerCase()) }))
    .toSorted((left, right) => left.distance - right.distance);
  const best = ranked[0];
  const allowed = Math.max(1, Math.floor(name.length / 3));
  return best !== undefined && best.distance <= allowed ? best.candidate : undefined;
}

/** Edits from one word to another (Levenshtein), neighbours swapped counting as two. */
function distance(left: string, right: string): number {
  let above = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...left.slice(0, LONGEST)].entries()) {
    const current = [row + 1];
    for (let column = 1; column <= right.length; column += 1) {
      const changed = (above[column - 1] ?? 0) + (right[column - 1] === letter ? 0 : 1);
      current.push(Math.min(changed, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[right.length] ?? 0;
}
