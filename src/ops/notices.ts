import type { Express } from 'express';
import type { OutboxRow } from '../outage/outbox.ts';
import type { OpsDeps } from './deps.ts';
import { isoOf, isoOrNull } from './iso-of.ts';

const MOST = 200;

/** `GET /api/notices`: whom the gateway tells of incidents, and what became of each notice. */
export function addNotices(app: Express, { notices }: Pick<OpsDeps, 'notices'>): void {
  app.get('/api/notices', (_request, response) => {
    const targets = notices.targets().map(({ counts, pausedUntil, ...target }) => ({
      ...target,
      ...counts,
      pausedUntil: isoOrNull(pausedUntil),
    }));
    response.json({ targets, notices: notices.list().slice(0, MOST).map(noticeView) });
  });
}

/** Neither the address nor the text of it: both may be for the receiver alone. */
function noticeView(row: OutboxRow) {
  const { target, notice, incident, event, state, attempts, problem } = row;
  return {
    ...{ id: notice, target, incident, event, state, attempts, problem },
    createdAt: isoOf(row.createdAt),
    nextAttemptAt: state === 'waiting' ? isoOf(row.dueAt) : null,
    settledAt: isoOrNull(row.settledAt),
  };
}
