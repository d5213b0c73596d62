import { type Finding, quoted, type SettingPath } from './problem.ts';
import { oneOf } from './scalars.ts';
import { entries, items, type Mapping, mapping } from './untyped.ts';

/** What each kind of target needs, and what it may have besides the settings that all have. */
const KINDS: Readonly<Record<string, { needs: readonly string[]; may: readonly string[] }>> = {
  webhook: { needs: ['url', 'secret'], may: [] },
  slack: { needs: ['url'], may: [] },
  pagerduty: { needs: ['secret'], may: ['url'] },
  statuspage: { needs: ['secret', 'page'], may: ['url', 'components', 'incident'] },
};
/** What not every kind has. */
const OWN = ['secret', 'page', 'components', 'incident'];

/** What is wrong with targets beyond single settings: names twice, what a kind needs, upstreams that are none. */
export function notifyFindings(root: Mapping): readonly Finding[] {
  const names = items(root.notify).map((value) => mapping(value)?.name);
  return items(root.notify).flatMap((value, index) => {
    const target = mapping(value);
    if (target === undefined) return [];
    const path = ['notify', index];
    const { name } = target;
    const isRepeated = typeof name === 'string' && names.indexOf(name) < index;
    return [
      ...(isRepeated
        ? [wrong([...path, 'name'], quoted(name), 'each name once among the targets')]
        : []),
      ...kindFindings(target, path),
      ...upstreamFindings(target, path, root),
    ];
  });
}

function kindFindings(target: Mapping, path: SettingPath): readonly Finding[] {
  const kind = typeof target.kind === 'string' ? target.kind : '';
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (known === undefined) return [];
  const lacking = known.needs.filter((name) => !Object.hasOwn(target, name));
  const idle = OWN.filter(
    (name) => Object.hasOwn(target, name) && ![...known.needs, ...known.may].includes(name),
  );
  return [
    ...lacking.map((name) => wrong(path, `a ${kind} without \`${name}\``, `\`${name}\``)),
    ...idle.map((name) => ({
      path: [...path, name],
      at: 'key' as const,
      found: `\`${name}\` with ${kind}`,
      expected: `none: ${kind} has ${oneOfThem([...known.needs, ...known.may])}`,
    })),
    ...(kind === 'webhook' ? secretFindings(target, path) : []),
  ];
}

/** As Standard Webhooks has them: 24 to 64 bytes in base64, behind `whsec_`. */
function secretFindings({ secret }: Mapping, path: SettingPath): readonly Finding[] {
  if (typeof secret !== 'string') return [];
  const [, encoded = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const bytes = Buffer.from(encoded, 'base64').length;
  if (bytes >= 24 && bytes <= 64) return [];
  // What was found is not said: it may be a secret all the same.
  const expected = 'whsec_ and 24 to 64 bytes in base64, as Standard Webhooks has it';
  return [wrong([...path, 'secret'], 'a secret of another form', expected)];
}

function upstreamFindings(target: Mapping, path: SettingPath, root: Mapping): readonly Finding[] {
  const known = entries(root.upstreams).map(([name]) => name);
  const named: [SettingPath, unknown, 'key' | 'value'][] = [
    ...items(target.upstreams).map((name, index): [SettingPath, unknown, 'value'] => [
      [...path, 'upstreams', index],
      name,
      'value',
    ]),
    ...entries(target.components).map(([name]): [SettingPath, unknown, 'key'] => [
      [...path, 'components', name],
      name,
      'key',
    ]),
  ];
  return named.flatMap(([at, name, where]) =>
    typeof name !== 'string' || known.includes(name) || known.length === 0
      ? []
      : [{ path: at, at: where, found: quoted(name), expected: `an upstream: ${oneOf(known)}` }],
  );
}

function oneOfThem(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

function wrong(path: SettingPath, found: string, expected: string): Finding {
  return { path, at: 'value', found, expected };
}
