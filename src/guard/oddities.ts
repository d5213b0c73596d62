import type { Finding } from '../config/problem.ts';
import { entries, items, mapping, valueAt } from '../config/untyped.ts';

/** What is odd in a stack file, and no fault. */
export function odditiesOf(stack: unknown): readonly Finding[] {
  return [...nameOfStack(stack), ...unusedNetworks(stack)];
}

/** Compose's name of the project: a stack gets its name on the command line. */
function nameOfStack(stack: unknown): readonly Finding[] {
  if (mapping(stack)?.name === undefined) return [];
  const found = '`name`, which `docker stack deploy` refuses';
  return [{ path: ['name'], at: 'key', found, expected: 'a stack file without it' }];
}

/** A slip in the name of `default`, for one. */
function unusedNetworks(stack: unknown): readonly Finding[] {
  const used = new Set(
    entries(mapping(stack)?.services).flatMap(([, service]) => networksOf(service)),
  );
  return entries(mapping(stack)?.networks)
    .filter(([name]) => !used.has(name))
    .map(([name]) => ({
      path: ['networks', name],
      at: 'key',
      found: 'a network that no service is on',
      expected: 'a service on it',
    }));
}

/** A service that names none is on `default`. */
function networksOf(service: unknown): readonly string[] {
  const networks = valueAt(['networks'], service);
  const names = [...entries(networks).map(([name]) => name), ...items(networks).map(String)];
  return names.length === 0 ? ['default'] : names;
}
