import type { Environment, Filled } from '../config/environment.ts';

/** A text with its variables filled in, and those of them that the environment does not have. */
export type StackText = Filled & { readonly unset: readonly string[] };

/**
 * Fills in the variables of a stack file, as Compose and `docker stack deploy` do: `$NAME`, `${NAME}`,
 * and after the name `:-` or `-` with a default, `:?` or `?` with a complaint, `:+` or `+` with a
 * replacement. `$$` is a plain `$`. A variable that is not set and has no default is empty text.
 */
export function fillStackText(text: string, env: Environment): StackText {
  const unset: string[] = [];
  let filled = '';
  let rest = text;
  while (rest !== '') {
    const next = nextPart(rest, env);
    if ('expected' in next) return { kind: 'unfilled', ...next, unset };
    filled += next.text;
    unset.push(...next.unset);
    rest = rest.slice(next.length);
  }
  return { kind: 'filled', text: filled, hasVariables: /\$(?!\$)/.test(text), unset };
}

/** What the first characters of a text come to. */
interface Part {
  readonly length: number;
  readonly text: string;
  readonly unset: readonly string[];
}

interface Fault {
  readonly found: string;
  readonly expected: string;
}

const PLAIN = /^[^$]+/;
const SHORT = /^\$([A-Za-z_]\w*)/;
const OPENING = /^\$\{([A-Za-z_]\w*)(:?[-?+])?/;

const MALFORMED = {
  found: 'a $ that begins no variable',
  expected: `\${NAME} or \${NAME:-default}; a plain $ is written $$`,
} as const;

function nextPart(text: string, env: Environment): Part | Fault {
  const plain = PLAIN.exec(text)?.[0];
  if (plain !== undefined) return { length: plain.length, text: plain, unset: [] };
  if (text.startsWith('$$')) return { length: 2, text: '$', unset: [] };
  const short = SHORT.exec(text);
  if (short !== null) return { length: short[0].length, ...plainValue(short[1] ?? '', env) };
  return braced(text, env);
}

function plainValue(name: string, env: Environment): Omit<Part, 'length'> {
  const value = env[name];
  return value === undefined ? { text: '', unset: [name] } : { text: value, unset: [] };
}

function braced(text: string, env: Environment): Part | Fault {
  const [opening, name = '', operator = ''] = OPENING.exec(text) ?? [];
  const end = closing(text);
  if (opening === undefined || end === undefined) return MALFORMED;
  const length = end + 1;
  const word = text.slice(opening.length, end);
  if (operator !== '') return withLength(length, choice({ name, operator, word }, env));
  return word === '' ? { length, ...plainValue(name, env) } : MALFORMED;
}

function withLength(length: number, value: Omit<Part, 'length'> | Fault): Part | Fault {
  return 'expected' in value ? value : { length, ...value };
}

interface Choice {
  readonly name: string;
  readonly operator: string;
  readonly word: string;
}

function choice({ name, operator, word }: Choice, env: Environment): Omit<Part, 'length'> | Fault {
  const value = env[name];
  const isSet = value !== undefined && !(operator.startsWith(':') && value === '');
  if (operator.endsWith('+')) return isSet ? wordValue(word, env) : { text: '', unset: [] };
  if (isSet) return { text: value, unset: [] };
  return operator.endsWith('?') ? missing(name, word) : wordValue(word, env);
}

function wordValue(word: string, env: Environment): Omit<Part, 'length'> | Fault {
  const filled = fillStackText(word, env);
  return filled.kind === 'unfilled' ? filled : { text: filled.text, unset: filled.unset };
}

function missing(name: string, complaint: string): Fault {
  const found = `the variable ${name}, which the environment does not have`;
  const reason = complaint.trim();
  return { found, expected: `the environment to set it${reason === '' ? '' : ` (${reason})`}` };
}

/** Where the brace closes that a text begins with; defaults may hold variables of their own. */
function closing(text: string): number | undefined {
  let depth = 0;
  for (const { index, 0: sign } of text.matchAll(/\$\{|\}/g)) {
    depth += sign === '}' ? -1 : 1;
    if (depth === 0) return index;
  }
  return undefined;
}
