/** Times are milliseconds since the epoch. An upstream that is null: all. The key is gone with the work. */
export const OPERATION_TABLES = `
CREATE TABLE acts (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  name TEXT,
  through TEXT NOT NULL,
  what TEXT NOT NULL,
  upstream TEXT,
  why TEXT
) STRICT;
CREATE INDEX acts_by_time ON acts (at);

CREATE TABLE maintenances (
  id TEXT PRIMARY KEY,
  upstream TEXT,
  reason TEXT NOT NULL,
  message TEXT,
  declared_by TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ends_at INTEGER,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER,
  key BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX maintenances_by_start ON maintenances (started_at);
`;

export const OPERATION_STATEMENTS = {
  'acts.add': 'INSERT INTO acts (at, name, through, what, upstream, why) VALUES (?, ?, ?, ?, ?, ?)',
  'maintenances.put': `
    INSERT INTO maintenances VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)
    ON CONFLICT (id) DO UPDATE SET
      reason = excluded.reason, message = excluded.message,
      ends_at = excluded.ends_at, expires_at = excluded.expires_at`,
  'maintenances.end': 'UPDATE maintenances SET ended_at = ?, key = NULL WHERE id = ?',
} as const;

export const OPERATION_QUERIES = {
  'acts.latest': 'SELECT * FROM acts ORDER BY at DESC, sequence DESC LIMIT ?',
  'acts.between': 'SELECT * FROM acts WHERE at BETWEEN ? AND ? ORDER BY at, sequence',
  'maintenances.on': 'SELECT * FROM maintenances WHERE ended_at IS NULL ORDER BY started_at',
} as const;
