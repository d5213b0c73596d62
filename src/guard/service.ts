import { entries, mapping, valueAt } from '../config/untyped.ts';

/** What matters of a service to whether it serves. */
export interface Service {
  /** Without the stack's name before it. */
  readonly name: string;
  /** Null where none is named. */
  readonly image: string | null;
  /** Null for one task on each node, and where the number cannot be read. */
  readonly replicas: number | null;
}

/** The services of a stack file, whatever else it holds. */
export function servicesOf(stack: unknown): readonly Service[] {
  return entries(mapping(stack)?.services).map(([name, service]) => {
    const image = valueAt(['image'], service);
    return {
      name,
      image: typeof image === 'string' && image !== '' ? image : null,
      replicas: replicasOf(service),
    };
  });
}

/** Swarm runs one where the file does not say; `global` means one on each node. */
function replicasOf(service: unknown): number | null {
  const mode = valueAt(['deploy', 'mode'], service);
  if (typeof mode === 'string' && mode.startsWith('global')) return null;
  const replicas = valueAt(['deploy', 'replicas'], service);
  if (replicas === undefined || replicas === null) return 1;
  return typeof replicas === 'number' ? replicas : null;
}

/** What an image is called without its tag and digest. */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/s, '').replace(/:[^:/]*$/, '');
}
