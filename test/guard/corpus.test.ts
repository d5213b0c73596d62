import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { expect, test } from 'vitest';
import { guardStack } from '../../src/guard/guard-stack.ts';
import type { Previous } from '../../src/guard/removals.ts';

/**
 * Stack files as projects write them, and what one slip of the keyboard makes of them.
 *
 * A slip in the text of a value (the tag of an image, a password) cannot be told from what a deployment is
 * for. Whatever else a slip changes is refused, or at least warned of: which services, networks and other
 * parts there are, which settings each has, how many replicas.
 */
const FOLDER = join(import.meta.dirname, 'corpus');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yml'));
const EDITED = 200;

const textOf = (name: string) => new TextDecoder().decode(readFileSync(join(FOLDER, name)));
const guard = (text: string, previous?: Previous) =>
  guardStack({ text, file: 'stack.yml' }, { env: {}, previous });

test('the corpus has at least forty files', () => {
  expect(FILES.length).toBeGreaterThanOrEqual(40);
});

test.for(FILES)('%s is good', (name) => {
  const { problems, warnings, services } = guard(textOf(name));

  expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
  expect(services.length).toBeGreaterThan(0);
});

test.for(FILES)('%s with one slip is refused, or deploys as much as before', (name) => {
  const text = textOf(name);
  const whole = parsed(text);
  const { services } = guard(text);
  const previous = { called: 'previous.yml', services };

  const unseen = slipsIn(text).filter((slip) => {
    const edited = parsed(slip.text);
    if (isDeepStrictEqual(edited, whole)) return false;
    const { problems, warnings } = guard(slip.text, previous);
    if (problems.length > 0 || warnings.length > 0) return false;
    return !isDeepStrictEqual(skeletonOf(edited), skeletonOf(whole)) && !isBeyondAll(slip);
  });

  expect(unseen.map(({ what, at }) => `${what} at ${at}`)).toEqual([]);
});

test('every slip in the first line of the file of the incident is refused or harmless', () => {
  const text = textOf('billing.yml');

  expect(guard(` ${text}`).problems).toMatchObject([
    { line: 1, column: 1, expected: expect.stringContaining('a stray space') },
  ]);
});

interface Slip {
  readonly what: 'deleted' | 'space';
  readonly at: number;
  readonly text: string;
  readonly around: string;
}

/** Each character of the beginning deleted, and a space put before each. */
function slipsIn(text: string): readonly Slip[] {
  const places = Array.from({ length: Math.min(EDITED, text.length) }, (_, at) => at);
  const slips = places.flatMap((at) => {
    const [before, after] = [text.slice(0, at), text.slice(at)];
    const around = text.slice(at, at + 2);
    return [
      { what: 'deleted', at, text: before + after.slice(1), around },
      { what: 'space', at, text: `${before} ${after}`, around },
    ] as const;
  });
  // Which of two spaces is deleted makes no difference.
  return [...new Map(slips.map((slip) => [slip.text, slip])).values()];
}

/**
 * What only its author could see: a comma lost in `[A=1, B=2]` leaves one text with a space, and a line
 * break lost at the end of a block of text makes the next line a part of it.
 */
function isBeyondAll({ what, around, text, at }: Slip): boolean {
  if (what !== 'deleted') return false;
  return (
    around === ', ' ||
    (around.startsWith('\n') && /: [>|]\n(?: {12}.*\n)* {12}.*$/.test(text.slice(0, at)))
  );
}

/** By a second parser; what is no YAML at all is nothing, which no good file is. */
function parsed(text: string): unknown {
  try {
    const schema = CORE_SCHEMA.withTags(mergeTag);
    return deployed(load(text.replace(/^\uFEFF/, ''), { schema }));
  } catch {
    return undefined;
  }
}

/** Without what nobody deploys: extensions, whose contents count where they are merged, and the version. */
function deployed(stack: unknown): unknown {
  if (!isMapping(stack)) return stack;
  const entries = Object.entries(stack);
  return Object.fromEntries(entries.filter(([key]) => !/^(x-|version$)/.test(key)));
}

/** Mappings whose keys mean something to the application alone. */
const FREE = new Set(['environment', 'labels', 'options', 'driver_opts', 'sysctls', 'extra_hosts']);
/** Text or a list of texts. */
const COMMANDS = new Set(['command', 'entrypoint']);
/** Values that say how much is deployed. */
const COUNTS = new Set(['replicas', 'mode']);

/** What is deployed, without the texts of the single values. */
function skeletonOf(value: unknown, name = ''): unknown {
  if (COMMANDS.has(name)) return 'text';
  if (Array.isArray(value)) return value.map((item) => skeletonOf(item));
  if (!isMapping(value)) return COUNTS.has(name) || value === null ? value : 'text';
  if (FREE.has(name)) return Object.keys(value).length;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, inner]) => [key, skeletonOf(inner, key)]));
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
