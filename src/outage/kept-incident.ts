import type { Incident } from './incident.ts';
import type {
  EndKnownBy,
  IncidentRecord,
  MisleadingReply,
  RequestTally,
} from './incident-record.ts';

/** An incident with what is gathered about it, as it is kept in memory. */
export interface Kept {
  incident: Incident;
  replies: MisleadingReply[];
  replyCount: number;
  endKnownBy: EndKnownBy | null;
  seenAt: number;
  people: number;
  readonly requests: Map<string, RequestTally>;
}

/** Misleading replies that are kept with their evidence; all are counted. */
export const KEPT_REPLIES = 20;
/** A check that failed is evidence a moment before the signal that it makes, and a check takes this long. */
const CHECK_MS = 1_000;

/** One that has just been opened. */
export function newKept(incident: Incident): Kept {
  const none = { replies: [], replyCount: 0, endKnownBy: null, people: 0, requests: new Map() };
  return { incident, ...none, seenAt: incident.detectedAt };
}

/** One that was recorded before. */
export function keptOf(record: IncidentRecord): Kept {
  const { endKnownBy, seenAt, requests, people, misleadingReplies, ...incident } = record;
  const kept = newKept(incident);
  for (const tally of requests) addTally(kept, tally);
  const { count, latest } = misleadingReplies;
  return { ...kept, endKnownBy, seenAt, people, replies: [...latest], replyCount: count };
}

/** As others may have it. */
export function recordOf(kept: Kept): IncidentRecord {
  const { incident, endKnownBy, seenAt, people, requests, replies, replyCount } = kept;
  const misleadingReplies = { count: replyCount, latest: [...replies] };
  const tallies = [...requests.values()];
  return { ...incident, endKnownBy, seenAt, people, requests: tallies, misleadingReplies };
}

/** Whether the evidence for a misleading reply belongs to an incident. */
export function isOf(
  { startedAt, resolvedAt }: Incident,
  { evidenceAt }: MisleadingReply,
): boolean {
  return evidenceAt >= startedAt - CHECK_MS && evidenceAt <= (resolvedAt ?? evidenceAt);
}

/** Adds requests to those of their kind. */
export function addTally({ requests }: Kept, added: RequestTally): void {
  const { clientKind, reason, disposition } = added;
  const key = `${clientKind} ${reason} ${disposition}`;
  const count = (requests.get(key)?.count ?? 0) + added.count;
  requests.set(key, { clientKind, reason, disposition, count });
}

/** Counts a misleading reply, and keeps it as one of the latest. */
export function addReply(kept: Kept, reply: MisleadingReply): void {
  kept.replyCount += 1;
  kept.replies.push(reply);
  if (kept.replies.length > KEPT_REPLIES) kept.replies.shift();
}
