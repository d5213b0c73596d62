import type { RouteSettings } from './settings.ts';

type Matched = Pick<RouteSettings, 'host' | 'path' | 'methods'>;

/**
 * What a route is called in metrics and in the log: its methods, host and path as configured, `*`
 * for a route that matches everything. Bounded by the settings; nothing of a request is in it.
 */
export function routeLabel({ host, path, methods }: Matched): string {
  const target = `${host ?? ''}${path ?? ''}` || '*';
  return methods === null ? target : `${methods.join(',')} ${target}`;
}
