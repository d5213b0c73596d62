import type { Matter } from '../answer/answer.ts';
import type { Cause } from '../outage/cause.ts';
import type { Belief, Verdict } from '../outage/verdict.ts';
import { BALANCER_REPLIES } from './balancer-replies.ts';
import type { Evidence } from './evidence.ts';
import {
  genericReply,
  misleadingReply,
  noReply,
  notForwarded,
  OVERLOAD,
  UNKNOWN_ROUTE,
} from './matter.ts';
import type { ReplyHead } from './reply.ts';
import type { SampleStory } from './sample-publication.ts';

/** A moment that an answer can be asked for, whatever happens at present. */
export interface Situation {
  /** In a few words, for operators. */
  readonly about: string;
  /** What is supposed of the route's upstream, and why. */
  readonly state: Verdict['state'];
  readonly cause: Cause;
  /** `all`: of every upstream, so that sign-ins may be held back; `one`: of the route's alone. */
  readonly reach: 'all' | 'one';
  readonly story: SampleStory;
  /** True where the answer stands in for a reply, which a request that is not forwarded never gets. */
  readonly isForwarded: boolean;
  /** What is to be told; null: nothing, the request is passed on. */
  readonly matter: (belief: Belief) => Matter | null;
}

const OUTAGE: Situation = {
  about: 'the upstream is down, and the status page says so',
  state: 'down',
  cause: 'no_endpoints',
  reach: 'all',
  story: 'investigating',
  isForwarded: false,
  matter: notForwarded,
};
/** The upstream was believed well enough to be tried. */
const TRIED: Situation = {
  ...OUTAGE,
  state: 'suspect',
  reach: 'one',
  story: 'silent',
  isForwarded: true,
};

/** One of those that prove that the request went to nobody. */
const NO_SERVER = BALANCER_REPLIES.find(({ isNotProcessed }) => isNotProcessed) ?? null;

/** Every situation by its name: `candor explain --when NAME`, `GET /api/preview/NAME`. */
export const SITUATIONS = {
  up: { ...TRIED, about: 'all is well', state: 'up', matter: () => null },
  outage: OUTAGE,
  'outage-unreported': {
    ...OUTAGE,
    about: 'the upstream is down, and the status page says nothing',
    story: 'silent',
  },
  'outage-monitoring': {
    ...OUTAGE,
    about: 'a fix is in place according to the status page, and the upstream is still down',
    story: 'monitoring',
  },
  'outage-resolved': {
    ...OUTAGE,
    about: 'the status page calls it resolved, and the upstream is still down',
    story: 'resolved',
  },
  'outage-unreachable': {
    ...OUTAGE,
    about: 'the upstream is down, and the status page cannot be read',
    story: 'unreachable',
  },
  maintenance: {
    ...OUTAGE,
    about: 'planned work with a known end is going on',
    story: 'maintenance',
  },
  'maintenance-open-end': {
    ...OUTAGE,
    about: 'planned work without a known end is going on',
    story: 'maintenance_open_end',
  },
  'maintenance-late': {
    ...OUTAGE,
    about: 'planned work takes longer than was announced',
    story: 'maintenance_late',
  },
  partial: {
    ...OUTAGE,
    about: 'this upstream is down, and the main application works',
    reach: 'one',
    story: 'silent',
  },
  suspect: {
    ...TRIED,
    about: 'this request was refused, and no outage is known',
    cause: 'connection_refused',
    matter: (belief) => noReply('connection_refused', 'not_processed', belief),
  },
  recovering: {
    ...OUTAGE,
    about: 'the upstream begins to serve again, and this request got no endpoint',
    state: 'recovering',
    story: 'monitoring',
    isForwarded: true,
    matter: (belief) => noReply('no_endpoints', 'not_processed', belief),
  },
  'outcome-unknown': {
    ...TRIED,
    about: 'the request was sent, and the connection broke before a reply came',
    cause: 'connection_reset',
    matter: (belief) => noReply('connection_reset', 'unknown', belief),
  },
  timeout: {
    ...TRIED,
    about: 'the request was sent, and no reply came in time',
    cause: 'response_timeout',
    matter: (belief) => noReply('response_timeout', 'unknown', belief),
  },
  'bad-response': {
    ...TRIED,
    about: 'the request was sent, and what came back is no HTTP',
    cause: 'bad_response',
    matter: (belief) => noReply('bad_response', 'unknown', belief),
  },
  'upstream-status': {
    ...TRIED,
    about: "the upstream's own 503 with a generic body is replaced",
    cause: 'upstream_status',
    matter: (belief) => genericReply(replyOf(503), null, belief),
  },
  'load-balancer': {
    ...TRIED,
    about: 'a known load balancer in between says that it has no server',
    cause: 'upstream_status',
    matter: (belief) => genericReply(replyOf(503), NO_SERVER, belief),
  },
  'sign-in': {
    ...OUTAGE,
    about: 'a reply that would have blamed the user for the outage is replaced',
    isForwarded: true,
    matter: (belief) => misleadingReply(replyOf(200), evidenceOf(belief)),
  },
  overload: { ...TRIED, about: "the gateway's own limits are reached", matter: () => OVERLOAD },
  'unknown-route': { ...TRIED, about: 'no route leads anywhere', matter: () => UNKNOWN_ROUTE },
} as const satisfies Readonly<Record<string, Situation>>;

/** The evidence that a reply is untrue, by what is believed of an upstream that it depends on. */
function evidenceOf(belief: Belief): Evidence {
  const at = belief.verdict.state === 'up' ? 0 : belief.verdict.since;
  const cause = belief.verdict.state === 'up' ? 'probe_failed' : belief.verdict.cause;
  return { rule: '', matched: null, source: 'verdict', belief, cause, at, checkMs: null };
}

function replyOf(status: number): ReplyHead {
  return { status, reasonPhrase: '', fields: [], contentLength: 0, isLast: false };
}
