import type { Notice } from './notice.ts';
import { SLOT, withoutMarkers } from './slots.ts';
import { labelOf, type Telling } from './telling.ts';
import { utcMinute, utcTime } from './times.ts';
import type { Wording } from './wording.ts';
import { columns, wrapped } from './wrap.ts';

/** `text/plain`: UX.md, section 6.5. Lines of at most 78 columns, with a final newline. */
export function plainText({ notice, wording, title }: Telling): string {
  const { url } = notice.published;
  const isOurs = notice.case === 'overload' || notice.case === 'unknown_route';
  const lines = [
    wording.line('text.first', { title, status: String(notice.status) }),
    // What an operator has to say is in one paragraph, however it was typed.
    notice.message === null ? '' : withoutMarkers(notice.message).replace(/\s+/g, ' '),
    requestLine(notice, wording),
    isOurs ? '' : knownLine(notice, wording),
    url === null || isOurs ? '' : wording.line('text.statusPage', { statusPage: url }),
    wording.line('text.reference', { reference: SLOT.reference }),
  ];
  // A marker is one character, and stands for as much as this.
  const columnsOf = {
    [SLOT.retryText]: columns(wording.line('seconds', { count: 42 })),
    [SLOT.reference]: '9F3K-7Q2M-4TXB'.length,
  };
  return `${lines.flatMap((line) => wrapped(line, columnsOf)).join('\n')}\n`;
}

/**
 * The comment that stands in for a script or a style sheet: UX.md, section 6.9. One line: what some
 * language takes for the end of one is left out.
 */
export function commentLine({ notice, title }: Telling): string {
  const parts = [
    `${title.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')}.`,
    ...(notice.published.url === null ? [] : [notice.published.url]),
    `ref ${SLOT.reference}`,
  ];
  return `/* ${parts.join(' ').replaceAll('*/', '* /')} */`;
}

function requestLine(notice: Notice, wording: Wording): string {
  const until = notice.case === 'maintenance' ? notice.endsAt : null;
  return until !== null && until > notice.now
    ? wording.line('text.maintenance.until', { until: `${utcMinute(until)} UTC` })
    : wording.line(`text.${notice.case}`, { retry: SLOT.retryText });
}

/** What is known of the outage itself; only what was measured or read. */
function knownLine(notice: Notice, wording: Wording): string {
  const { since, published, verdict } = notice;
  const isDown = verdict === 'down' || verdict === 'recovering';
  const sentences = [];
  if (isDown && since !== null && notice.reason === 'outage') {
    sentences.push(wording.line('text.since', { since: utcMinute(since) }));
    if (published.kind === 'silent') sentences.push(wording.line('text.silent'));
  }
  const latest = published.incident?.updates[0];
  if (latest !== undefined) {
    const isToday = Math.abs(notice.now - latest.at) < 86_400_000;
    const at = isToday ? utcTime(latest.at) : utcMinute(latest.at);
    const label = labelOf(latest.rawStatus, wording);
    sentences.push(wording.line('text.latest', { label, at }));
  }
  return sentences.join(wording.line('sentence.space'));
}
