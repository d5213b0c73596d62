import { hostOf, matchesHost } from '../config/host-pattern.ts';
import type { MisleadingRule, RouteSettings } from '../config/settings.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Sentence } from './sentence.ts';
import type { WaitingLine } from './waiting-line.ts';

/** A rule for misleading replies, with the upstreams whose outage makes the reply untrue. */
export interface Rule {
  readonly settings: MisleadingRule;
  readonly sentence: Sentence | null;
  readonly redirect: RegExp | null;
  readonly dependsOn: readonly Upstream[];
}

/** A route of the settings, joined with what it names. */
export interface Route {
  readonly settings: RouteSettings;
  /** Position in the settings, from 0: what logs and metrics call it by. */
  readonly index: number;
  readonly upstream: Upstream;
  /** Where requests wait for the upstream; routes to one upstream share one line. */
  readonly line: WaitingLine;
  readonly rules: readonly Rule[];
  /** The upstreams that its rules depend on, each once. */
  readonly dependsOn: readonly Upstream[];
}

/** The first route whose host, path and method match; null when none does. */
export function matchRoute(
  routes: readonly Route[],
  request: { readonly authority: string; readonly target: string; readonly method: string },
): Route | null {
  let host: string | null = null;
  let path: string | null = null;
  for (const route of routes) {
    const { settings } = route;
    if (settings.methods !== null && !settings.methods.includes(request.method)) continue;
    if (settings.host !== null) {
      host ??= hostOf(request.authority);
      if (!matchesHost(settings.host, host)) continue;
    }
    if (settings.path !== null) {
      path ??= comparablePath(request.target);
      if (!matchesPath(settings.path, path)) continue;
    }
    return route;
  }
  return null;
}

/** A prefix in whole segments: `/login` matches `/login` and `/login/x`, not `/loginfoo`. */
function matchesPath(prefix: string, path: string): boolean {
  if (!path.startsWith(prefix)) return false;
  return path.length === prefix.length || prefix.endsWith('/') || path[prefix.length] === '/';
}

/**
 * The path of a target in the form that routes are compared with: without query, unreserved
 * characters decoded, dot segments and doubled slashes removed (RFC 3986, section 6.2.2), so that
 * `/%6Cogin` cannot go round a rule for `/login`. Only the comparison sees it; what is forwarded
 * are the bytes as they came.
 */
export function comparablePath(target: string): string {
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  if (!path.includes('%') && !path.includes('//') && !path.includes('/.')) return path;

  const decoded = path.replace(/%([0-9A-Fa-f]{2})/g, (escaped, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : escaped;
  });
  const kept: string[] = [];
  const segments = decoded.split('/').slice(1);
  for (const [position, segment] of segments.entries()) {
    const isLast = position === segments.length - 1;
    if (segment === '..') kept.pop();
    else if (segment !== '.' && (segment !== '' || isLast)) kept.push(segment);
    if (isLast && (segment === '.' || segment === '..')) kept.push('');
  }
  return `/${kept.join('/')}`;
}
