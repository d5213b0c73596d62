/** Times are milliseconds since the epoch; lists are JSON. */
export const INCIDENT_TABLES = `
CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  upstream TEXT NOT NULL,
  components TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  detected_at INTEGER NOT NULL,
  resolved_at INTEGER,
  end_known_by TEXT,
  causes TEXT NOT NULL,
  interruptions TEXT NOT NULL,
  relapses INTEGER NOT NULL,
  misleading_replies TEXT NOT NULL,
  people TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX incidents_by_start ON incidents (started_at);

CREATE TABLE events (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  upstream TEXT,
  source TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events (at);

CREATE TABLE tallies (
  incident TEXT NOT NULL,
  client_kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  disposition TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (incident, client_kind, reason, disposition)
) STRICT, WITHOUT ROWID;
`;

export const INCIDENT_STATEMENTS = {
  'incidents.put': `
    INSERT INTO incidents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
      components = excluded.components, resolved_at = excluded.resolved_at,
      end_known_by = excluded.end_known_by, causes = excluded.causes,
      interruptions = excluded.interruptions, relapses = excluded.relapses,
      misleading_replies = excluded.misleading_replies, people = excluded.people`,
  'events.add': 'INSERT INTO events (at, kind, upstream, source, details) VALUES (?, ?, ?, ?, ?)',
  'tallies.put': `
    INSERT INTO tallies VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET count = excluded.count`,
} as const;

export const INCIDENT_QUERIES = {
  'incidents.latest': 'SELECT * FROM incidents ORDER BY started_at DESC, id DESC LIMIT ?',
  'events.between': 'SELECT * FROM events WHERE at BETWEEN ? AND ? ORDER BY at, sequence',
  'tallies.of': 'SELECT * FROM tallies WHERE incident = ?',
} as const;
