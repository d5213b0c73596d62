import type { Notice } from './notice.ts';
import { SLOT, withoutMarkers } from './slots.ts';
import { isoSeconds } from './times.ts';
import type { Wording } from './wording.ts';

/** One notice in the words of one language: what the formats for programs are made from. */
export interface Telling {
  readonly notice: Notice;
  readonly wording: Wording;
  /** Short name of the trouble: a problem's title. */
  readonly title: string;
  /** One or two sentences: a problem's detail. */
  readonly detail: string;
  /** Stands alone, with the status page and the reference: some clients show nothing else. */
  readonly message: string;
  /** The message without them. */
  readonly bareMessage: string;
  /** The message at its shortest, with the status page and the reference. */
  readonly short: string;
}

/** Says a notice in the words of a language. */
export function tell(notice: Notice, wording: Wording): Telling {
  const until = notice.case === 'maintenance' ? notice.endsAt : null;
  const say = (group: string): string =>
    until === null || until <= notice.now
      ? wording.line(`${group}.${notice.case}`)
      : wording.line(
          wording.has(`${group}.${notice.case}.until`)
            ? `${group}.${notice.case}.until`
            : `${group}.${notice.case}`,
          { until: isoSeconds(until) },
        );
  const message = quoting(say('message'), notice, wording);
  return {
    notice,
    wording,
    title: say('title'),
    detail: quoting(say('detail'), notice, wording),
    message: withSource(message, notice, wording),
    bareMessage: message,
    short: withSource(say('short'), notice, wording),
  };
}

/** What an operator has to say comes first. Formats for programs are in one line. */
function quoting(text: string, notice: Notice, wording: Wording): string {
  if (notice.message === null) return text;
  const said = withoutMarkers(notice.message).replace(/\s+/g, ' ');
  return `${said}${wording.line('sentence.space')}${text}`;
}

/** What a published status is called: the label of the language, else the page's own word. */
export function labelOf(rawStatus: string, wording: Wording): string {
  const key = `label.${rawStatus.toLowerCase()}`;
  if (wording.has(key)) return wording.line(key);
  const words = withoutMarkers(rawStatus)
    .replace(/[\s_]+/g, ' ')
    .slice(0, 40)
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A message with the way to the status page, where there is one, and the reference. */
function withSource(message: string, notice: Notice, wording: Wording): string {
  const { url } = notice.published;
  const isOurs = notice.case === 'overload' || notice.case === 'unknown_route';
  return url === null || isOurs
    ? wording.line('message.ref', { message, reference: SLOT.reference })
    : wording.line('message.see', { message, statusPage: url, reference: SLOT.reference });
}
