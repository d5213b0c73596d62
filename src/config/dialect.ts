import { type Environment, type Filled, fillIn } from './environment.ts';
import type { Finding, SettingPath } from './problem.ts';

/** How the text of one kind of file is read. */
export interface Dialect {
  /** Puts the variables of the environment into a text that has a `$`, by the rules of such files. */
  fill(text: string, path: SettingPath): Filled;
  /** What is wrong with a text that stands without quotes, where such files have more rules than YAML. */
  refusePlain?(text: PlainText): Pick<Finding, 'found' | 'expected'> | undefined;
  /** Whether `<<` takes over what another mapping has. */
  readonly hasMergeKeys: boolean;
}

/** A text without quotes. */
export interface PlainText {
  readonly text: string;
  /** The same as it stands in the file, over several lines perhaps. */
  readonly written: string;
  /** Where it begins in its first line, from 1. */
  readonly column: number;
  /** Whether it is an item of a list. */
  readonly isItem: boolean;
}

/** The dialect of settings files. */
export function settingsDialect(env: Environment): Dialect {
  return { fill: (text) => fillIn(text, env), hasMergeKeys: false };
}
