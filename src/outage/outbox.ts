import type { Store } from './store.ts';

/** One thing to tell one target, and how far that has come. Times are milliseconds since the epoch. */
export interface OutboxRow {
  readonly target: string;
  /** What is told: with the target, what a row is known by. */
  readonly notice: string;
  readonly incident: string;
  readonly event: string;
  /** The notice whole, as JSON. */
  readonly body: string;
  /** `superseded`: there was something later to tell in its place. `dead`: it was given up. */
  readonly state: 'waiting' | 'sent' | 'superseded' | 'dead';
  readonly attempts: number;
  readonly createdAt: number;
  /** When the next attempt is made. */
  readonly dueAt: number;
  readonly settledAt: number | null;
  /** Why the last attempt came to nothing. */
  readonly problem: string | null;
  /** What whoever sends it has to know when it tells more of this incident. */
  readonly memory: string | null;
}

/** Where the outbox outlives the program. */
export interface OutboxFile {
  /** In the order in which they were written first. Rejects where the file cannot be read. */
  load(): Promise<readonly OutboxRow[]>;
  /** Hands over a row, in the place of the one of the same target and notice. */
  put(row: OutboxRow): void;
  /** Forgets what was settled before that time. */
  prune(before: number): void;
  /** Waits until all rows are on disk, or cannot be for now. */
  flush(): Promise<void>;
}

/** The outbox in the store. */
export function outboxIn(store: Store): OutboxFile {
  return {
    load: () => store.read<OutboxRow>('outbox.all'),
    put: (row) => store.write('outbox.put', valuesOf(row)),
    prune: (before) => store.write('outbox.prune', [before]),
    flush: () => store.flush(),
  };
}

/** In the order of the statement's places. */
function valuesOf(row: OutboxRow): (string | number | null)[] {
  const { target, notice, incident, event, body, state } = row;
  const { attempts, createdAt, dueAt, settledAt, problem, memory } = row;
  return [
    ...[target, notice, incident, event, body, state],
    ...[attempts, createdAt, dueAt, settledAt, problem, memory],
  ];
}
