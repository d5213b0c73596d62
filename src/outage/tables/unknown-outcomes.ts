/** Times are milliseconds since the epoch. A minute that had more than is listed has a row of `unknown_overflows`. */
export const UNKNOWN_OUTCOME_TABLES = `
CREATE TABLE unknown_outcomes (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  reference TEXT NOT NULL,
  upstream TEXT NOT NULL,
  route TEXT,
  method TEXT NOT NULL,
  client_kind TEXT NOT NULL,
  status INTEGER NOT NULL,
  cause TEXT,
  payment INTEGER NOT NULL,
  ticked_at INTEGER,
  ticked_by TEXT,
  note TEXT
) STRICT;
CREATE INDEX unknown_outcomes_by_time ON unknown_outcomes (at);
CREATE INDEX unknown_outcomes_by_reference ON unknown_outcomes (reference);

CREATE TABLE unknown_overflows (
  minute INTEGER NOT NULL,
  upstream TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (minute, upstream)
) STRICT, WITHOUT ROWID;
`;

export const UNKNOWN_OUTCOME_STATEMENTS = {
  'unknown_outcomes.add': `
    INSERT INTO unknown_outcomes
      (at, reference, upstream, route, method, client_kind, status, cause, payment)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  'unknown_outcomes.tick':
    'UPDATE unknown_outcomes SET ticked_at = ?, ticked_by = ?, note = ? WHERE id = ?',
  'unknown_overflows.add': `
    INSERT INTO unknown_overflows VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET count = count + excluded.count`,
} as const;

/** Of a time and an upstream; null: of all. */
const WITHIN = 'at BETWEEN ? AND ? AND upstream = coalesce(?, upstream)';

export const UNKNOWN_OUTCOME_QUERIES = {
  'unknown_outcomes.list': `
    SELECT * FROM unknown_outcomes WHERE ${WITHIN} AND (? = 0 OR ticked_at IS NULL)
    ORDER BY payment DESC, at DESC, id DESC LIMIT ? OFFSET ?`,
  'unknown_outcomes.find': 'SELECT * FROM unknown_outcomes WHERE id = ?',
  'unknown_outcomes.by_reference':
    'SELECT * FROM unknown_outcomes WHERE reference = ? ORDER BY at DESC LIMIT 20',
  'unknown_outcomes.totals': `
    SELECT count(*) AS total, coalesce(sum(payment), 0) AS payments,
      count(*) - count(ticked_at) AS unticked
    FROM unknown_outcomes WHERE ${WITHIN}`,
  'unknown_overflows.total': `
    SELECT coalesce(sum(count), 0) AS count FROM unknown_overflows
    WHERE minute BETWEEN ? AND ? AND upstream = coalesce(?, upstream)`,
} as const;
