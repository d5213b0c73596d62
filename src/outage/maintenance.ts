/**
 * Planned work that operators have declared. Times are milliseconds since the epoch.
 *
 * Immutable: what is prepared from one is kept by its identity, as it is by that of a belief.
 */
export interface Maintenance {
  /** Of this work for good, however often its words or its end are changed. */
  readonly id: string;
  /** Null: all upstreams. */
  readonly upstream: string | null;
  /** Why, for operators; clients are never told. */
  readonly reason: string;
  /** What clients are told first, or null. */
  readonly message: string | null;
  /** Who declared it. */
  readonly by: string;
  readonly startedAt: number;
  /** The end that clients are told; null where none is known. */
  readonly endsAt: number | null;
  /** When it is over by itself, whoever has forgotten it. */
  readonly expiresAt: number;
}

/** Planned work with the key that its bypass links are signed with, which is gone with it. */
export interface KeptMaintenance {
  readonly maintenance: Maintenance;
  readonly key: Buffer;
}

/** Planned work as somebody asks for it. */
export interface MaintenanceWish
  extends Pick<Maintenance, 'upstream' | 'reason' | 'message' | 'endsAt'> {
  /** Null: with the planned end, or after an hour where there is none. */
  readonly expiresAt: number | null;
}

/** The bounds of what may be asked for; docs/maintenance.md names them. */
export const MAINTENANCE_BOUNDS = {
  messageCharacters: 300,
  reasonCharacters: 300,
  /** Where no end is given. */
  expiryMs: 60 * 60_000,
  longestMs: 7 * 24 * 60 * 60_000,
} as const;

/** The planned work that a wish makes at a time, or what is wrong with the wish, in words. */
export function maintenanceFrom(
  wish: MaintenanceWish,
  { now, ...start }: Pick<Maintenance, 'id' | 'startedAt' | 'by'> & { readonly now: number },
): Maintenance | { readonly fault: string } {
  const { upstream, endsAt } = wish;
  const reason = wish.reason.trim();
  const message = wish.message?.trim() || null;
  const expiresAt = wish.expiresAt ?? endsAt ?? now + MAINTENANCE_BOUNDS.expiryMs;
  const fault = faultInWords(reason, message) ?? faultInTimes({ endsAt, expiresAt, now });
  if (fault !== null) return { fault };
  return { ...start, upstream, reason, message, endsAt, expiresAt };
}

function faultInWords(reason: string, message: string | null): string | null {
  const { messageCharacters, reasonCharacters } = MAINTENANCE_BOUNDS;
  if (reason === '') return 'A reason is required: it is kept with who declared it, and when.';
  if (reason.length > reasonCharacters) {
    return `The reason has ${reason.length} characters, at most ${reasonCharacters} are kept.`;
  }
  if (message !== null && message.length > messageCharacters) {
    return `The message has ${message.length} characters, at most ${messageCharacters} are shown.`;
  }
  return null;
}

function faultInTimes({
  endsAt,
  expiresAt,
  now,
}: Pick<Maintenance, 'endsAt' | 'expiresAt'> & { readonly now: number }): string | null {
  if (endsAt !== null && endsAt <= now) return 'The planned end has passed.';
  if (expiresAt <= now) return 'It would expire before it begins.';
  if (endsAt !== null && expiresAt < endsAt) return 'It would expire before its planned end.';
  return expiresAt - now > MAINTENANCE_BOUNDS.longestMs
    ? 'It would last for more than seven days: a switch that is forgotten is found too late.'
    : null;
}
