/** Times are milliseconds since the epoch; lists are JSON. */
export const INCIDENT_TABLES = `
CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  upstream TEXT NOT NULL,
  components TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  detected_at INTEGER NOT NULL,
  resolved_at INTEGER,
  causes TEXT NOT NULL,
  interruptions TEXT NOT NULL,
  relapses INTEGER NOT NULL,
  end_known_by TEXT,
  seen_at INTEGER NOT NULL,
  requests TEXT NOT NULL,
  people INTEGER NOT NULL,
  misleading_replies TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX incidents_by_start ON incidents (started_at);

CREATE TABLE events (
  sequence INTEGER PRIMARY KEY,
  key TEXT UNIQUE,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  upstream TEXT,
  words TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events (at);

CREATE TABLE outcomes (
  upstream TEXT NOT NULL,
  at INTEGER NOT NULL,
  span INTEGER NOT NULL,
  good INTEGER NOT NULL,
  upstream_errors INTEGER NOT NULL,
  not_processed INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  PRIMARY KEY (upstream, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE salts (day TEXT PRIMARY KEY, salt BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE people (
  incident TEXT NOT NULL,
  day TEXT NOT NULL,
  count INTEGER NOT NULL,
  sketch BLOB,
  PRIMARY KEY (incident, day)
) STRICT, WITHOUT ROWID;
`;

export const INCIDENT_STATEMENTS = {
  'incidents.put': `
    INSERT INTO incidents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
      components = excluded.components, resolved_at = excluded.resolved_at,
      causes = excluded.causes, interruptions = excluded.interruptions,
      relapses = excluded.relapses, end_known_by = excluded.end_known_by,
      seen_at = excluded.seen_at, requests = excluded.requests, people = excluded.people,
      misleading_replies = excluded.misleading_replies`,
  'events.add': `
    INSERT INTO events (at, kind, source, upstream, words, details, key) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (key) DO NOTHING`,
  'outcomes.put': `
    INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (upstream, at) DO UPDATE SET
      span = excluded.span, good = excluded.good, upstream_errors = excluded.upstream_errors,
      not_processed = excluded.not_processed, unknown = excluded.unknown`,
  'salts.put': 'INSERT INTO salts VALUES (?, ?) ON CONFLICT (day) DO NOTHING',
  'salts.forget': 'DELETE FROM salts WHERE day <> ?',
  'people.put': `
    INSERT INTO people VALUES (?, ?, ?, ?)
    ON CONFLICT (incident, day) DO UPDATE SET count = excluded.count, sketch = excluded.sketch`,
  'people.forget': 'UPDATE people SET sketch = NULL WHERE day <> ? AND sketch IS NOT NULL',
} as const;

const NEWEST_FIRST = 'ORDER BY started_at DESC, id DESC LIMIT ?';

export const INCIDENT_QUERIES = {
  'incidents.latest': `SELECT * FROM incidents ${NEWEST_FIRST}`,
  /** Open ones may be older than the latest of all. */
  'incidents.open': 'SELECT * FROM incidents WHERE resolved_at IS NULL ORDER BY started_at',
  'incidents.before': `SELECT * FROM incidents WHERE (started_at, id) < (?, ?) ${NEWEST_FIRST}`,
  'incidents.find': 'SELECT * FROM incidents WHERE id = ?',
  /**
   * What a status page says of an outage comes before, and long after. What operators did is read from
   * their own table; files of earlier versions have it here as well.
   */
  'events.of': `
    SELECT at, kind, source, upstream, words, details FROM events
    WHERE (upstream = ?1 OR upstream IS NULL) AND kind <> 'act'
      AND at BETWEEN ?2 - iif(kind = 'status_page', 600000, 1000)
        AND ?3 + iif(kind = 'status_page', 7200000, 300000)
    ORDER BY at, sequence LIMIT 2000`,
  /** What operators did shortly before may be what an outage came of. */
  'acts.around': `
    SELECT at, name, through, what, upstream, why FROM acts
    WHERE (upstream = ?1 OR upstream IS NULL) AND at BETWEEN ?2 - 600000 AND ?3 + 300000
    ORDER BY at LIMIT 500`,
  'events.between': `
    SELECT at, kind, source, upstream, words, details FROM events
    WHERE at BETWEEN ? AND ? ORDER BY at, sequence`,
  'salts.of': 'SELECT salt FROM salts WHERE day = ?',
  'people.of': 'SELECT day, count, sketch FROM people WHERE incident = ?',
  'outcomes.of': 'SELECT * FROM outcomes WHERE upstream = ? AND at BETWEEN ? AND ? ORDER BY at',
  'outcomes.since': `
    SELECT at, max(span) AS span, sum(good) AS good, sum(upstream_errors) AS upstream_errors,
      sum(not_processed) AS not_processed, sum(unknown) AS unknown
    FROM outcomes WHERE at >= ? GROUP BY at ORDER BY at`,
} as const;
