import type { Log } from '../log.ts';
import type { Findings } from './discovery.ts';
import type { Endpoint } from './endpoint.ts';

/** What operators see of discovery. */
export interface DiscoveryState extends Pick<Findings, 'isDecided' | 'desired'> {
  /** How many endpoints are known. */
  readonly count: number;
  /** When discovery last said how many there are; null before its first answer. */
  readonly lastAnswerAt: number | null;
  /** The code of what went wrong while it cannot say, and the last known endpoints are kept. */
  readonly error: string | null;
}

type Decision = 'absent' | 'scaled_to_none';

/** The state of discovery before and after a question, and what became of the endpoints. */
interface Change {
  readonly upstream: string;
  readonly before: DiscoveryState;
  readonly after: DiscoveryState;
  readonly added: readonly Endpoint[];
  readonly removed: readonly Endpoint[];
}

/** Logs what a question to discovery has changed: each state once, when it begins. */
export function logDiscovery(log: Log, { upstream, before, after, added, removed }: Change): void {
  const { count: endpoints, error } = after;
  if (error !== null && error !== before.error) {
    log.warn({ upstream, code: error, endpoints }, 'discovery failed, keeping what is known');
  }
  if (error === null && before.error !== null) log.info({ upstream }, 'discovery answers again');
  logDecision(log, upstream, { before, after });
  const isFirst = before.lastAnswerAt === null && error === null;
  if (added.length + removed.length === 0 && !isFirst) return;
  const fields = { upstream, endpoints, added: urlsOf(added), removed: urlsOf(removed) };
  if (endpoints > 0) log.info(fields, 'endpoints changed');
  else log.warn(fields, 'discovery found no endpoints');
}

/** A service that is expected and was taken away is what somebody has to be woken for. */
function logDecision(
  log: Log,
  upstream: string,
  { before, after }: Pick<Change, 'before' | 'after'>,
): void {
  const decision = decisionOf(after);
  if (decision === decisionOf(before)) return;
  if (decision === 'absent') log.error({ upstream }, 'service is absent');
  if (decision === 'scaled_to_none') log.error({ upstream }, 'service is scaled to none');
}

function decisionOf({ count, isDecided, desired }: DiscoveryState): Decision | null {
  if (count > 0 || !isDecided) return null;
  return desired === null ? 'absent' : 'scaled_to_none';
}

function urlsOf(endpoints: readonly Endpoint[]): string[] {
  return endpoints.map(({ url }) => url);
}
