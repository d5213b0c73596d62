import { type Finding, nearest } from '../config/problem.ts';
import { repositoryOf, type Service } from './service.ts';

/** What a deployment is compared with. */
export interface Previous {
  /** How a message calls it: `previous.yml`, `the stack demo`. */
  readonly called: string;
  readonly services: readonly Service[];
}

/** The services that a deployment would take away. */
export function removals(
  { called, services }: Previous,
  now: readonly Service[],
  allowed: ReadonlySet<string>,
): readonly Finding[] {
  const names = now.map(({ name }) => name);
  const had = new Set(services.map(({ name }) => name));
  const added = names.filter((name) => !had.has(name));
  return services
    .filter(({ name }) => !names.includes(name) && !allowed.has(name))
    .map(({ name }) => {
      const guess = nearest(name, added);
      const renamed = guess === undefined ? '' : `; renamed to ${guess}?`;
      return {
        path: ['services'],
        at: 'key',
        found: `no service ${name}, which ${called} has: it would be removed`,
        expected: `the service, or --allow-remove ${name}${renamed}`,
      };
    });
}

/** What a deployment may well be for, and is worth a second look. */
export function reductions(
  { called, services }: Previous,
  now: readonly Service[],
): readonly Finding[] {
  return services.flatMap((before): readonly Finding[] => {
    const after = now.find(({ name }) => name === before.name);
    return after === undefined
      ? []
      : [...fewerReplicas(before, after, called), ...otherImage(before, after, called)];
  });
}

function fewerReplicas(before: Service, after: Service, called: string): readonly Finding[] {
  if (before.replicas === null || after.replicas === null) return [];
  if (after.replicas === 0 || after.replicas >= before.replicas) return [];
  const found = after.replicas === 1 ? '1 replica' : `${after.replicas} replicas`;
  const path = ['services', before.name, 'deploy', 'replicas'];
  return [{ path, at: 'value', found, expected: `${before.replicas}, as ${called} has` }];
}

function otherImage(before: Service, after: Service, called: string): readonly Finding[] {
  if (before.image === null || after.image === null) return [];
  const repository = repositoryOf(before.image);
  if (repository === repositoryOf(after.image)) return [];
  const path = ['services', before.name, 'image'];
  const expected = `a version of ${repository}, as ${called} has`;
  return [{ path, at: 'value', found: `the image ${repositoryOf(after.image)}`, expected }];
}
