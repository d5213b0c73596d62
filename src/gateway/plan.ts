import type { Answerer } from '../answer/answerer.ts';
import type { MisleadingRule, Settings } from '../config/settings.ts';
import type { Maintenances } from '../outage/maintenances.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Route, Rule } from './match-route.ts';
import { trustIn } from './peer.ts';
import { type Release, releaseOf } from './release.ts';
import { sentenceOf } from './sentence.ts';
import { lineOf } from './waiting-line.ts';

/** The settings as the request's path uses them. Whole and read-only: a reload makes another. */
export interface Plan {
  readonly settings: Settings;
  readonly routes: readonly Route[];
  readonly isTrusted: (address: string) => boolean;
  readonly answerer: Answerer;
  /** Each upstream that a route leads to, once: what the public is told of. */
  readonly shown: readonly Shown[];
  /** What operators have closed for planned work, at this moment: a reload changes nothing about it. */
  readonly maintenances: Closures;
}

/** What a request's way has to know of planned work. */
export type Closures = Pick<Maintenances, 'isAny' | 'of' | 'find' | 'over'>;

const NONE_CLOSED: Closures = {
  isAny: false,
  of: () => null,
  find: () => null,
  over: (belief) => belief,
};

/** An upstream that the public is told of, and how the pages that wait for it come back. */
export interface Shown {
  readonly upstream: Upstream;
  readonly release: Release;
}

/** Joins the settings with the running upstreams. Throws if one is missing: a bug of the caller's. */
export function makePlan(
  settings: Settings,
  upstreams: ReadonlyMap<string, Upstream>,
  answerer: Answerer,
  maintenances: Closures = NONE_CLOSED,
): Plan {
  const named = (name: string): Upstream => {
    const upstream = upstreams.get(name);
    if (upstream === undefined) throw new Error(`no upstream runs under the name ${name}`);
    return upstream;
  };
  const routes = settings.routes.map((route, index) => {
    const rules = route.misleading
      .map((name) => settings.misleading[name])
      .filter((rule) => rule !== undefined)
      .map((rule) => makeRule(rule, named));
    const dependsOn = [...new Set(rules.flatMap((rule) => rule.dependsOn))];
    return {
      settings: route,
      index,
      upstream: named(route.upstream),
      line: lineOf(named(route.upstream)),
      rules,
      dependsOn,
    };
  });
  const shown = [...new Set(routes.map(({ upstream }) => upstream))].map((upstream) => ({
    upstream,
    release: releaseOf(upstream),
  }));
  const isTrusted = trustIn(settings.trustedProxies);
  return { settings, routes, isTrusted, answerer, shown, maintenances };
}

function makeRule(settings: MisleadingRule, named: (name: string) => Upstream): Rule {
  return {
    settings,
    sentence: settings.body === null ? null : sentenceOf(settings.body),
    redirect: settings.redirect === null ? null : redirectPattern(settings.redirect),
    dependsOn: settings.dependsOn.map(named),
  };
}

/**
 * A redirect pattern matches the Location as a path or as a whole URL; `*` stands for any characters.
 * A path without a query does not match one with a query: `/login` is the form, `/login?error` is not.
 */
export function redirectPattern(pattern: string): RegExp {
  const [first = '', ...parts] = pattern
    .split('*')
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const last = parts.pop();
  // Each part is taken where it is found first and never again: a pattern of many stars must not
  // take time by the power of them.
  const between = parts.map((part, index) => `(?=(.*?${part}))\\${index + 1}`).join('');
  const origin = pattern.startsWith('/') ? '(?:https?://[^/]*)?' : '';
  return new RegExp(`^${origin}${first}${between}${last === undefined ? '' : `.*${last}`}$`, 'is');
}
