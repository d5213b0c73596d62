/** Times are milliseconds since the epoch; `body` is JSON. */
export const OUTBOX_TABLES = `
CREATE TABLE outbox (
  sequence INTEGER PRIMARY KEY,
  target TEXT NOT NULL,
  notice TEXT NOT NULL,
  incident TEXT NOT NULL,
  event TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  settled_at INTEGER,
  problem TEXT,
  memory TEXT,
  UNIQUE (target, notice)
) STRICT;
`;

export const OUTBOX_STATEMENTS = {
  'outbox.put': `
    INSERT INTO outbox (
      target, notice, incident, event, body, state, attempts, created_at, due_at, settled_at,
      problem, memory
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (target, notice) DO UPDATE SET
      state = excluded.state, attempts = excluded.attempts, due_at = excluded.due_at,
      settled_at = excluded.settled_at, problem = excluded.problem, memory = excluded.memory`,
  // What is known of an incident stays while anything of it does: it is told once.
  'outbox.prune': `
    DELETE FROM outbox WHERE incident NOT IN (
      SELECT incident FROM outbox WHERE state = 'waiting' OR created_at >= ?)`,
} as const;

export const OUTBOX_QUERIES = {
  'outbox.all': `
    SELECT target, notice, incident, event, body, state, attempts, created_at AS createdAt,
      due_at AS dueAt, settled_at AS settledAt, problem, memory
    FROM outbox ORDER BY sequence`,
} as const;
