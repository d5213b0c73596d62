import { type Finding, foundText, quoted, type SettingPath } from '../config/problem.ts';
import { oneOf } from '../config/scalars.ts';
import { entries, items, mapping, valueAt } from '../config/untyped.ts';
import { isImageName } from './image-name.ts';

/** What the rules know beside the stack itself. */
export interface RuleContext {
  /** Services that may have no replicas. */
  readonly allowZero: ReadonlySet<string>;
  /** The variables that the text at this path names and the environment does not have. */
  unsetAt(path: SettingPath): readonly string[];
}

/** What keeps a stack from being deployed in whole, by Docker Swarm's rules rather than the specification's. */
export function againstSwarm(stack: unknown, context: RuleContext): readonly Finding[] {
  const services = entries(mapping(stack)?.services);
  return [
    ...topLevel(stack),
    ...services.flatMap(([name, service]) => [
      ...ofService({ name, service, path: ['services', name] }, context),
      ...undefinedReferences(['services', name], service, stack),
    ]),
  ];
}

/** `docker stack deploy` refuses files of other formats. */
const VERSION = /^3(\.([0-9]|1[0-3]))?$/;

function topLevel(stack: unknown): readonly Finding[] {
  const findings: Finding[] = [];
  const version = valueAt(['version'], stack);
  if (typeof version === 'string' && !VERSION.test(version)) {
    const expected = '"3", "3.0" to "3.13", or no `version`';
    findings.push({ path: ['version'], at: 'value', found: quoted(version), expected });
  }
  for (const name of ['include', 'models']) {
    if (valueAt([name], stack) === undefined) continue;
    const expected = 'the services written out';
    findings.push({
      path: [name],
      at: 'key',
      found: `\`${name}\`, which Swarm does not know`,
      expected,
    });
  }
  return findings;
}

interface Named {
  readonly name: string;
  readonly service: unknown;
  readonly path: SettingPath;
}

function ofService(named: Named, context: RuleContext): readonly Finding[] {
  if (mapping(named.service) === undefined) return []; // The specification refuses it.
  return [
    ...ofImage(named, context),
    ...ofReplicas(named, context),
    ...ofWords(named),
    ...forbidden(named),
  ];
}

function ofImage({ service, path }: Named, { unsetAt }: RuleContext): readonly Finding[] {
  const image = valueAt(['image'], service);
  const here = [...path, 'image'];
  const unset = unsetAt(here);
  if (unset.length > 0) {
    const few = unset.length === 1 ? 'the variable' : 'the variables';
    const found = `an image that needs ${few} ${unset.join(', ')}, which the environment does not have`;
    return [{ path: here, at: 'value', found, expected: 'the environment to say which image' }];
  }
  if (image === undefined || image === null || image === '') {
    const isBuilt = valueAt(['build'], service) !== undefined;
    const found = isBuilt ? '`build` and no image' : 'no image';
    const expected = isBuilt ? '`image`: a swarm does not build' : '`image`';
    return [{ path: here, at: image === undefined ? 'key' : 'value', found, expected }];
  }
  if (typeof image !== 'string' || isImageName(image)) return [];
  const expected = 'the name of an image, such as registry.example.com/team/app:1.4';
  return [{ path: here, at: 'value', found: foundText(image), expected }];
}

function ofReplicas(
  { name, service, path }: Named,
  { allowZero }: RuleContext,
): readonly Finding[] {
  const replicas = valueAt(['deploy', 'replicas'], service);
  const here = [...path, 'deploy', 'replicas'];
  if (replicas === 0 && !allowZero.has(name)) {
    const expected = `at least 1, or --allow-zero ${name}`;
    return [{ path: here, at: 'value', found: 'no replicas (0)', expected }];
  }
  const isGood =
    replicas === undefined || (Number.isSafeInteger(replicas) && Number(replicas) >= 0);
  const isText = typeof replicas === 'string' || typeof replicas === 'number';
  return isGood || !isText
    ? []
    : [{ path: here, at: 'value', found: foundText(replicas), expected: 'a whole number' }];
}

interface Words {
  readonly path: SettingPath;
  readonly words: readonly string[];
}

const ACTIONS = ['pause', 'continue', 'rollback'] as const;

/** Where Swarm takes a few words only, and the specification any text. */
const WORDS: readonly Words[] = [
  { path: ['deploy', 'mode'], words: ['replicated', 'global', 'replicated-job', 'global-job'] },
  { path: ['deploy', 'endpoint_mode'], words: ['vip', 'dnsrr'] },
  { path: ['deploy', 'update_config', 'failure_action'], words: ACTIONS },
  { path: ['deploy', 'rollback_config', 'failure_action'], words: ACTIONS.slice(0, 2) },
  { path: ['deploy', 'restart_policy', 'condition'], words: ['none', 'on-failure', 'any'] },
];

const PORT_WORDS: readonly Words[] = [
  { path: ['mode'], words: ['ingress', 'host'] },
  { path: ['protocol'], words: ['tcp', 'udp', 'sctp'] },
];

function ofWords({ service, path }: Named): readonly Finding[] {
  const ports = items(valueAt(['ports'], service)).flatMap((port, index) =>
    PORT_WORDS.flatMap((words) => unknownWord(port, words, [...path, 'ports', index])),
  );
  return [...WORDS.flatMap((words) => unknownWord(service, words, path)), ...ports];
}

function unknownWord(
  value: unknown,
  { path, words }: Words,
  above: SettingPath,
): readonly Finding[] {
  const word = valueAt(path, value);
  if (typeof word !== 'string' || words.includes(word)) return [];
  const here = [...above, ...path];
  return [{ path: here, at: 'value', found: quoted(word), expected: oneOf(words) }];
}

/** `docker stack deploy` refuses a file with one of these. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  extends: 'the service written out, or a merge key',
  volumes_from: '`volumes`',
  cpu_quota: '`deploy.resources`',
  cpu_shares: '`deploy.resources`',
  cpuset: '`deploy.resources`',
  mem_limit: '`deploy.resources`',
  memswap_limit: '`deploy.resources`',
};

function forbidden({ service, path }: Named): readonly Finding[] {
  return Object.entries(FORBIDDEN)
    .filter(([name]) => valueAt([name], service) !== undefined)
    .map(([name, expected]) => ({
      path: [...path, name],
      at: 'key' as const,
      found: `\`${name}\`, which a stack may not have`,
      expected,
    }));
}

/** Where the names are defined that a service uses. */
const DEFINED_BY = {
  networks: 'networks',
  configs: 'configs',
  secrets: 'secrets',
  volumes: 'volumes',
  depends_on: 'services',
} as const;

/** Networks, configs, secrets, named volumes and other services that a service uses and the file does not define. */
function undefinedReferences(
  path: SettingPath,
  service: unknown,
  stack: unknown,
): readonly Finding[] {
  return Object.entries(DEFINED_BY).flatMap(([kind, section]) => {
    const defined = new Set(entries(mapping(stack)?.[section]).map(([name]) => name));
    if (kind === 'networks') defined.add('default');
    return referencesOf(kind, valueAt([kind], service))
      .filter(({ name }) => !defined.has(name))
      .map(({ name, step }) => ({
        path: [...path, kind, ...step],
        at: typeof step[0] === 'number' ? ('value' as const) : ('key' as const),
        found: `${quoted(name)}, which the file's \`${section}\` does not define`,
        expected: defined.size === 0 ? `it under a top-level \`${section}\`` : oneOf([...defined]),
      }));
  });
}

interface Reference {
  readonly name: string;
  readonly step: SettingPath;
}

function referencesOf(kind: string, used: unknown): readonly Reference[] {
  const byKey = kind === 'networks' || kind === 'depends_on' ? entries(used) : [];
  const listed = items(used).flatMap((item, index): readonly Reference[] => {
    const name = typeof item === 'string' ? nameIn(kind, item) : sourceOf(kind, item);
    return name === undefined ? [] : [{ name, step: [index] }];
  });
  return [...byKey.map(([name]) => ({ name, step: [name] })), ...listed];
}

/** `data:/var/lib/data` names a volume; `/srv/data:/data`, `./data:/data` and `/data` do not. */
function nameIn(kind: string, text: string): string | undefined {
  if (kind !== 'volumes') return text;
  const [, name] = /^([A-Za-z0-9][\w.-]+):/.exec(text) ?? [];
  return name;
}

function sourceOf(kind: string, item: unknown): string | undefined {
  const source = valueAt(['source'], item);
  if (typeof source !== 'string' || source === '') return undefined;
  return kind !== 'volumes' || valueAt(['type'], item) === 'volume' ? source : undefined;
}
