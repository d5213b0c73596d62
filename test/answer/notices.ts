import { type Circumstances, type Notice, noticeOf } from '../../src/answer/notice.ts';
import type { Maintenance } from '../../src/outage/maintenance.ts';
import { matter, NOW, REPORTED } from './samples.ts';

/** When planned work that an operator has declared began, and when it is to end. */
export const WORK_BEGAN = Date.parse('2026-03-04T20:00:00Z');
export const WORK_ENDS = Date.parse('2026-03-04T22:00:00Z');

/** Planned work as an operator has declared it. */
export function declared(over: Partial<Maintenance> = {}): Maintenance {
  return {
    id: 'm1',
    upstream: 'app',
    reason: 'database upgrade',
    message: null,
    by: 'dana',
    startedAt: WORK_BEGAN,
    endsAt: WORK_ENDS,
    expiresAt: WORK_ENDS,
    ...over,
  };
}

/** The notice of a matter: where nothing else is said, of an outage that the status page tells of. */
export function noticeFor(
  over: Parameters<typeof matter>[0] = {},
  circumstances: Partial<Circumstances> = {},
): Notice {
  return noticeOf(matter(over), {
    retrySafe: true,
    statusPage: REPORTED,
    beliefs: [],
    now: NOW,
    ...circumstances,
  });
}
