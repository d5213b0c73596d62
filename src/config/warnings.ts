import { brandWarnings } from './brand-warnings.ts';
import { coversHost } from './host-pattern.ts';
import type { Finding, SettingPath } from './problem.ts';
import type { RouteSettings, Settings } from './settings.ts';
import type { UpstreamSettings } from './upstream-settings.ts';

/**
 * What harms nothing by being there, but does not happen: routes that no request can reach, names
 * that nothing refers to, TLS that nobody speaks, colours that nobody could read. Worth a warning, not a refusal.
 */
export function warningsOf(settings: Settings): readonly Finding[] {
  return [
    ...unreachableRoutes(settings),
    ...deafCors(settings),
    ...brandWarnings(settings),
    ...unusedNames(settings),
    ...Object.values(settings.upstreams).flatMap(idleSettings),
  ];
}

/** `app`, `tasks.app`: as containers and services are called. SRV records have names like `_http._tcp.app`. */
const DOCKER_NAME = /^(?:tasks\.)?[^_.][^.]*$/;

/** What an upstream's own settings say, and its endpoints do not need or cannot have. */
function idleSettings({ name, discovery, tls }: UpstreamSettings): readonly Finding[] {
  const path = ['upstreams', name];
  const isPlain =
    discovery.kind === 'static'
      ? discovery.urls.every((url) => url.startsWith('http:'))
      : discovery.scheme === 'http';
  const { kind } = discovery;
  const way = kind === 'static' ? 'an endpoint such as https://10.0.0.5' : 'scheme: https';
  const unspoken = unused([...path, 'tls'], 'tls where every endpoint is http', way);
  const lacksPort = kind === 'dns' && discovery.port === null && DOCKER_NAME.test(discovery.name);
  const found = "a name without a port: SRV records are asked for, and Docker's DNS has none";
  return [
    ...(tls !== null && isPlain ? [unspoken] : []),
    ...(lacksPort ? [unused([...path, 'discover', 'dns'], found, 'a port')] : []),
  ];
}

function unreachableRoutes({ routes, publicPrefix }: Settings): readonly Finding[] {
  return routes.flatMap((route, index) => {
    const path = ['routes', index];
    const earlier = routes.slice(0, index).findIndex((other) => covers(other, route));
    if (earlier >= 0) {
      const found = `a route that is never taken: routes[${earlier}] matches all that it does`;
      return [unused(path, found, 'the narrower route first')];
    }
    if (!route.path?.startsWith(publicPrefix)) return [];
    const found = `a route under ${publicPrefix}, which the gateway answers itself`;
    return [unused(path, found, 'another path')];
  });
}

/** A preflight is an OPTIONS, whatever the request is that it asks for. */
function deafCors({ routes }: Settings): readonly Finding[] {
  return routes.flatMap(({ cors, methods }, index) => {
    if (cors.length === 0 || methods === null || methods.includes('OPTIONS')) return [];
    const found = 'cors on a route that takes no OPTIONS, and so no preflight';
    return [unused(['routes', index, 'cors'], found, 'OPTIONS among its methods')];
  });
}

function covers(earlier: RouteSettings, later: RouteSettings): boolean {
  return (
    (earlier.host === null || (later.host !== null && coversHost(earlier.host, later.host))) &&
    coversPath(earlier.path, later.path) &&
    coversMethods(earlier.methods, later.methods)
  );
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

/** A rule that no route names looks like protection, and is none. */
function unusedNames({ upstreams, routes, misleading, errors }: Settings): readonly Finding[] {
  const rules = Object.values(misleading);
  const needed = new Set([
    ...routes.map(({ upstream }) => upstream),
    ...rules.flatMap(({ dependsOn }) => dependsOn),
  ]);
  const named = new Set(routes.flatMap((route) => route.misleading));
  const spoken = new Set(routes.map((route) => route.errors));
  return [
    ...namesBeyond(needed, upstreams).map((name) =>
      unused(['upstreams', name], 'an upstream that no route leads to', 'a route to it'),
    ),
    ...namesBeyond(named, misleading).map((name) =>
      unused(
        ['misleading', name],
        'a rule that no route names',
        `misleading: [${name}] in a route`,
      ),
    ),
    ...namesBeyond(spoken, errors).map((name) =>
      unused(['errors', name], 'an envelope that no route names', `errors: ${name} in a route`),
    ),
  ];
}

function namesBeyond(used: ReadonlySet<string | null>, section: object): readonly string[] {
  return Object.keys(section).filter((name) => !used.has(name));
}

function unused(path: SettingPath, found: string, expected: string): Finding {
  return { path, at: 'key', found, expected };
}
