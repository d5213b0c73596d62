import type { Cause } from './cause.ts';
import { isRelapse } from './machine.ts';
import type { Belief, Verdict } from './verdict.ts';

/** A time within an incident in which the upstream served. */
interface Interruption {
  readonly from: number;
  readonly to: number;
}

/**
 * The record of one outage. Times are milliseconds since the epoch.
 *
 * It starts with the first failing signal and ends with the first success of the streak that ended it,
 * not with the verdicts about them. Trouble that comes back before it is over, or soon after, is the
 * same incident, with an interruption.
 */
export interface Incident {
  /** When it started, to the second in UTC, and whose it is: `20230719T152400Z-app`. */
  readonly id: string;
  readonly upstream: string;
  /** What the status page calls what is affected. */
  readonly components: readonly string[];
  readonly startedAt: number;
  readonly detectedAt: number;
  readonly resolvedAt: number | null;
  /** In the order in which they came up, each once. */
  readonly causes: readonly Cause[];
  /** The latest, where it was interrupted often. */
  readonly interruptions: readonly Interruption[];
  /** How often it was interrupted in all. */
  readonly relapses: number;
}

/** A change of what is believed of an upstream. */
export interface Turn {
  readonly belief: Belief;
  readonly previous: Belief;
  /** When the signal came that changed it. */
  readonly at: number;
  /** Trouble that starts so soon after the end of an incident belongs to it. */
  readonly flapMs: number;
}

type Down = Extract<Verdict, { state: 'down' }>;

/** So many interruptions are kept; the first go first. */
const KEPT_INTERRUPTIONS = 100;

/**
 * An upstream's latest incident after a change of what is believed of it; null where it has had none.
 * Pure, and the same object where nothing about it changes.
 */
export function followIncident(incident: Incident | null, turn: Turn): Incident | null {
  const { verdict } = turn.belief;
  if (verdict.state === 'down') return whileDown(incident, verdict, turn);
  const before = turn.previous.verdict;
  if (verdict.state !== 'up' || before.state !== 'recovering') return incident;
  return incident === null ? null : resolved(incident, before.recoveredAt);
}

/** The incident, ended at that time; the same object where it has ended before. */
export function resolved(incident: Incident, at: number): Incident {
  if (incident.resolvedAt !== null) return incident;
  return { ...incident, resolvedAt: Math.max(at, incident.detectedAt) };
}

function whileDown(incident: Incident | null, verdict: Down, turn: Turn): Incident {
  if (incident === null) return opened(verdict, turn.belief);
  const { resolvedAt } = incident;
  if (resolvedAt !== null) {
    if (!isRelapse(resolvedAt, verdict.since, turn.flapMs)) return opened(verdict, turn.belief);
    return interrupted(incident, { from: resolvedAt, to: verdict.since }, verdict.cause);
  }
  const before = turn.previous.verdict;
  if (before.state !== 'recovering') return withCause(incident, verdict.cause);
  return interrupted(incident, { from: before.recoveredAt, to: turn.at }, verdict.cause);
}

function opened({ since, detectedAt, cause }: Down, { upstream, component }: Belief): Incident {
  return {
    id: `${compactTime(since)}-${upstream}`,
    upstream,
    components: component === null ? [] : [component],
    startedAt: since,
    detectedAt,
    resolvedAt: null,
    causes: [cause],
    interruptions: [],
    relapses: 0,
  };
}

function interrupted(incident: Incident, { from, to }: Interruption, cause: Cause): Incident {
  // Where the clock was set back meanwhile, how long it served cannot be known.
  const interruption = { from, to: Math.max(from, to) };
  return {
    ...withCause(incident, cause),
    resolvedAt: null,
    interruptions: [...incident.interruptions, interruption].slice(-KEPT_INTERRUPTIONS),
    relapses: incident.relapses + 1,
  };
}

function withCause(incident: Incident, cause: Cause): Incident {
  if (incident.causes.includes(cause)) return incident;
  return { ...incident, causes: [...incident.causes, cause] };
}

/** `20230719T152400Z` */
function compactTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** What has become of an incident. */
export type IncidentChange = 'opened' | 'cause_added' | 'reopened' | 'resolved';

/** What has become of an incident that has changed. */
export function changeOf(before: Incident, after: Incident): IncidentChange {
  if (after.relapses > before.relapses) return 'reopened';
  return after.resolvedAt === before.resolvedAt ? 'cause_added' : 'resolved';
}
