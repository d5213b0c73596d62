import type { Notice } from './notice.ts';
import { withoutMarkers } from './slots.ts';
import { type Clock, timed } from './times.ts';
import { plain, type Sentence, type Wording } from './wording.ts';

/** What a page is written with. */
export interface Pen {
  readonly wording: Wording;
  readonly clock: Clock;
  readonly isPayment: boolean;
}

/** The heading of a page, in words: UX.md, section 4. */
export function headingText(notice: Notice, pen: Pen): string {
  const { wording, isPayment } = pen;
  if (notice.heading === 'partial') {
    return isPaymentPart(notice)
      ? wording.line('partial.h1.payment')
      : wording.line('partial.h1', partValues(notice));
  }
  const isPaid = notice.heading === 'outcome_unknown' && isPayment;
  return wording.line(isPaid ? 'outcome_unknown.h1.payment' : `${notice.heading}.h1`);
}

/** The paragraphs below the heading, at most three sentences. What only the script can promise is not in them. */
export function leadOf(notice: Notice, pen: Pen): readonly Sentence[] {
  return paragraphs(notice, pen)
    .map((sentences) =>
      joined(
        sentences.filter((sentence) => plain(sentence) !== ''),
        pen,
      ),
    )
    .filter((sentence) => sentence.length > 0);
}

function paragraphs(notice: Notice, pen: Pen): readonly (readonly Sentence[])[] {
  const say = pen.wording.sentence;
  switch (notice.heading) {
    case 'outage':
      return [[downSince(notice, pen), whoKnows(notice, pen)], [say('outage.nothingToDo')]];
    case 'outage_unreported':
      return [[stoppedAt(notice, pen), say('outage_unreported.notYou')], [silence(notice, pen)]];
    case 'partial':
      return [
        [say('partial.since', since(notice, pen)), say('partial.rest')],
        [isPaymentPart(notice) ? say('partial.payment') : say('partial.carryOn')],
      ];
    case 'maintenance':
      return [quoted(notice), [planned(notice, pen)]];
    case 'outcome_unknown':
      return [[say('outcome_unknown.stopped'), stillDown(notice, pen)]];
    case 'sign_in':
      return [[say('sign_in.why'), say('sign_in.notWrong')], [say('sign_in.wait')]];
    case 'suspect':
      return [[say('suspect.justNow'), say('suspect.oneOff')]];
    case 'overload':
      return [[say('overload.why')]];
    case 'unknown_route':
      return [[say('unknown_route.what')]];
  }
}

function since({ since: at, now }: Notice, { clock }: Pen): ReturnType<typeof timed> {
  return timed(clock.said(at ?? now, now));
}

function downSince(notice: Notice, pen: Pen): Sentence {
  return pen.wording.sentence('outage.since', since(notice, pen));
}

function stoppedAt(notice: Notice, pen: Pen): Sentence {
  return pen.wording.sentence('outage_unreported.since', since(notice, pen));
}

function whoKnows({ published }: Notice, { wording }: Pen): Sentence {
  if (published.incident === null) return wording.sentence('outage.resolved');
  const isWatching = published.incident.state === 'monitoring';
  return wording.sentence(isWatching ? 'outage.monitoring' : 'outage.team');
}

/** Only what was read from the status page; nothing where it never was. */
function silence({ published, now }: Notice, { wording, clock }: Pen): Sentence {
  if (published.kind === 'silent') return wording.sentence('outage_unreported.silent');
  if (published.kind !== 'unreachable' || published.readAt === null) return [];
  return wording.sentence('statusPage.unreachable', timed(clock.said(published.readAt, now)));
}

/** The operator's own words, in whatever language they are written. */
function quoted({ message }: Notice): readonly Sentence[] {
  if (message === null) return [];
  const text = withoutMarkers(message);
  return [[{ text, at: null, href: null, isStrong: false }]];
}

function planned({ endsAt, now }: Notice, { wording, clock }: Pen): Sentence {
  if (endsAt === null) return wording.sentence('maintenance.noEnd');
  const key = endsAt > now ? 'maintenance.until' : 'maintenance.late';
  return wording.sentence(key, timed(clock.said(endsAt, now, 'dated')));
}

function stillDown(notice: Notice, pen: Pen): Sentence {
  if (notice.verdict !== 'down' && notice.verdict !== 'recovering') return [];
  return notice.published.incident === null ? stoppedAt(notice, pen) : downSince(notice, pen);
}

function isPaymentPart({ component }: Notice): boolean {
  return component?.trim().toLowerCase() === 'payment processing';
}

/** What the texts about one part of the whole are filled with. */
export function partValues({ component }: Notice): Readonly<Record<string, string>> {
  const part = withoutMarkers(component ?? '');
  return { part, Part: part };
}

function joined(sentences: readonly Sentence[], { wording }: Pen): Sentence {
  const space = wording.sentence('sentence.space');
  return sentences.flatMap((sentence, index) => (index === 0 ? sentence : [...space, ...sentence]));
}
