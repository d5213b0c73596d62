import type { Log } from '../log.ts';
import type { Cause } from './cause.ts';
import { EarlyReplies } from './early-replies.ts';
import {
  changeOf,
  followIncident,
  type Incident,
  type IncidentChange,
  resolved,
  type Turn,
} from './incident.ts';
import type { EndKnownBy, IncidentRecord, RequestTally } from './incident-record.ts';
import { addReply, addTally, isOf, type Kept, keptOf, newKept, recordOf } from './kept-incident.ts';
import { KeptIncidents } from './kept-incidents.ts';
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

/** Whom the incidents tell. */
export interface IncidentEvents {
  readonly onChange?: (incident: IncidentRecord, change: IncidentChange) => void;
}

/**
 * The incidents of all upstreams, in memory, as what is believed of them tells them. One outage is one
 * incident, however often the verdict changes.
 */
export class Incidents {
  readonly #log: Log;
  readonly #events: IncidentEvents;
  readonly #kept = new KeptIncidents();
  /** Of each upstream. */
  readonly #latest = new Map<string, Kept>();
  readonly #totals = new Map<string, number>();
  readonly #early = new EarlyReplies();
  /** Those that have changed since they were taken to be stored. */
  readonly #changed = new Set<Kept>();
  /** Upstreams with an incident from before the start, whose trouble has not shown since. */
  readonly #unconfirmed = new Set<string>();

  constructor(log: Log, events: IncidentEvents = {}) {
    this.#log = log;
    this.#events = events;
  }

  /**
   * Takes in what was recorded before the start, newest first: one that is open goes on, and trouble that
   * comes soon after the end of another still belongs to it. Returns those that go on.
   *
   * Where the store could tell only later, and an upstream has had another since, the one from before has
   * ended unseen.
   */
  restore(records: readonly IncidentRecord[]): IncidentRecord[] {
    const since = new Set(this.#latest.keys());
    const older = records.toReversed().map(keptOf);
    for (const kept of older) this.#restoreOne(kept, since);
    this.#kept.putBefore(older);
    const open = records.filter(({ upstream, id }) => {
      const latest = this.#latest.get(upstream)?.incident;
      return latest?.id === id && latest.resolvedAt === null && !since.has(upstream);
    });
    for (const record of open) {
      this.#unconfirmed.add(record.upstream);
      this.#log.warn(fieldsOf(record), 'incident continued');
    }
    return open;
  }

  #restoreOne(kept: Kept, since: ReadonlySet<string>): void {
    const { upstream, startedAt } = kept.incident;
    if (since.has(upstream)) return this.#end(kept, kept.seenAt, 'restart');
    // Of two that are open the older one will have no end of its own.
    const older = this.#latest.get(upstream);
    if (older !== undefined) this.#end(older, startedAt, 'restart');
    this.#latest.set(upstream, kept);
  }

  /** Whether the incident of an upstream is from before the start, and its trouble has not shown since. */
  isUnconfirmed(upstream: string): boolean {
    return this.#unconfirmed.has(upstream);
  }

  /**
   * An upstream whose incident is from before the start serves, since that time. `sawTrouble`: it failed
   * after the start, so that its recovery was seen.
   */
  confirmUp(upstream: string, since: number, sawTrouble: boolean): void {
    const kept = this.#latest.get(upstream);
    if (!this.#unconfirmed.delete(upstream) || kept === undefined) return;
    this.#end(kept, since, sawTrouble ? 'recovery' : 'restart');
  }

  /** The incident of an upstream that is open, or the one that has just ended; null where it had none. */
  latest(upstream: string): IncidentRecord | null {
    const kept = this.#latest.get(upstream);
    return kept === undefined ? null : recordOf(kept);
  }

  /** Adds requests to the latest incident of an upstream. */
  addRequests(upstream: string, added: RequestTally): void {
    const kept = this.#latest.get(upstream);
    if (kept === undefined) return;
    addTally(kept, added);
    this.#changed.add(kept);
  }

  /** How many people the latest incident of an upstream has affected, about. */
  setPeople(upstream: string, people: number): void {
    const kept = this.#latest.get(upstream);
    if (kept === undefined || kept.people === people) return;
    kept.people = people;
    this.#changed.add(kept);
  }

  /** Those that have changed since this was asked last, and all that are open: they are watched at this moment. */
  takeChanged(now: number): IncidentRecord[] {
    for (const kept of this.#latest.values()) {
      if (kept.incident.resolvedAt !== null) continue;
      kept.seenAt = now;
      this.#changed.add(kept);
    }
    const records = [...this.#changed].map(recordOf);
    this.#changed.clear();
    return records;
  }

  /** Newest first. */
  list(): IncidentRecord[] {
    return this.#kept.list();
  }

  find(id: string): IncidentRecord | null {
    return this.#kept.find(id);
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
    if (turn.belief.verdict.state === 'down') this.#unconfirmed.delete(upstream);
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
    this.#unconfirmed.delete(upstream);
    if (kept !== undefined) this.#end(kept, at, 'retired');
    this.#early.forget(upstream);
  }

  /** A misleading reply was replaced at that time; it is kept with the incident that its evidence is of. */
  misleadingReply(evidence: MisleadingEvidence, at: number): void {
    const { rule, matched, source, cause, checkMs } = evidence;
    const { upstream } = evidence.belief;
    const evidenceAt = evidence.at;
    const reply = { at, rule, matched, upstream, source, cause, evidenceAt, checkMs };
    const kept = this.#latest.get(upstream);
    if (kept !== undefined && isOf(kept.incident, reply)) {
      this.#changed.add(kept);
      return addReply(kept, reply);
    }
    this.#early.keep(reply);
  }

  #open(opened: Incident): void {
    const { upstream } = opened;
    const incident = { ...opened, id: this.#kept.freeId(opened.id) };
    const kept = newKept(incident);
    for (const reply of this.#early.take(incident)) addReply(kept, reply);
    this.#kept.add(kept);
    this.#latest.set(upstream, kept);
    this.#totals.set(upstream, this.total(upstream) + 1);
    this.#changed.add(kept);
    this.#log.error(fieldsOf(incident), 'incident opened');
    this.#events.onChange?.(recordOf(kept), 'opened');
  }

  #end(kept: Kept, at: number, endKnownBy: EndKnownBy): void {
    if (kept.incident.resolvedAt !== null) return;
    kept.endKnownBy = endKnownBy;
    this.#change(kept, resolved(kept.incident, at));
  }

  #change(kept: Kept, incident: Incident): void {
    const before = kept.incident;
    kept.incident = incident;
    kept.endKnownBy = incident.resolvedAt === null ? null : (kept.endKnownBy ?? 'recovery');
    this.#kept.keep(kept);
    this.#changed.add(kept);
    const change = changeOf(before, incident);
    if (change === 'reopened') this.#log.warn(fieldsOf(incident), 'incident reopened');
    if (change === 'resolved') this.#log.info(fieldsOf(incident), 'incident resolved');
    this.#events.onChange?.(recordOf(kept), change);
  }
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
