/** What a member of a JSON body has to be. */
export type MemberValue = string | number | boolean | null;

/** A JSON document that was read. */
export interface JsonContent {
  readonly value: unknown;
  /** All its string values, at whatever depth. */
  readonly strings: readonly string[];
}

/** What some frameworks send before their JSON, so that no other site can run it as a script. */
const GUARD = /^\s*(?:\)\]\}',?|while\(1\);|for\(;;\);)/;

const MAY_BE_JSON = /^\s*[[{)wf]/;

/** Reads a text that is a JSON object or list; null for anything else. Never throws. */
export function readJson(text: string): JsonContent | null {
  if (!MAY_BE_JSON.test(text)) return null;
  const json = text.replace(GUARD, '');
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null
      ? { value, strings: stringsIn(value) }
      : null;
  } catch {
    return null; // It only looked like JSON.
  }
}

/** Whether all the members have the values: dotted paths, elements of lists by their place. */
export function hasMembers(root: unknown, members: Readonly<Record<string, MemberValue>>): boolean {
  return Object.entries(members).every(([path, value]) => memberAt(root, path) === value);
}

/** The value at a dotted path, or undefined. A member whose own name has dots is found as well. */
export function memberAt(root: unknown, path: string): unknown {
  if (typeof root !== 'object' || root === null) return undefined;
  if (isMember(root, path)) return Reflect.get(root, path);
  const dot = path.indexOf('.');
  const name = path.slice(0, dot);
  if (dot === -1 || !isMember(root, name)) return undefined;
  return memberAt(Reflect.get(root, name), path.slice(dot + 1));
}

/** Own and enumerable: what came with the document, and not the `length` of its lists. */
function isMember(root: object, name: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(root, name);
}

/** Without recursion: a document can be nested more deeply than a stack. */
function stringsIn(root: unknown): string[] {
  const strings: string[] = [];
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string') strings.push(value);
    else if (typeof value === 'object' && value !== null) {
      for (const member of Object.values(value)) waiting.push(member);
    }
  }
  return strings;
}
