import { isLoopback, parseAddress } from './addresses.ts';
import { notifyFindings } from './notify-consistency.ts';
import { type Finding, foundText, nearest, quoted, type SettingPath } from './problem.ts';
import { oneOf } from './scalars.ts';
import { DEFAULT_LISTEN, DEFAULT_OPS } from './schema.ts';
import { entries, items, type Mapping, mapping } from './untyped.ts';
import { upstreamInconsistencies } from './upstream-consistency.ts';

/**
 * What one setting cannot tell alone: names that must exist, settings that need each other.
 *
 * Reads the values as they came, right or wrong, so that these problems are reported together with
 * those of the schema; whatever has a wrong type is left to the schema.
 */
export function inconsistencies(settings: unknown): readonly Finding[] {
  const root = mapping(settings);
  if (root === undefined) return [];
  return [
    ...upstreamFindings(root),
    ...routeFindings(root),
    ...ruleFindings(root),
    ...addressFindings(root),
    ...brandFindings(root),
    ...notifyFindings(root),
  ];
}

function upstreamFindings(root: Mapping): readonly Finding[] {
  const upstreams = mapping(root.upstreams);
  if (upstreams === undefined) return [];
  const names = Object.keys(upstreams);
  if (names.length === 0)
    return [
      wrong(
        ['upstreams'],
        'no upstream',
        'at least one, such as app: { endpoints: [http://10.0.0.5:8080] }',
      ),
    ];
  const unrouted =
    names.length > 1 && root.routes === undefined
      ? [
          wrong(
            [],
            `${names.length} upstreams and no routes`,
            'routes that say which request goes to which upstream',
          ),
        ]
      : [];
  return [...unrouted, ...upstreamInconsistencies(upstreams)];
}

function routeFindings(root: Mapping): readonly Finding[] {
  return items(root.routes).flatMap((value, index) => {
    const route = mapping(value) ?? {};
    const path = ['routes', index];
    return [
      ...unknownName([...path, 'upstream'], route.upstream, { root, section: 'upstreams' }),
      ...unknownName([...path, 'errors'], route.errors, { root, section: 'errors' }),
      ...items(route.misleading).flatMap((name, item) =>
        unknownName([...path, 'misleading', item], name, { root, section: 'misleading' }),
      ),
    ];
  });
}

function ruleFindings(root: Mapping): readonly Finding[] {
  return entries(root.misleading).flatMap(([name, value]) => {
    const rule = mapping(value);
    if (rule === undefined) return [];
    const path = ['misleading', name];
    const marks = ['status', 'body', 'json', 'redirect'];
    const isEmpty = !marks.some((part) => Object.hasOwn(rule, part));
    const expected =
      'at least one of status, body, json and redirect to tell a misleading reply by';
    return [
      ...(isEmpty
        ? [{ path, at: 'key' as const, found: 'a rule that fits every reply', expected }]
        : []),
      ...items(rule.dependsOn).flatMap((upstream, item) =>
        unknownName([...path, 'dependsOn', item], upstream, { root, section: 'upstreams' }),
      ),
    ];
  });
}

function unknownName(
  path: SettingPath,
  name: unknown,
  { root, section }: { readonly root: Mapping; readonly section: string },
): readonly Finding[] {
  if (typeof name !== 'string') return [];
  const known = entries(root[section]).map(([one]) => one);
  if (known.includes(name)) return [];
  const meant = nearest(name, known);
  const guess = meant === undefined ? '' : `; did you mean ${quoted(meant)}?`;
  const expected =
    known.length === 0
      ? `a name under \`${section}\`, which names none`
      : `a name under \`${section}\`: ${oneOf(known)}${guess}`;
  return [wrong(path, quoted(name), expected)];
}

function addressFindings(root: Mapping): readonly Finding[] {
  const isList = Array.isArray(root.listen);
  const listeners = (isList ? items(root.listen) : [root.listen ?? DEFAULT_LISTEN]).map(addressOf);
  const repeated = listeners.flatMap((address, index) =>
    isTaken(address, listeners.slice(0, index))
      ? [wrong(['listen', index], quoted(address), 'each address once')]
      : [],
  );
  const ops = addressOf(root.ops ?? DEFAULT_OPS);
  const path = root.ops === undefined ? ['listen'] : ['ops'];
  const shared = isTaken(ops, listeners)
    ? [wrong(path, `${quoted(ops)} for clients and for operators`, 'two addresses')]
    : [];
  return [...repeated, ...shared, ...openOps(root.ops)];
}

/** The same host in two places: one of them is a slip, and nobody could tell which. */
function brandFindings(root: Mapping): readonly Finding[] {
  const listed = items(root.brands).flatMap((value, index) => hostsIn(value, ['brands', index]));
  const named = [...listed, ...hostsIn(root.brand, ['brand'])];
  return named.flatMap(({ host, path }, index) =>
    named.slice(0, index).some((other) => other.host === host)
      ? [wrong(path, quoted(host), 'each host once in all brands')]
      : [],
  );
}

function hostsIn(
  brand: unknown,
  path: SettingPath,
): readonly { readonly host: string; readonly path: SettingPath }[] {
  return items(mapping(brand)?.hosts).flatMap((host, item) =>
    typeof host === 'string' ? [{ host: host.toLowerCase(), path: [...path, 'hosts', item] }] : [],
  );
}

function isTaken(address: string, others: readonly string[]): boolean {
  return address !== '' && !address.endsWith(':0') && others.includes(address);
}

function addressOf(value: unknown): string {
  const address = mapping(value)?.address ?? value;
  return typeof address === 'string' ? address : '';
}

/** Who reaches the ops API can declare maintenance: beyond this machine it asks for a token. */
function openOps(value: unknown): readonly Finding[] {
  const address = parseAddress(addressOf(value));
  const settings = mapping(value);
  const hasToken = settings !== undefined && Object.hasOwn(settings, 'token');
  if (address === undefined || hasToken || isLoopback(address.host)) return [];
  const path = settings === undefined ? ['ops'] : ['ops', 'address'];
  const found = `${foundText(addressOf(value))}, which other machines reach, without a token`;
  return [wrong(path, found, 'a loopback address such as 127.0.0.1:9901, or { address, token }')];
}

function wrong(path: SettingPath, found: string, expected: string): Finding {
  return { path, at: 'value', found, expected };
}
