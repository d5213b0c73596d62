import type { StoreLimits } from './pruning.ts';
import type { QueryName, StatementName } from './tables.ts';

/** What a column can hold. */
export type SqlValue = string | number | null | Uint8Array;

/** One row to write: by which statement, and its values in the order of their places. */
export type Row = readonly [statement: StatementName, values: readonly SqlValue[]];

/** Rows that are written together or not at all. */
export interface Batch {
  readonly id: number;
  readonly rows: readonly Row[];
}

/** Why the file cannot be written or read: one word for it, and a sentence. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
}

/** A row that the database would not have, whatever the disk. */
export interface Refusal {
  readonly statement: StatementName;
  readonly message: string;
}

/** What the thread of the store is told. */
export type ToWorker =
  | ({ readonly kind: 'write' } & Batch)
  | {
      readonly kind: 'read';
      readonly id: number;
      readonly query: QueryName;
      readonly values: readonly SqlValue[];
    }
  | { readonly kind: 'limit'; readonly limits: StoreLimits }
  | { readonly kind: 'close' };

/** What it tells. */
export type FromWorker =
  | { readonly kind: 'well' }
  | { readonly kind: 'troubled'; readonly trouble: Trouble }
  | {
      readonly kind: 'written';
      readonly id: number;
      readonly refused: readonly Refusal[];
      readonly bytes: number;
    }
  | { readonly kind: 'rows'; readonly id: number; readonly rows: readonly unknown[] }
  | { readonly kind: 'unread'; readonly id: number; readonly trouble: Trouble }
  | { readonly kind: 'moved_aside'; readonly to: string; readonly trouble: Trouble };

/** What the thread is started with. */
export interface StoreWorkerData {
  readonly file: string;
  readonly access: 'write' | 'read';
}
