import type { BrandSettings } from '../config/settings.ts';
import type { Update } from '../statuspage/model.ts';
import { headingText, leadOf, type Pen } from './lead.ts';
import { type LiveOptions, type LiveView, liveView, promiseOf } from './live-view.ts';
import { type Heading, isTrouble, type Notice } from './notice.ts';
import { cutText } from './outage-object.ts';
import { SLOT, withoutMarkers } from './slots.ts';
import { labelOf } from './telling.ts';
import { timed } from './times.ts';
import type { Part, Sentence } from './wording.ts';

/** What a page template gets as `it`: the blocks of UX.md, section 3, in their order. */
export interface PageView {
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly isFrame: boolean;
  /** Null for the neutral brand: no header. */
  readonly brand: string | null;
  /** The operator's SVG, to be printed as it is. */
  readonly logo: string | null;
  readonly title: string;
  readonly heading: Heading;
  readonly h1: string;
  /** The path of the sign above the heading; it says nothing that the heading does not. */
  readonly sign: string;
  readonly lead: readonly Sentence[];
  readonly box: { readonly h2: string; readonly text: string } | null;
  readonly primary: { readonly text: string; readonly href: string };
  readonly statusPage: {
    readonly text: string;
    readonly href: string;
    /** The words that announce a new tab, or null. */
    readonly newTab: string | null;
  } | null;
  /** Ends the lead, shown by the script while the page updates itself; null where nothing is promised. */
  readonly promise: string | null;
  /** Null where nothing is to be waited for, and in frames: no script then. */
  readonly live: LiveView | null;
  readonly updates: UpdatesView | null;
  readonly working: { readonly h2: string; readonly names: readonly string[] } | null;
  readonly help: { readonly h2: string; readonly line: Sentence } | null;
}

/** One posting of the status page. */
export interface UpdateView {
  readonly id: string;
  readonly label: string;
  readonly time: Part;
  readonly text: string;
  /** True where `text` is the status page's own, in the status page's language. */
  readonly isQuoted: boolean;
  readonly more: { readonly text: string; readonly href: string } | null;
}

interface UpdatesView {
  readonly h2: string;
  /** True when there is nothing to show yet: the script shows the block with the first update. */
  readonly isEmpty: boolean;
  readonly none: string | null;
  readonly items: readonly UpdateView[];
  readonly note: Sentence | null;
}

/** What a page depends on besides the notice. */
export interface PageOptions extends LiveOptions {
  readonly brand: BrandSettings | null;
  readonly isFrame: boolean;
}

const UPDATES_SHOWN = 5;
const UPDATE_CHARACTERS = 600;

/** Puts the blocks of a page together. Pure; nothing in it is escaped yet. */
export function pageView(notice: Notice, options: PageOptions): PageView {
  const { wording, brand, isFrame, isRead } = options;
  const h1 = headingText(notice, options);
  const primary = primaryOf(notice, options);
  return {
    language: wording.language,
    direction: wording.direction,
    isFrame,
    brand: brand === null ? null : wording.brand,
    logo: brand?.logo == null ? null : withoutMarkers(brand.logo),
    title: wording.line('title', { h1 }),
    heading: notice.heading,
    h1,
    sign: SIGN[notice.heading],
    lead: leadOf(notice, options),
    box: isRead ? null : boxOf(notice, options),
    primary,
    statusPage: statusPageLink(notice, options),
    promise: isFrame ? null : promiseOf(notice, options),
    live: isFrame ? null : liveView(notice, options, primary.text),
    updates: isFrame ? null : updatesOf(notice, options),
    working:
      notice.heading === 'partial' && !isFrame && notice.published.working.length > 0
        ? {
            h2: wording.line('working.h2'),
            names: notice.published.working.slice(0, 12).map((name) => withoutMarkers(name)),
          }
        : null,
    help: brand === null || isFrame ? null : helpOf(brand, options),
  };
}

/** The postings that a page shows, newest first. */
export function updateViews(notice: Notice, { wording, clock }: Pen): readonly UpdateView[] {
  const told =
    notice.published.incident ?? notice.published.maintenance ?? notice.published.resolved;
  if (told === null) return [];
  const url = 'url' in told && told.url !== null ? withoutMarkers(told.url) : null;
  return told.updates.slice(0, UPDATES_SHOWN).map((update) => {
    const isReport = update.rawStatus.toLowerCase() === 'postmortem';
    const isLong = update.text.length > UPDATE_CHARACTERS;
    const words = isReport ? 'updates.reportLink' : 'updates.full';
    return {
      id: withoutMarkers(update.id),
      label: labelOf(update.rawStatus, wording),
      time: clock.said(update.at, notice.now),
      text: isReport ? wording.line('updates.report') : textOf(update),
      isQuoted: !isReport,
      more: url !== null && (isReport || isLong) ? { text: wording.line(words), href: url } : null,
    };
  });
}

function textOf({ text }: Update): string {
  return cutText(withoutMarkers(text).trim(), UPDATE_CHARACTERS);
}

/** When the status page was read, or that it cannot be; null where nothing may be said. */
export function updatesNote(notice: Notice, { wording, clock }: Pen): Sentence | null {
  const { published, now, heading } = notice;
  if (published.readAt === null) return null;
  const time = timed(clock.said(published.readAt, now));
  if (published.kind !== 'unreachable') return wording.sentence('updates.checked', time);
  // In 4.2 the lead says already that the status page cannot be reached.
  return heading === 'outage_unreported' ? null : wording.sentence('statusPage.unreachable', time);
}

function updatesOf(notice: Notice, options: PageOptions): UpdatesView | null {
  const { published } = notice;
  if (!isTrouble(notice) || published.url === null) return null;
  const items = updateViews(notice, options);
  const isSilent = items.length === 0 && published.kind === 'silent';
  const note = updatesNote(notice, options);
  return {
    h2: options.wording.line('updates.h2'),
    isEmpty: items.length === 0 && !isSilent && note === null,
    items,
    none: isSilent ? options.wording.line('updates.none') : null,
    note,
  };
}

function statusPageLink(notice: Notice, options: PageOptions): PageView['statusPage'] {
  const { url } = notice.published;
  if (url === null || !isTrouble(notice)) return null;
  const { wording, isRead, isFrame } = options;
  return {
    text: wording.line('statusPage.open'),
    href: url,
    newTab: isRead && !isFrame ? null : wording.line('newTab'),
  };
}

function boxOf({ case: toldCase, disposition }: Notice, pen: Pen): PageView['box'] {
  if (toldCase === 'sign_in' || toldCase === 'overload' || toldCase === 'unknown_route') {
    return null;
  }
  const unknown = pen.isPayment ? 'payment' : 'unknown';
  const key = disposition === 'not_processed' ? 'notProcessed' : unknown;
  return { h2: pen.wording.line(`box.${key}.h2`), text: pen.wording.line(`box.${key}.text`) };
}

function primaryOf({ heading }: Notice, { wording }: Pen): PageView['primary'] {
  switch (heading) {
    case 'outage':
    case 'outage_unreported':
    case 'maintenance':
      return { text: wording.line('primary.check'), href: SLOT.returnTo };
    case 'suspect':
    case 'overload':
      return { text: wording.line('primary.try'), href: SLOT.returnTo };
    case 'outcome_unknown':
      return { text: wording.line('primary.form'), href: SLOT.returnTo };
    case 'sign_in':
      return { text: wording.line('primary.signIn'), href: SLOT.returnTo };
    case 'partial':
      return { text: wording.line('primary.partial'), href: '/' };
    case 'unknown_route':
      return { text: wording.line('primary.start'), href: '/' };
  }
}

function helpOf({ support }: BrandSettings, { wording }: Pen): PageView['help'] {
  const href = support !== null && /^(mailto|https|tel):/i.test(support) ? support : null;
  const contact: Part = {
    text: wording.line('help.contact'),
    at: null,
    href: href === null ? null : withoutMarkers(href),
    isStrong: false,
  };
  const reference: Part = { text: SLOT.reference, at: null, href: null, isStrong: true };
  return {
    h2: wording.line('help.h2'),
    line: wording.sentence('help.line', { contact, reference }),
  };
}

/** Drawn in a box of 48 by 48. */
const SIGN: Readonly<Record<Heading, string>> = {
  outage: 'M14 37h20a9 9 0 0 0 4-17 13 13 0 0 0-20-8M11 20a9 9 0 0 0 3 17M7 6l34 36',
  outage_unreported: 'M14 37h20a9 9 0 0 0 4-17 13 13 0 0 0-20-8M11 20a9 9 0 0 0 3 17M7 6l34 36',
  partial: 'M6 6h14v14H6zM28 6h14v14H28zM6 28h14v14H6zM30 30l11 11M41 30L30 41',
  maintenance: 'M24 5a19 19 0 1 0 .1 0zM24 14v11l8 5',
  outcome_unknown: 'M15 17a9 9 0 1 1 13 8c-3 2-4 3-4 7M24 41v.1',
  sign_in: 'M11 22h26v20H11zM16 22v-6a8 8 0 0 1 16 0v6',
  suspect: 'M6 9h36v24H23l-9 9v-9H6z',
  overload: 'M8 12h32M8 24h32M8 36h18',
  unknown_route: 'M24 5v38M10 10h24l6 6-6 6H10z',
};
