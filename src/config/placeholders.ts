import { z } from 'zod';
import { nearest, quoted, type SettingPath } from './problem.ts';
import { oneOf } from './scalars.ts';
import type { JsonValue } from './settings.ts';

/** What an error envelope may leave to be filled in, as `{name}`. */
export const PLACEHOLDERS = [
  'status',
  'reason',
  'verdict',
  'message',
  'title',
  'detail',
  'brand',
  'component',
  'since',
  'endsAt',
  'disposition',
  'retrySafe',
  'retryAfter',
  'reference',
  'statusPage',
  'reported',
  'incidentId',
  'incidentName',
  'incidentStatus',
  'incidentImpact',
  'incidentUrl',
] as const;

/** An API's own error body: any JSON mapping or list whose placeholders are known. */
export function envelope() {
  return z
    .json({ error: 'a mapping or a list: the JSON of an error body' })
    .transform((value, context): JsonValue => {
      if (typeof value !== 'object' || value === null)
        context.addIssue({
          code: 'custom',
          message: 'a mapping or a list: the JSON of an error body',
        });
      for (const { name, path } of placeholdersOf(value, [])) {
        if (PLACEHOLDERS.some((known) => known === name)) continue;
        const meant = nearest(name, PLACEHOLDERS);
        context.addIssue({
          code: 'custom',
          path: [...path],
          message: `${oneOf(PLACEHOLDERS)}${meant === undefined ? '' : `; did you mean {${meant}}?`}`,
          params: { found: `the unknown placeholder ${quoted(`{${name}}`)}` },
        });
      }
      return value;
    })
    .meta({ title: 'JSON' });
}

function placeholdersOf(
  value: JsonValue,
  path: SettingPath,
): { readonly name: string; readonly path: SettingPath }[] {
  if (typeof value === 'string')
    return [...value.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({ name, path }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    placeholdersOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
