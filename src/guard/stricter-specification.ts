type Schema = Readonly<Record<string, unknown>>;

/** A text of which the specification says the meaning in words alone. */
interface Form {
  readonly pattern: string;
  /** The phrase after "expected". */
  readonly expected: string;
}

const DURATION: Form = {
  pattern: '^(\\d+(\\.\\d+)?(ns|us|µs|ms|s|m|h))+$',
  expected: 'a duration such as 30s or 1m30s',
};

const TRUTH: Form = { pattern: '^(true|false)$', expected: 'true or false' };

const PORT: Form = {
  pattern: '^((\\[[0-9A-Fa-f:]+\\]|[0-9.]+):)?((\\d+(-\\d+)?)?:)?\\d+(-\\d+)?(/(tcp|udp|sctp))?$',
  expected: 'a port such as "8080", "80:8080" or "127.0.0.1:80:8080/tcp"',
};

const NUMBER: Form = {
  pattern: '^\\d+(-\\d+)?$',
  expected: 'a number, or a range such as 8000-8010',
};

/** By the name of the property, wherever it stands. */
const DURATIONS: ReadonlySet<string> = new Set([
  'delay',
  'interval',
  'monitor',
  'start_interval',
  'start_period',
  'stop_grace_period',
  'timeout',
  'window',
]);

/**
 * The Compose specification's schema, with patterns for what it leaves to whoever reads the values:
 * durations, short ports, and truth values as text. It finds `external: rue` and `"80:"`.
 */
export function stricter(schema: Schema): Schema {
  return walked(schema, '') as Schema; // A mapping stays one.
}

function walked(part: unknown, name: string): unknown {
  if (Array.isArray(part)) return part.map((item) => walked(item, name));
  if (typeof part !== 'object' || part === null) return part;
  const inner = Object.entries(part).map(([key, value]) => [
    key,
    walked(value, nameFor(key, name)),
  ]);
  const copy: Schema = Object.fromEntries(inner);
  const form = formOf(copy, name);
  return form === undefined ? copy : { ...copy, ...form };
}

/** What stands in a list's `items` or a choice is still a value of the list's or the choice's name. */
function nameFor(key: string, name: string): string {
  return ['items', 'oneOf', 'anyOf'].includes(key) ? name : key;
}

function formOf({ type, pattern }: Schema, name: string): Form | undefined {
  const types = [type].flat();
  if (!types.includes('string') || pattern !== undefined) return undefined;
  if (name === 'ports') return PORT;
  if ((name === 'target' || name === 'published') && types.includes('integer')) return NUMBER;
  if (types.includes('boolean') && !types.includes('number')) return TRUTH;
  return DURATIONS.has(name) && types.length === 1 ? DURATION : undefined;
}
