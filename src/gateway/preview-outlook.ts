import type { Matter } from '../answer/answer.ts';
import { type Answerer, createAnswerer } from '../answer/answerer.ts';
import type { Settings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { Maintenance } from '../outage/maintenance.ts';
import type { Belief, Verdict } from '../outage/verdict.ts';
import { addressOf } from '../statuspage/address.ts';
import type { Maintenance as PublishedWork, StatusPageState } from '../statuspage/model.ts';
import { type Evidence, withheldBy } from './evidence.ts';
import type { Route } from './match-route.ts';
import { heldBack, notForwarded, UNKNOWN_ROUTE, withMaintenance } from './matter.ts';
import type { Plan } from './plan.ts';
import type { PreviewRequest, SituationName } from './preview-request.ts';
import { SITUATIONS, type Situation } from './preview-situations.ts';
import { samplePublication, sampleWork } from './sample-publication.ts';

/** What a request is in for: what is to be told, by whom, and why. */
export interface Outlook {
  /** Null: nothing, the request is passed on. */
  readonly matter: Matter | null;
  readonly answerer: Answerer;
  readonly why: readonly string[];
}

type Supposed = PreviewRequest & { readonly when: SituationName };

const STARTED_MS = 14 * 60_000;
const MAIN: Belief = { upstream: '', component: 'Main Application', verdict: { state: 'up' } };
/** What stands for a part of an application, where the settings name none. */
const PART = 'Search';

/** By what is believed at this moment. */
export function atPresent(
  { answerer, maintenances }: Plan,
  asked: PreviewRequest,
  route: Route | null,
): Outlook {
  if (route === null) return { matter: UNKNOWN_ROUTE, answerer, why: [] };
  const withheld = withheldBy(route.rules, asked.method);
  if (withheld !== null)
    return { matter: heldBack(withheld), answerer, why: [heldInWords(withheld)] };
  const { belief } = route.upstream;
  const closed = maintenances.of(belief.upstream);
  if (closed !== null) {
    const matter = withMaintenance(notForwarded(belief), maintenances);
    return { matter, answerer, why: [closedInWords(closed.maintenance)] };
  }
  const why = [beliefInWords(belief)];
  return { matter: belief.verdict.state === 'down' ? notForwarded(belief) : null, answerer, why };
}

/** Answers as they would be in moments that are made up, by the settings alone. */
export class Supposition {
  readonly #settings: Settings;
  readonly #own: Answerer['own'];
  readonly #log: Log;
  #answerer: Answerer | null = null;
  #statusPage: StatusPageState = { kind: 'none' };
  #beliefs: readonly Belief[] = [];

  constructor({ settings, answerer }: Pick<Plan, 'settings' | 'answerer'>, log: Log) {
    this.#settings = settings;
    this.#own = answerer.own;
    this.#log = log;
  }

  of(asked: Supposed, route: Route | null): Outlook {
    const situation: Situation = SITUATIONS[asked.when];
    const now = Date.now();
    const since = now - STARTED_MS;
    const belief = beliefIn(situation, { asked, route, now });
    this.#beliefs = asked.when === 'partial' ? [MAIN, belief] : [belief];
    const { statusPage } = this.#settings;
    this.#statusPage =
      statusPage === null
        ? { kind: 'none' }
        : samplePublication(addressOf(statusPage.url).page, situation.story, { now, since });
    const { matter, why } = matterIn(situation, { asked, route, belief });
    const supposed = `supposed (${asked.when}): ${situation.about}`;
    return { matter, answerer: this.#made(), why: [supposed, ...why, ...this.#silence(situation)] };
  }

  /** One for all suppositions, made with the first: it reads the templates. */
  #made(): Answerer {
    this.#answerer ??= createAnswerer({
      settings: this.#settings,
      own: this.#own,
      log: this.#log,
      statusPage: () => this.#statusPage,
      beliefs: () => this.#beliefs,
    });
    return this.#answerer;
  }

  #silence({ story }: Situation): readonly string[] {
    return this.#settings.statusPage === null && story !== 'silent'
      ? ['the settings name no status page, so nothing is said of one']
      : [];
  }
}

interface Scene {
  readonly asked: Supposed;
  readonly route: Route | null;
}

function beliefIn(
  { state, cause, story }: Situation,
  { asked, route, now }: Scene & { readonly now: number },
): Belief {
  const { name = '', component = null } = route?.upstream.settings ?? {};
  const isMain = component === null || component === MAIN.component;
  const belief = {
    upstream: name,
    component: asked.when === 'partial' && isMain ? PART : component,
    verdict: verdictOf(state, { cause, now }),
  };
  const work = sampleWork(story, now);
  return work === null ? belief : { ...belief, maintenance: workDeclared(work, now) };
}

/** The work that a status page tells of is one that operators have declared as well. */
function workDeclared({ id, name, from, until }: PublishedWork, now: number): Maintenance {
  const told = { id, upstream: null, reason: name, message: null, by: 'sample' };
  return { ...told, startedAt: from ?? now, endsAt: until, expiresAt: now + STARTED_MS };
}

function verdictOf(
  state: Verdict['state'],
  { cause, now }: { readonly cause: Situation['cause']; readonly now: number },
): Verdict {
  const since = now - STARTED_MS;
  switch (state) {
    case 'up':
      return { state };
    case 'suspect':
      return { state, since: now - 1000, cause };
    case 'down':
      return { state, since, cause, detectedAt: since + 1000 };
    case 'recovering':
      return { state, since, cause, detectedAt: since + 1000, recoveredAt: now - 1000 };
  }
}

function matterIn(
  situation: Situation,
  { asked, route, belief }: Scene & { readonly belief: Belief },
): Pick<Outlook, 'matter' | 'why'> {
  const matter = situation.matter(belief);
  if (matter?.reason === 'overload' || matter?.reason === 'unknown_route')
    return { matter, why: [] };
  if (route === null) return { matter: UNKNOWN_ROUTE, why: [] };
  const withheld = withheldIn(situation, route, { asked, belief });
  if (withheld !== null) return { matter: heldBack(withheld), why: [heldInWords(withheld)] };
  const hasRules = asked.when !== 'sign-in' || route.rules.length > 0;
  const why = hasRules
    ? []
    : ['the route has no rules for misleading replies: none is replaced here'];
  return { matter: matter === null ? null : asWished(matter, asked), why };
}

/** Where all upstreams are down, so are those that a sign-in depends on. */
function withheldIn(
  { isForwarded, reach }: Situation,
  route: Route,
  { asked, belief }: { readonly asked: Supposed; readonly belief: Belief },
): Evidence | null {
  if (isForwarded) return null;
  const isSo = ({ settings: { name } }: Route['upstream']) =>
    reach === 'all' || name === belief.upstream;
  const rules = route.rules.map(({ settings, dependsOn }) => ({
    settings,
    dependsOn: dependsOn.filter(isSo).map(({ settings: { name, component } }) => ({
      belief: { ...belief, upstream: name, component },
    })),
  }));
  return withheldBy(rules, asked.method);
}

function asWished(matter: Matter, { disposition }: Supposed): Matter {
  if (disposition === null || disposition === matter.disposition) return matter;
  return disposition === 'unknown'
    ? { ...matter, disposition, cause: 'response_timeout', fromLoadBalancer: false }
    : { ...matter, disposition };
}

function heldInWords({ rule, belief }: Evidence): string {
  return `rule ${rule} holds it back while ${belief.upstream} is down: sign-ins cannot be checked`;
}

function closedInWords({ upstream, startedAt, expiresAt, reason }: Maintenance): string {
  const [since, until] = [startedAt, expiresAt].map((at) => new Date(at).toISOString());
  const what = upstream === null ? 'all upstreams are' : `${upstream} is`;
  return `${what} closed for planned work since ${since}, until ${until} at the latest (${reason}): requests are answered`;
}

function beliefInWords({ upstream, verdict }: Belief): string {
  if (verdict.state === 'up') return `${upstream} is up: the request is passed on to it`;
  const since = new Date(verdict.since).toISOString();
  const known = `${upstream} is ${verdict.state} since ${since} (${verdict.cause})`;
  return verdict.state === 'down'
    ? `${known}: requests are answered, but for one at a time that tries it`
    : `${known}: the request is passed on, and answered only if it fails`;
}
