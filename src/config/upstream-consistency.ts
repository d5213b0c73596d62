import { catalog } from './catalog.ts';
import { type Finding, quoted, type SettingPath } from './problem.ts';
import { durationMs } from './scalars.ts';
import { entries, type Mapping, mapping, valueAt } from './untyped.ts';

/** What the settings of each upstream cannot be together. */
export function upstreamInconsistencies(upstreams: unknown): readonly Finding[] {
  return entries(upstreams).flatMap(([name, value]) => {
    const upstream = mapping(value);
    if (upstream === undefined) return [];
    const path = ['upstreams', name];
    return [
      ...oneOfTwo(upstream, SOURCES).map((fault) => ({ path, at: 'key' as const, ...fault })),
      ...discoverFindings(upstream.discover, [...path, 'discover']),
      ...tlsFindings(upstream.tls, [...path, 'tls']),
      ...probeFindings(upstream, [...path, 'probe', 'grpc']),
      ...orderFindings(upstream.detection, [...path, 'detection']),
    ];
  });
}

interface Pair {
  readonly names: readonly [string, string];
  /** What is expected where there is neither. */
  readonly either: string;
}

const SOURCES: Pair = {
  names: ['endpoints', 'discover'],
  either: 'endpoints: [http://10.0.0.5:8080], or discover: { dns: tasks.app, port: 8080 }',
};
const WAYS: Pair = {
  names: ['dns', 'swarm'],
  either: '{ dns: tasks.app, port: 8080 } or { swarm: demo_app, port: 8080 }',
};

function oneOfTwo(
  section: Mapping,
  { names: [left, right], either }: Pair,
): readonly Pick<Finding, 'found' | 'expected'>[] {
  const hasLeft = Object.hasOwn(section, left);
  if (hasLeft !== Object.hasOwn(section, right)) return [];
  return hasLeft
    ? [{ found: `both ${left} and ${right}`, expected: 'one of the two' }]
    : [{ found: `neither ${left} nor ${right}`, expected: either }];
}

/** Settings of `discover` that go with one way only. */
const OF_ONE_WAY = { servers: 'dns', engine: 'swarm', network: 'swarm' } as const;

function discoverFindings(value: unknown, path: SettingPath): readonly Finding[] {
  const discover = mapping(value);
  if (discover === undefined) return [];
  const [choice] = oneOfTwo(discover, WAYS);
  if (choice !== undefined) return [{ path, at: 'key', ...choice }];
  const way = Object.hasOwn(discover, 'dns') ? 'dns' : 'swarm';
  const strangers = Object.entries(OF_ONE_WAY).filter(
    ([name, wanted]) => wanted !== way && Object.hasOwn(discover, name),
  );
  const findings = strangers.map(([name, wanted]): Finding => {
    const found = `\`${name}\` together with \`${way}\``;
    return { path: [...path, name], at: 'key', found, expected: `it with \`${wanted}\` only` };
  });
  if (way === 'dns' || Object.hasOwn(discover, 'port')) return findings;
  const expected = 'the port that every task listens on, such as 8080';
  return [...findings, { path: [...path, 'port'], at: 'key', found: 'nothing', expected }];
}

function tlsFindings(value: unknown, path: SettingPath): readonly Finding[] {
  const tls = mapping(value);
  if (tls === undefined) return [];
  const [given, missing] = Object.hasOwn(tls, 'cert') ? ['cert', 'key'] : ['key', 'cert'];
  if (!Object.hasOwn(tls, given) || Object.hasOwn(tls, missing)) return [];
  const found = `\`${given}\` without \`${missing}\``;
  return [{ path: [...path, given], at: 'key', found, expected: 'both, or neither' }];
}

function probeFindings({ probe, protocol }: Mapping, path: SettingPath): readonly Finding[] {
  const { grpc, ...rest } = mapping(probe) ?? {};
  if (grpc !== true) return [];
  const at = 'key';
  if (Object.hasOwn(rest, 'path')) {
    return [{ path, at, found: '`grpc` together with `path`', expected: 'one of the two' }];
  }
  if (protocol === 'http2') return [];
  const found = '`grpc` where HTTP/1.1 is spoken';
  return [{ path, at, found, expected: 'it with `protocol: http2`' }];
}

/** Durations that grow, and the settings up to which they do. */
const GROWING = [
  { first: ['streakTime'], most: ['mostStreakTime'] },
  { first: ['setAside', 'first'], most: ['setAside', 'most'] },
] as const;

function orderFindings(detection: unknown, path: SettingPath): readonly Finding[] {
  return GROWING.flatMap(({ first, most }): Finding[] => {
    const start = written(detection, first);
    const end = written(detection, most);
    if (start === undefined && end === undefined) return []; // The defaults are in order.
    const from = start ?? defaultOf(first);
    const to = end ?? defaultOf(most);
    const isOrdered = (durationMs(from) ?? 0) <= (durationMs(to) ?? Infinity);
    if (isOrdered) return [];
    const [at, found, expected] =
      start === undefined
        ? [most, to, `at least ${first.join('.')}, which is ${from}`]
        : [first, from, `at most ${most.join('.')}, which is ${to}`];
    return [{ path: [...path, ...at], at: 'value', found: quoted(found), expected }];
  });
}

function written(detection: unknown, path: readonly string[]): string | undefined {
  const value = valueAt(path, detection);
  return typeof value === 'string' ? value : undefined;
}

function defaultOf(path: readonly string[]): string {
  const name = ['upstreams', '*', 'detection', ...path].join('.');
  return String(catalog().find((entry) => entry.path.join('.') === name)?.default);
}
