import { readDocument, type SettingsDocument } from '../config/document.ts';
import type { Environment } from '../config/environment.ts';
import type { Finding, SettingPath } from '../config/problem.ts';
import { valueAt } from '../config/untyped.ts';
import { plainFault } from './plain-text.ts';
import { fillStackText } from './stack-variables.ts';

/** A stack file as plain values, with the place of each. */
export interface StackFile extends SettingsDocument {
  /** The variables that the text at this path names, that have no default and that the environment does not have. */
  unsetAt(path: SettingPath): readonly string[];
  /** One for each text with such a variable. */
  readonly unset: readonly Finding[];
}

/** Reads a stack file. Never throws, whatever the text. */
export function readStackFile(text: string, env: Environment): StackFile {
  const unset = new Map<
    string,
    { readonly path: SettingPath; readonly names: readonly string[] }
  >();
  const document = readDocument(text, {
    hasMergeKeys: true,
    refusePlain: plainFault,
    fill: (value, path) => {
      // Extensions are nobody's to read until something refers to them.
      if (isExtension(path)) return { kind: 'filled', text: value, hasVariables: false };
      const filled = fillStackText(value, env);
      const names = [...new Set(filled.unset)];
      if (names.length > 0) unset.set(JSON.stringify(path), { path, names });
      return filled;
    },
  });
  return {
    ...document,
    unsetAt: (path) => unset.get(JSON.stringify(path))?.names ?? [],
    unset: [...unset.values()].map(({ path, names }) => ({
      path,
      at: 'value',
      found: `${names.length === 1 ? 'the variable' : 'the variables'} ${names.join(', ')}, which the environment does not have`,
      expected: `a value or a default, as in \${${names[0]}:-default}: it is taken as empty`,
    })),
  };
}

function isExtension([first]: SettingPath): boolean {
  return typeof first === 'string' && first.startsWith('x-');
}

/**
 * What came from a variable is text. Where a number or a truth value is wanted there, it is taken for
 * what it says, as Docker does.
 */
export function withNumbers({ value, isFilledIn }: StackFile, wanted: readonly Finding[]): unknown {
  const copy = structuredClone(value);
  for (const { path } of wanted) {
    const text = valueAt(path, copy);
    const last = path.at(-1);
    const above = valueAt(path.slice(0, -1), copy);
    if (typeof text !== 'string' || last === undefined || !isFilledIn(path) || !SCALAR.test(text))
      continue;
    if (typeof above === 'object' && above !== null) Reflect.set(above, last, JSON.parse(text));
  }
  return copy;
}

const SCALAR = /^(?:(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?|true|false)$/;
