import type { Notice } from './notice.ts';
import { subjectOf } from './words.ts';

/** What the public is told in one line. */
export function publicTitleOf(notice: Notice): string {
  return `${subjectOf(notice)} is unavailable`;
}

/** What the public is told: no cause, which is for those who mend it. */
export function publicTextOf(notice: Notice): string {
  const { incident, event, news } = notice;
  const who = subjectOf(notice);
  if (event === 'resolved') {
    const end = incident.resolvedAt === null ? '' : ` since ${clock(incident.resolvedAt)}`;
    return `${who} is available again${end}.`;
  }
  if (news?.kind === 'relapse') return `${who} is unavailable again. We are looking into it.`;
  if (event === 'updated' && news?.kind === 'goes_on') {
    return `${who} is still unavailable. We are looking into it.`;
  }
  return `${who} has been unavailable since ${clock(incident.startedAt)}. We are looking into it.`;
}

/** `15:24 UTC` */
function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}
