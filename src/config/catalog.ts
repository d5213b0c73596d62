import { z } from 'zod';
import type { SettingPath } from './problem.ts';
import { settingsSchema } from './schema.ts';

/** One setting as documents and editors see it. */
export interface CatalogEntry {
  /** As in the file; `*` stands for a name of the operator's choice, `[]` for each item of a list. */
  readonly path: readonly string[];
  readonly type: string;
  readonly isRequired: boolean;
  /** As it would be written; undefined where there is none, and for sections. */
  readonly default: unknown;
  readonly sentence: string;
}

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** As `${NAME}` and `${NAME:-default}` stand in a file before they are filled in. */
const VARIABLE: JsonSchema = { type: 'string', pattern: '\\$\\{[A-Za-z_]\\w*(:-[^}]*)?\\}' };

/**
 * The JSON Schema (2020-12) of a settings file, for editors and other programs. It takes a variable
 * of the environment wherever a value stands, and says nothing on what two settings mean together.
 */
export function settingsJsonSchema(): JsonSchema {
  return { title: 'The settings of Candor', ...withVariables(plainJsonSchema()) };
}

function plainJsonSchema(): JsonSchema {
  return z.toJSONSchema(settingsSchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (isSection(jsonSchema)) delete jsonSchema.default;
    },
  });
}

function isSection(schema: JsonSchema): boolean {
  return schema.properties !== undefined || typeof schema.additionalProperties === 'object';
}

function withVariables(schema: JsonSchema): JsonSchema {
  const { title, description, default: other, ...rest } = schema;
  if (rest.pattern === undefined && rest.enum === undefined && !isNumberOrBoolean(rest))
    return mapped(schema, withVariables);
  const said = Object.entries({ title, description, default: other }).filter(
    ([, text]) => text !== undefined,
  );
  return { ...Object.fromEntries(said), anyOf: [rest, VARIABLE] };
}

function isNumberOrBoolean({ type }: JsonSchema): boolean {
  return type === 'integer' || type === 'number' || type === 'boolean';
}

/** The same schema with each of the schemas inside it changed; names and `$defs` stay. */
function mapped(schema: JsonSchema, change: (inner: JsonSchema) => JsonSchema): JsonSchema {
  const one = <Inner>(inner: Inner) => (isSchema(inner) ? change(inner) : inner);
  const { properties, anyOf, items, additionalProperties, ...rest } = schema;
  return {
    ...rest,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, inner]) => [name, one(inner)]),
      ),
    }),
    ...(anyOf && { anyOf: anyOf.map(one) }),
    ...(items !== undefined && { items: one(items) }),
    ...(additionalProperties !== undefined && { additionalProperties: one(additionalProperties) }),
  };
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

let made: readonly CatalogEntry[] | null = null;

/**
 * Every setting in the order of the schema, sections before what is in them. Made when it is first asked for: it
 * takes a twentieth of the time in which the program starts, and settings without a fault need none of it.
 */
export function catalog(): readonly CatalogEntry[] {
  made ??= entriesOf(plainJsonSchema(), []);
  return made;
}

function entriesOf(schema: JsonSchema, path: readonly string[]): readonly CatalogEntry[] {
  const required = new Set(schema.required);
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
    typeof inner === 'boolean' ? [] : entriesFrom(inner, [...path, name], required.has(name)),
  );
  const inner = [
    ...(schema.anyOf ?? []).map((form) => ({ form, below: path })),
    { form: schema.additionalProperties, below: [...path, '*'] },
    { form: schema.items, below: [...path, '[]'] },
  ].flatMap(({ form, below }) =>
    typeof form === 'object' && !Array.isArray(form) ? entriesOf(form, below) : [],
  );
  return [...own, ...inner];
}

function entriesFrom(
  schema: JsonSchema,
  path: readonly string[],
  isRequired: boolean,
): readonly CatalogEntry[] {
  const entry = {
    path,
    type: typeOf(schema),
    isRequired,
    default: schema.default,
    sentence: schema.description ?? '',
  };
  return [entry, ...entriesOf(schema, path)];
}

function typeOf(schema: JsonSchema): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(' or ');
  if (schema.anyOf !== undefined) {
    const forms = schema.anyOf.map((form) => (typeof form === 'boolean' ? '' : typeOf(form)));
    return [...new Set(forms)].join(', or ');
  }
  return plainTypeOf(schema);
}

function plainTypeOf({
  type,
  const: only,
  minimum,
  maximum,
  items,
  ...schema
}: JsonSchema): string {
  if (only !== undefined) return `\`${only}\``;
  if (type === 'array')
    return `list: ${typeof items === 'object' && !Array.isArray(items) ? typeOf(items) : 'values'}`;
  if (type === 'integer') return `whole number, ${minimum} to ${maximum}`;
  if (type === 'boolean') return '`true` or `false`';
  if (typeof schema.additionalProperties === 'object') return 'section by name';
  return type === 'object' ? 'section' : 'text';
}

/** The settings that may stand in the section at this path of a file. */
export function knownNames(path: SettingPath): readonly string[] {
  const names = catalog().flatMap((entry) => {
    const pattern = withoutItems(entry.path, path);
    const name = pattern[path.length];
    return name === undefined || name === '[]' || !isIn(pattern, path) ? [] : [name];
  });
  return [...new Set(names)];
}

/** A section that may stand alone or in a list is one section: the step into the list is dropped. */
function withoutItems(pattern: readonly string[], path: SettingPath): readonly string[] {
  return pattern.filter((part, index) => part !== '[]' || typeof path[index] === 'number');
}

function isIn(pattern: readonly string[], path: SettingPath): boolean {
  return path.every((part, index) => {
    const known = pattern[index];
    return known === part || known === '*' || (known === '[]' && typeof part === 'number');
  });
}
