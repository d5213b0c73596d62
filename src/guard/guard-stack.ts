import type { Environment } from '../config/environment.ts';
import { type Finding, foundText, messageOf, type Problem, pathText } from '../config/problem.ts';
import { entries, mapping } from '../config/untyped.ts';
import { type ExpectedService, missingServices } from './expected-services.ts';
import { odditiesOf } from './oddities.ts';
import { type Previous, reductions, removals } from './removals.ts';
import { type Service, servicesOf } from './service.ts';
import { readStackFile, type StackFile, withNumbers } from './stack-file.ts';
import { againstSwarm } from './stack-rules.ts';
import { againstSpecification } from './stack-schema.ts';

/** What a stack file is held against. */
export interface Measure {
  readonly env: Environment;
  /** The stack's name, where it is known. */
  readonly stack?: string | undefined;
  readonly expected?: readonly ExpectedService[];
  readonly previous?: Previous | undefined;
  readonly allowRemove?: ReadonlySet<string>;
  readonly allowZero?: ReadonlySet<string>;
}

/** What is to be said of a stack file. */
export interface Judgement {
  /** Each of them keeps it from being deployed. In the order of the text. */
  readonly problems: readonly Problem[];
  /** Worth a look, and no fault. */
  readonly warnings: readonly Problem[];
  /** What would be deployed; empty where the file cannot be read. */
  readonly services: readonly Service[];
}

interface StackText {
  readonly text: string;
  /** Named in problems. */
  readonly file: string;
}

/** Says everything that keeps a stack file from deploying what it should. Never throws, whatever the text. */
export function guardStack({ text, file }: StackText, measure: Measure): Judgement {
  const read = readStackFile(text, measure.env);
  if (read.faults.length > 0) {
    const problems = read.faults.map((fault) => ({
      file,
      path: '',
      ...fault,
      message: messageOf(fault),
    }));
    return { problems, warnings: [], services: [] };
  }
  const { findings, warnings, services } = judge(read, measure);
  const place = placing(file, read);
  return {
    problems: oncePerPlace(findings.map(place)),
    warnings: oncePerPlace(warnings.map(place)),
    services,
  };
}

interface Judged {
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly services: readonly Service[];
}

function judge(read: StackFile, measure: Measure): Judged {
  const stray = [...read.findings, ...read.warnings];
  const none = nothingToDeploy(read.value);
  const absent = absences([], measure);
  if (mapping(read.value) === undefined) {
    return { findings: [...stray, ...none, ...absent], warnings: [], services: [] };
  }
  const replicas = entries(mapping(read.value)?.services).map(([name]) => numberAt(name));
  const stack = withNumbers(read, [...againstSpecification(read.value), ...replicas]);
  const services = servicesOf(stack);
  const { allowZero = new Set(), previous } = measure;
  const bySwarm = againstSwarm(stack, { allowZero, unsetAt: read.unsetAt });
  // A gap that a refused key or variable leaves is not to be told twice, nor is what both rules refuse.
  const refused = new Set([...stray, ...none, ...bySwarm].map(({ path }) => pathText(path)));
  const gaps = new Set(stray.map(({ path }) => pathText(path)));
  const told = [
    ...bySwarm.filter(({ path }) => !gaps.has(pathText(path))),
    ...againstSpecification(stack).filter(({ path }) => !refused.has(pathText(path))),
  ];
  return {
    findings: [...stray, ...none, ...told, ...absences(services, measure)],
    warnings: [
      ...read.unset.filter(({ path }) => path.at(-1) !== 'image'),
      ...odditiesOf(stack),
      ...(previous === undefined ? [] : reductions(previous, services)),
    ],
    services,
  };
}

function numberAt(service: string): Finding {
  const path = ['services', service, 'deploy', 'replicas'];
  return { path, at: 'value', found: '', expected: '' };
}

function absences(services: readonly Service[], measure: Measure): readonly Finding[] {
  const { expected = [], previous, stack, allowRemove = new Set() } = measure;
  const names = services.map(({ name }) => name);
  return [
    ...missingServices(expected, names, stack),
    ...(previous === undefined ? [] : removals(previous, services, allowRemove)),
  ];
}

function nothingToDeploy(value: unknown): readonly Finding[] {
  const stack = mapping(value);
  const expected = 'a mapping with `services`';
  if (stack === undefined) {
    const found = value === null || value === undefined ? 'an empty file' : foundText(value);
    return [{ path: [], at: 'value', found, expected }];
  }
  if (!Object.hasOwn(stack, 'services')) {
    const found = 'no `services`, so that nothing would be deployed';
    return [{ path: [], at: 'value', found, expected: '`services` with at least one service' }];
  }
  if (entries(stack.services).length > 0) return [];
  const given =
    mapping(stack.services) === undefined ? foundText(stack.services) : 'an empty mapping';
  const found = `${given}, so that nothing would be deployed`;
  return [{ path: ['services'], at: 'value', found, expected: 'at least one service' }];
}

function placing(file: string, read: StackFile): (finding: Finding) => Problem {
  return (finding) => ({
    file,
    ...read.placeOf(finding.path, finding.at),
    path: pathText(finding.path),
    found: finding.found,
    expected: finding.expected,
    message: messageOf(finding),
  });
}

/** What is wrong in a mapping that several services take over is said once. */
function oncePerPlace(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Map<string, Problem>();
  for (const problem of problems) {
    const place = `${problem.line}:${problem.column}:${problem.message}`;
    if (!seen.has(place)) seen.set(place, problem);
  }
  return [...seen.values()].toSorted(
    (left, right) =>
      (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0),
  );
}
