import { valueAt } from '../config/untyped.ts';
import type { Service } from './service.ts';

const NAMESPACE = 'com.docker.stack.namespace';

/** What to ask a Docker Engine for: the services of one stack. */
export function servicesPath(stack: string): string {
  const filters = JSON.stringify({ label: [`${NAMESPACE}=${stack}`] });
  return `/services?filters=${encodeURIComponent(filters)}`;
}

/** The services of the stack, of an Engine's answer; undefined where it is none. */
export function runningServices(stack: string, answer: unknown): readonly Service[] | undefined {
  if (!Array.isArray(answer)) return undefined;
  const services = answer.map((one: unknown) => runningService(stack, one));
  return services.every((one) => one !== undefined) ? services : undefined;
}

function runningService(stack: string, one: unknown): Service | undefined {
  const name = valueAt(['Spec', 'Name'], one);
  if (typeof name !== 'string') return undefined;
  const image = valueAt(['Spec', 'TaskTemplate', 'ContainerSpec', 'Image'], one);
  const replicas = valueAt(['Spec', 'Mode', 'Replicated', 'Replicas'], one);
  return {
    name: name.startsWith(`${stack}_`) ? name.slice(stack.length + 1) : name,
    image: typeof image === 'string' ? image : null,
    replicas: typeof replicas === 'number' ? replicas : null,
  };
}
