import type { Matter } from '../answer/answer.ts';
import type { Cause, Disposition } from '../outage/cause.ts';
import type { Maintenances } from '../outage/maintenances.ts';
import type { Belief } from '../outage/verdict.ts';
import type { Evidence } from './evidence.ts';
import type { KnownReply } from './known-reply.ts';
import type { ReplyHead } from './reply.ts';

/** An outage that the gateway met itself: no reply came. */
export function noReply(cause: Cause, disposition: Disposition, belief: Belief): Matter {
  return { ...PLAIN, reason: 'outage', cause, disposition, belief };
}

/** A request that is not forwarded, because of what is believed of its upstream. */
export function notForwarded(belief: Belief): Matter {
  const cause = belief.verdict.state === 'up' ? 'no_endpoints' : belief.verdict.cause;
  return noReply(cause, 'not_processed', belief);
}

/** The upstream's own generic 502, 503 or 504. */
export function genericReply(
  reply: ReplyHead,
  known: KnownReply | null,
  belief: Belief | null,
): Matter {
  const fromLoadBalancer = known?.isNotProcessed ?? false;
  return {
    ...PLAIN,
    reason: 'outage',
    cause: 'upstream_status',
    disposition: fromLoadBalancer ? 'not_processed' : 'unknown',
    receivedStatus: reply.status,
    receivedFrom: known?.from ?? null,
    fromLoadBalancer,
    kept: stillHolding(reply.fields),
    belief,
  };
}

/** A reply that blames the user for what is an outage of an upstream behind it. */
export function misleadingReply(reply: ReplyHead, { belief, cause }: Evidence): Matter {
  return {
    ...PLAIN,
    reason: 'outage',
    cause,
    disposition: 'unknown',
    signIn: true,
    receivedStatus: reply.status,
    belief,
  };
}

/** A sign-in that was not forwarded, because what would check it is down. */
export function heldBack({ belief, cause }: Evidence): Matter {
  return { ...PLAIN, reason: 'outage', cause, disposition: 'not_processed', signIn: true, belief };
}

/**
 * The matter with the planned work laid over it that its upstream is closed for: also what came before
 * the work, and fails in it, is told of it.
 */
export function withMaintenance(
  matter: Matter,
  work: Pick<Maintenances, 'isAny' | 'over'>,
): Matter {
  if (!work.isAny || matter.belief === null) return matter;
  const belief = work.over(matter.belief);
  if (belief === matter.belief) return matter;
  return { ...matter, cause: matter.disposition === 'unknown' ? matter.cause : null, belief };
}

const PLAIN = {
  signIn: false,
  receivedStatus: null,
  receivedFrom: null,
  fromLoadBalancer: false,
  kept: [],
} as const;
/** What is told of no upstream in particular: nothing was sent to any. */
const OURS = { ...PLAIN, cause: null, disposition: 'not_processed', belief: null } as const;

/** The gateway's own limits. */
export const OVERLOAD: Matter = { ...OURS, reason: 'overload' };
/** No route leads anywhere from this address. */
export const UNKNOWN_ROUTE: Matter = { ...OURS, reason: 'unknown_route' };

/** What a replaced reply said that still holds, whoever wrote its body: when to come back, who may read it, how to sign in. */
function stillHolding(fields: readonly string[]): readonly string[] {
  return fields.filter((_text, index) => {
    const name = (fields[index - (index % 2)] ?? '').toLowerCase();
    return (
      name === 'retry-after' ||
      name === 'www-authenticate' ||
      name.startsWith('access-control-') ||
      name === 'timing-allow-origin'
    );
  });
}
