import type { z } from 'zod';
import { knownNames } from './catalog.ts';
import { type Finding, foundText, nearest, quoted, type SettingPath } from './problem.ts';
import { oneOf } from './scalars.ts';
import { valueAt } from './untyped.ts';

type Issue = z.core.$ZodIssue;

/** What the schema found wrong, in the words of a problem. */
export function findingsOf(issues: readonly Issue[], value: unknown): readonly Finding[] {
  const all = issues.flatMap((issue) => findings(issue, [], value));
  const unique = new Map(all.map((finding) => [JSON.stringify(finding), finding]));
  return [...unique.values()];
}

function findings(issue: Issue, above: SettingPath, value: unknown): readonly Finding[] {
  const path = [...above, ...issue.path.map(step)];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key]));
    case 'invalid_key':
      return [atKey(path, issue.issues[0]?.message ?? issue.message)];
    case 'invalid_union': {
      const meant = meantBranch(issue.errors);
      if (meant !== undefined) return meant.flatMap((inner) => findings(inner, path, value));
      break;
    }
    default:
  }
  const said = issue.code === 'custom' ? issue.params?.found : undefined;
  const found = typeof said === 'string' ? said : foundAt(path, value);
  return [{ path, at: 'value', found, expected: wordsOf(issue) }];
}

/** A union that has no words of its own says what its first form says. */
function wordsOf(issue: Issue): string {
  if (issue.code !== 'invalid_union' || issue.message !== 'Invalid input') return issue.message;
  const [first] = issue.errors.flat();
  return first === undefined ? issue.message : wordsOf(first);
}

function step(part: PropertyKey): string | number {
  return typeof part === 'symbol' ? String(part) : part;
}

/** Of several forms, the one whose type the value has; what is wrong inside that is worth saying. */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches.find((issues) => issues.length > 0 && !issues.some(isOfAnotherType));
}

function isOfAnotherType({ path, code }: Issue): boolean {
  return path.length === 0 && code === 'invalid_type';
}

function atKey(path: SettingPath, expected: string): Finding {
  return { path, at: 'key', found: `the name ${quoted(String(path.at(-1)))}`, expected };
}

function unknownKey(path: SettingPath): Finding {
  const name = String(path.at(-1));
  const known = knownNames(path.slice(0, -1));
  const meant = nearest(name, known);
  const guess = meant === undefined ? '' : `; did you mean "${meant}"?`;
  const found = `the unknown key ${quoted(name)}`;
  return { path, at: 'key', found, expected: `${oneOf(known)}${guess}` };
}

/** What stands at a path, as a message names it; a secret is not repeated. */
function foundAt(path: SettingPath, value: unknown): string {
  const found = valueAt(path, value);
  const isSecret = path.at(-1) === 'token' || path.at(-1) === 'secret';
  if (isSecret && typeof found === 'string') return `text of ${found.length} characters`;
  return foundText(found);
}
