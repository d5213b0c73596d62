import { INCIDENT_QUERIES, INCIDENT_STATEMENTS } from './tables/incidents.ts';
import { OPERATION_QUERIES, OPERATION_STATEMENTS } from './tables/operations.ts';
import { OUTBOX_QUERIES, OUTBOX_STATEMENTS } from './tables/outbox.ts';
import { UNKNOWN_OUTCOME_QUERIES, UNKNOWN_OUTCOME_STATEMENTS } from './tables/unknown-outcomes.ts';

/** What can be written, by name: `MATTER.ACT`. Values take the places of the question marks. */
export const STATEMENTS = {
  ...INCIDENT_STATEMENTS,
  ...OPERATION_STATEMENTS,
  ...OUTBOX_STATEMENTS,
  ...UNKNOWN_OUTCOME_STATEMENTS,
} as const satisfies Readonly<Record<string, string>>;

/** What can be asked, by name. */
export const QUERIES = {
  ...INCIDENT_QUERIES,
  ...OPERATION_QUERIES,
  ...OUTBOX_QUERIES,
  ...UNKNOWN_OUTCOME_QUERIES,
} as const satisfies Readonly<Record<string, string>>;

export type StatementName = keyof typeof STATEMENTS;
export type QueryName = keyof typeof QUERIES;
