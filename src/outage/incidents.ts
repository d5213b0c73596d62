import type { Log } from '../log.ts';
import type { Cause } from './cause.ts';
import { followIncident, type Incident, resolved, type Turn } from './incident.ts';
import type { Belief } from './verdict.ts';

/** Why a misleading reply was replaced, or a request that would have brought one was not forwarded. */
export interface MisleadingEvidence {
  readonly rule: string;
  /** By what the reply was known; null where the request was held back. */
  readonly matched: string | null;
  /** What was believed of the upstream that was not there, how that was known, why, and since when. */
  readonly belief: Belief;
  readonly source: string;
  readonly cause: Cause;
  readonly at: number;
  /** How long the reply waited for a check; null where there was none. */
  readonly checkMs: number | null;
}

/** What is kept of such a reply, and when it came. Holds nothing of the request. */
export interface MisleadingReply extends Omit<MisleadingEvidence, 'belief'> {
  readonly upstream: string;
  readonly evidenceAt: number;
}

/** An incident, and the misleading replies that were replaced in it. */
export interface IncidentRecord extends Incident {
  readonly misleadingReplies: {
    readonly count: number;
    /** The latest ones, in the order in which they came. */
    readonly latest: readonly MisleadingReply[];
  };
}

/** Incidents that are kept; one that is open is never dropped. */
const KEPT = 100;
const KEPT_REPLIES = 20;
/** A check that failed is evidence a moment before the signal that it makes, and a check takes this long. */
const CHECK_MS = 1_000;

interface Kept {
  incident: Incident;
  replies: MisleadingReply[];
  replyCount: number;
}

/**
 * The incidents of all upstreams, in memory, as what is believed of them tells them. One outage is one
 * incident, however often the verdict changes.
 */
export class Incidents {
  readonly #log: Log;
  /** In the order in which they were opened. */
  readonly #kept = new Map<string, Kept>();
  /** Of each upstream. */
  readonly #latest = new Map<string, Kept>();
  readonly #totals = new Map<string, number>();
  /** Replies replaced on evidence that belongs to no incident: one may yet come of it. */
  readonly #early = new Map<string, MisleadingReply[]>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Newest first. */
  list(): IncidentRecord[] {
    return [...this.#kept.values()].map(recordOf).reverse();
  }

  find(id: string): IncidentRecord | null {
    const kept = this.#kept.get(id);
    return kept === undefined ? null : recordOf(kept);
  }

  /** How many incidents an upstream has had since the start. */
  total(upstream: string): number {
    return this.#totals.get(upstream) ?? 0;
  }

  isOpen(upstream: string): boolean {
    return this.#latest.get(upstream)?.incident.resolvedAt === null;
  }

  /** What is believed of an upstream has changed. */
  follow(turn: Turn): void {
    const { upstream } = turn.belief;
    const kept = this.#latest.get(upstream);
    const before = kept?.incident ?? null;
    const after = followIncident(before, turn);
    if (after === null || after === before) return;
    if (kept === undefined || after.startedAt !== kept.incident.startedAt) this.#open(after);
    else this.#change(kept, after);
  }

  /** An upstream is watched no longer: nobody will learn of the end of its incident. */
  retire(upstream: string, at: number): void {
    const kept = this.#latest.get(upstream);
    if (kept !== undefined) this.#change(kept, resolved(kept.incident, at));
    this.#early.delete(upstream);
  }

  /** A misleading reply was replaced at that time; it is kept with the incident that its evidence is of. */
  misleadingReply(evidence: MisleadingEvidence, at: number): void {
    const { rule, matched, source, cause, checkMs } = evidence;
    const { upstream } = evidence.belief;
    const evidenceAt = evidence.at;
    const reply = { at, rule, matched, upstream, source, cause, evidenceAt, checkMs };
    const kept = this.#latest.get(upstream);
    if (kept !== undefined && isOf(kept.incident, reply)) return addReply(kept, reply);
    const early = this.#early.get(upstream) ?? [];
    this.#early.set(upstream, [...early, reply].slice(-KEPT_REPLIES));
  }

  #open(opened: Incident): void {
    const { upstream } = opened;
    const incident = { ...opened, id: this.#freeId(opened.id) };
    const kept: Kept = { incident, replies: [], replyCount: 0 };
    for (const reply of this.#early.get(upstream) ?? []) {
      if (isOf(incident, reply)) addReply(kept, reply);
    }
    this.#early.delete(upstream);
    this.#kept.set(incident.id, kept);
    this.#latest.set(upstream, kept);
    this.#totals.set(upstream, this.total(upstream) + 1);
    this.#forget();
    this.#log.error(fieldsOf(incident), 'incident opened');
  }

  #change(kept: Kept, incident: Incident): void {
    const before = kept.incident;
    kept.incident = incident;
    this.#kept.set(incident.id, kept); // It may have been dropped when it was over.
    if (incident.relapses > before.relapses) {
      this.#log.warn(fieldsOf(incident), 'incident reopened');
    } else if (incident.resolvedAt !== before.resolvedAt) {
      this.#log.info(fieldsOf(incident), 'incident resolved');
    }
  }

  /** Two incidents of one upstream within a second are told apart by a number. */
  #freeId(id: string): string {
    let number = 2;
    let free = id;
    for (; this.#kept.has(free); number += 1) free = `${id}-${number}`;
    return free;
  }

  #forget(): void {
    for (const [id, { incident }] of this.#kept) {
      if (this.#kept.size <= KEPT) return;
      if (incident.resolvedAt !== null) this.#kept.delete(id);
    }
  }
}

function recordOf({ incident, replies, replyCount }: Kept): IncidentRecord {
  return { ...incident, misleadingReplies: { count: replyCount, latest: [...replies] } };
}

function isOf({ startedAt, resolvedAt }: Incident, { evidenceAt }: MisleadingReply): boolean {
  return evidenceAt >= startedAt - CHECK_MS && evidenceAt <= (resolvedAt ?? evidenceAt);
}

function addReply(kept: Kept, reply: MisleadingReply): void {
  kept.replyCount += 1;
  kept.replies.push(reply);
  if (kept.replies.length > KEPT_REPLIES) kept.replies.shift();
}

function fieldsOf(incident: Incident): Readonly<Record<string, unknown>> {
  const { id, upstream, causes, startedAt, detectedAt, resolvedAt, relapses } = incident;
  return {
    incident: id,
    upstream,
    causes,
    started_at: new Date(startedAt).toISOString(),
    detected_at: new Date(detectedAt).toISOString(),
    ...(resolvedAt === null ? undefined : { resolved_at: new Date(resolvedAt).toISOString() }),
    relapses,
  };
}
