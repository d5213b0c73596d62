import type { SettingPath } from './problem.ts';

/** Values as they came from a file, before anybody has looked at their types. */
export type Mapping = Readonly<Record<string, unknown>>;

/** The value as a mapping; undefined for whatever is none. */
export function mapping(value: unknown): Mapping | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Mapping; // An object that is no list: every value of it is unknown.
}

/** The items of a list; none for whatever is no list. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The names and values of a mapping; none for whatever is none. */
export function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return Object.entries(mapping(value) ?? {});
}

/** The plain value at a path, or undefined. */
export function valueAt(path: SettingPath, value: unknown): unknown {
  return path.reduce<unknown>((above, part) => {
    if (typeof above !== 'object' || above === null || !Object.hasOwn(above, part))
      return undefined;
    return Reflect.get(above, part);
  }, value);
}
