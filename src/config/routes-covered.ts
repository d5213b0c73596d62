import type { Finding } from './problem.ts';
import type { RouteSettings, Settings } from './settings.ts';

/**
 * Routes that no request can reach, because an earlier one takes all that they would match, or
 * because the gateway answers their path itself. Worth a warning, not a refusal: they harm nothing
 * by being there, but what they were written for does not happen.
 */
export function unreachableRoutes({ routes, publicPrefix }: Settings): readonly Finding[] {
  return routes.flatMap((route, index) => {
    const earlier = routes.slice(0, index).findIndex((other) => covers(other, route));
    const found =
      earlier >= 0
        ? `a route that is never taken: routes[${earlier}] matches all that it does`
        : `a route under ${publicPrefix}, which the gateway answers itself`;
    if (earlier < 0 && !route.path?.startsWith(publicPrefix)) return [];
    const expected = earlier >= 0 ? 'the narrower route first' : 'another path';
    return [{ path: ['routes', index], at: 'value' as const, found, expected }];
  });
}

function covers(earlier: RouteSettings, later: RouteSettings): boolean {
  return (
    coversHost(earlier.host, later.host) &&
    coversPath(earlier.path, later.path) &&
    coversMethods(earlier.methods, later.methods)
  );
}

function coversHost(earlier: string | null, later: string | null): boolean {
  if (earlier === null || earlier === later) return true;
  return later !== null && earlier.startsWith('*.') && later.endsWith(earlier.slice(1));
}

function coversPath(earlier: string | null, later: string | null): boolean {
  if (earlier === null || earlier === '/' || earlier === later) return true;
  const folder = earlier.endsWith('/') ? earlier : `${earlier}/`;
  return later?.startsWith(folder) ?? false;
}

function coversMethods(
  earlier: readonly string[] | null,
  later: readonly string[] | null,
): boolean {
  return earlier === null || (later?.every((method) => earlier.includes(method)) ?? false);
}
