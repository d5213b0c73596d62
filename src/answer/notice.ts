import type { Disposition } from '../outage/cause.ts';
import type { Belief, Verdict } from '../outage/verdict.ts';
import type { StatusPageState } from '../statuspage/model.ts';
import type { Matter, Reason } from './answer.ts';
import { proxyStatusOf, statusOf } from './proxy-status.ts';
import { type Published, publishedAbout } from './published.ts';

/** What is told of the request itself. The keys of all titles, details and messages end in it. */
type Case =
  | 'not_processed'
  | 'outcome_unknown'
  | 'unanswered'
  | 'maintenance'
  | 'sign_in'
  | 'overload'
  | 'unknown_route';

/** What a page is headed with: the ids of UX.md, section 4. */
export type Heading =
  | 'outage'
  | 'outage_unreported'
  | 'partial'
  | 'maintenance'
  | 'outcome_unknown'
  | 'sign_in'
  | 'suspect'
  | 'overload'
  | 'unknown_route';

/** Everything that an answer says, before it has a form. */
export interface Notice {
  readonly case: Case;
  readonly heading: Heading;
  readonly reason: Reason;
  readonly verdict: Verdict['state'] | null;
  readonly since: number | null;
  readonly endsAt: number | null;
  /** What operators have declared for people to read first, or null. */
  readonly message: string | null;
  readonly component: string | null;
  readonly disposition: Disposition;
  readonly retrySafe: boolean;
  /** True when `Retry-After` may be told at all. */
  readonly hasRetry: boolean;
  readonly status: number;
  readonly proxyStatus: string;
  readonly isTimeout: boolean;
  readonly published: Published;
  readonly reported: boolean;
  /** When this was put together; what depends on the time of day is made anew after a while. */
  readonly now: number;
}

/** The rest of what a notice depends on. */
export interface Circumstances {
  readonly retrySafe: boolean;
  /** Default: false. */
  readonly isPlain503?: boolean;
  readonly statusPage: StatusPageState;
  /** What is believed of all upstreams, to tell a part that fails from the whole. */
  readonly beliefs: readonly Belief[];
  readonly now: number;
}

const MAIN = 'main application';

/** Puts together what is to be said. Pure. */
export function noticeOf(matter: Matter, circumstances: Circumstances): Notice {
  const { retrySafe, statusPage, now } = circumstances;
  const { belief } = matter;
  const published = publishedAbout(belief, statusPage);
  const verdict = belief?.verdict ?? null;
  const reason = reasonOf(matter, published);
  const toldCase = caseOf(matter, reason, retrySafe);
  return {
    case: toldCase,
    heading: headingOf(toldCase, reason, { belief, published, beliefs: circumstances.beliefs }),
    reason,
    verdict: verdict?.state ?? null,
    since: sinceOf(reason, belief, published),
    endsAt: reason === 'maintenance' ? endOf(belief, published) : null,
    message: reason === 'maintenance' ? (belief?.maintenance?.message ?? null) : null,
    component: belief?.component ?? null,
    disposition: matter.disposition,
    retrySafe,
    hasRetry: retrySafe && reason !== 'unknown_route',
    status: statusOf(
      { ...matter, reason: reason === 'maintenance' ? 'outage' : reason },
      circumstances.isPlain503,
    ),
    proxyStatus: proxyStatusOf(matter),
    isTimeout: matter.cause === 'response_timeout',
    published,
    reported: published.incident !== null || published.maintenance !== null,
    now,
  };
}

/** True where there is something to wait for; false for the gateway's own limits and unknown addresses. */
export function isTrouble({ reason }: Notice): boolean {
  return reason === 'outage' || reason === 'maintenance';
}

/**
 * Maintenance is declared by people and laid over the verdict. What operators declare here closes the
 * upstream. What only the status page names closes nothing: an application that is down meanwhile is
 * closed, not broken, and one request that fails proves no more than it does at any other time.
 */
function reasonOf(matter: Matter, published: Published): Reason {
  if (matter.reason === 'outage' && matter.belief?.maintenance !== undefined) return 'maintenance';
  const state = matter.belief?.verdict.state;
  const isDown = state === 'down' || state === 'recovering';
  const isPlanned = published.maintenance !== null && published.incident === null;
  return matter.reason === 'outage' && isDown && isPlanned ? 'maintenance' : matter.reason;
}

function caseOf(matter: Matter, reason: Reason, retrySafe: boolean): Case {
  if (reason === 'overload' || reason === 'unknown_route') return reason;
  if (matter.signIn) return 'sign_in';
  if (matter.disposition === 'unknown') return retrySafe ? 'unanswered' : 'outcome_unknown';
  return reason === 'maintenance' ? 'maintenance' : 'not_processed';
}

function headingOf(
  toldCase: Case,
  reason: Reason,
  {
    belief,
    published,
    beliefs,
  }: {
    readonly belief: Belief | null;
    readonly published: Published;
    readonly beliefs: readonly Belief[];
  },
): Heading {
  if (toldCase !== 'not_processed' && toldCase !== 'unanswered') return toldCase;
  if (reason === 'maintenance') return 'maintenance';
  const state = belief?.verdict.state ?? 'up';
  if (belief === null || state === 'up' || state === 'suspect') return 'suspect';
  if (isPart(belief, beliefs)) return 'partial';
  return published.incident === null && published.resolved === null
    ? 'outage_unreported'
    : 'outage';
}

/** By the gateway's own verdict on the main application: the status page may lag behind. */
function isPart(belief: Belief, beliefs: readonly Belief[]): boolean {
  if (belief.component === null || nameOf(belief) === MAIN) return false;
  const main = beliefs.find((other) => nameOf(other) === MAIN);
  return main !== undefined && main.verdict.state === 'up' && main.maintenance === undefined;
}

function nameOf({ component }: Belief): string {
  return component?.trim().toLowerCase() ?? '';
}

/** The end that the operator planned, else that which the status page names. */
function endOf(belief: Belief | null, published: Published): number | null {
  return belief?.maintenance?.endsAt ?? published.maintenance?.until ?? null;
}

function sinceOf(reason: Reason, belief: Belief | null, published: Published): number | null {
  if (reason === 'maintenance') {
    const from = belief?.maintenance?.startedAt ?? published.maintenance?.from;
    if (from != null) return from;
  }
  const verdict = belief?.verdict ?? null;
  return verdict === null || verdict.state === 'up' ? null : verdict.since;
}
