import { Ajv, type ErrorObject } from 'ajv';
import { type Finding, foundText, nearest, quoted, type SettingPath } from '../config/problem.ts';
import { oneOf } from '../config/scalars.ts';
import { valueAt } from '../config/untyped.ts';
// A copy of what the package `dclint` holds, which a test compares: its own entry does not lead there.
import composeSpec from './compose-spec.json' with { type: 'json' };
import { stricter } from './stricter-specification.ts';

/** The specification names its own draft by an address that ajv does not know; its words are those of draft 7. */
const { $schema: _, ...SPECIFICATION } = composeSpec;

const validate = new Ajv({
  allErrors: true,
  verbose: true,
  strict: false,
  validateSchema: false,
}).compile(stricter(SPECIFICATION));

const LONGEST_LIST = 12;

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
  null: 'nothing',
};

/** An error with the part of the schema that it comes from. */
type SchemaError = ErrorObject<string, Record<string, unknown>>;

/** What is against the Compose specification, all of it. */
export function againstSpecification(stack: unknown): readonly Finding[] {
  if (validate(stack)) return [];
  const errors = (validate.errors ?? []) as readonly SchemaError[];
  return meant(errors).map((error) => findingOf(error, stack));
}

/**
 * Of several forms that a value may have, none fits, and each says why. Worth saying is what is wrong
 * inside the form whose type the value has, or else which types there are.
 */
function meant(errors: readonly SchemaError[]): readonly SchemaError[] {
  const choices = errors.filter(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf');
  const outer = choices.filter(
    ({ instancePath }) => !choices.some((other) => isInside(instancePath, other.instancePath)),
  );
  const plain = errors.filter(
    (error) => !outer.some(({ instancePath }) => isAtOrInside(error.instancePath, instancePath)),
  );
  return [...plain, ...outer.flatMap((choice) => ofChoice(choice, errors))];
}

function ofChoice(
  { instancePath, schemaPath, ...choice }: SchemaError,
  errors: readonly SchemaError[],
): readonly SchemaError[] {
  const within = errors.filter((error) => isAtOrInside(error.instancePath, instancePath));
  const telling = within.filter(
    ({ keyword, instancePath: place }) =>
      keyword !== 'oneOf' && !(keyword === 'type' && place === instancePath),
  );
  if (telling.length > 0) return telling;
  const types = within.filter(({ keyword }) => keyword === 'type').flatMap(({ schema }) => schema);
  return [{ ...choice, instancePath, schemaPath, keyword: 'type', schema: [...new Set(types)] }];
}

function isInside(path: string, above: string): boolean {
  return path.startsWith(`${above}/`);
}

function isAtOrInside(path: string, above: string): boolean {
  return path === above || isInside(path, above);
}

function findingOf(error: SchemaError, stack: unknown): Finding {
  const path = pathOf(error.instancePath, stack);
  if (error.keyword === 'additionalProperties') return unknownKey(error, path);
  const found = foundText(valueAt(path, stack));
  return { path, at: 'value', found, expected: expectedOf(error, found) };
}

function unknownKey({ params, parentSchema }: SchemaError, above: SettingPath): Finding {
  const name = String(params.additionalProperty);
  const path = [...above, name];
  const known = Object.keys((parentSchema?.properties as object | undefined) ?? {});
  if (known.length === 0) {
    const expected = 'a name of letters, digits, dots, dashes and underscores';
    return { path, at: 'key', found: `the name ${quoted(name)}`, expected };
  }
  const guess = nearest(name, known);
  const list = known.length <= LONGEST_LIST ? oneOf(known) : 'a key of the Compose specification';
  const expected = guess === undefined ? list : `${list}; did you mean "${guess}"?`;
  return { path, at: 'key', found: `the unknown key ${quoted(name)}`, expected };
}

function expectedOf(error: SchemaError, found: string): string {
  const { keyword, schema, params, parentSchema, message } = error;
  switch (keyword) {
    case 'type':
      return [schema]
        .flat()
        .map((type) => WORDS[String(type)] ?? String(type))
        .join(' or ');
    case 'enum':
      return oneOf([schema].flat().map(String));
    case 'required':
      return `${found === 'a mapping' ? 'one' : 'a mapping'} with \`${params.missingProperty}\``;
    case 'uniqueItems':
      return `each item once (items ${params.j} and ${params.i} are the same)`;
    case 'pattern':
      return String(parentSchema?.expected ?? `text of the form ${schema}`);
    default:
      return `a value that ${message ?? 'the Compose specification takes'}`;
  }
}

/** Of a JSON pointer. Items of a list are counted by number. */
function pathOf(pointer: string, stack: unknown): SettingPath {
  const path: (string | number)[] = [];
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(valueAt(path, stack)) ? Number(name) : name);
  }
  return path;
}
