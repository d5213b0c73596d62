import type { Belief } from '../outage/verdict.ts';
import type { StatusPageState } from '../statuspage/model.ts';
import type { Matter } from './answer.ts';
import { headingText, leadOf, type Pen } from './lead.ts';
import { promiseOf } from './live-view.ts';
import { type Notice, noticeOf } from './notice.ts';
import { asJson, cutText, outageObject } from './outage-object.ts';
import { updatesNote, updateViews } from './page-view.ts';
import { bytesOf, SLOT, withoutMarkers } from './slots.ts';
import { isoSeconds } from './times.ts';
import { plain } from './wording.ts';

/** A whole reply on one of the gateway's own public paths. */
export interface PublicStatus {
  readonly status: 200;
  /** name, value, name, value; Content-Length included. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** What the public may know right now. */
export interface Known {
  readonly beliefs: readonly Belief[];
  /** The one that is told in full; null where there is none. */
  readonly told: Belief | null;
  readonly statusPage: StatusPageState;
  readonly now: number;
}

/** What the public may know, in words, up to the numbers that are drawn for each reader. */
export interface PublicState {
  /** Name of the upstream that is told in full; null where no route leads to any. */
  readonly upstream: string | null;
  readonly isUp: boolean;
  readonly language: string;
  /** JSON as UTF-8 bytes, one a character, without its end, and with a marker for the seconds of `retryAfter`. */
  readonly text: string;
}

/** What differs from one reader of a state to the next. */
export interface Drawn {
  readonly reloadAfterMs: number | null;
  readonly random: () => number;
}

const MOST_BYTES = 4096;
/** Room for the numbers that are drawn for each reply. */
const NUMBER_BYTES = 96;
/** How much is told, from all of it to the least; the first that fits is taken. */
const AMOUNTS = [
  { characters: 600, updates: 5, components: 16 },
  { characters: 400, updates: 5, components: 16 },
  { characters: 280, updates: 5, components: 16 },
  { characters: 160, updates: 5, components: 16 },
  { characters: 80, updates: 3, components: 16 },
  { characters: 80, updates: 1, components: 8 },
  { characters: 80, updates: 0, components: 1 },
] as const;
const RETRY_MARKER = bytesOf(SLOT.retry);
const POLL_MS = { least: 15_000, spread: 15_000 };
/** A page whose turn to reload is further away than this asks sooner: it may be put off. */
const RELEASED_POLL_MS = { least: 5_000, spread: 5_000 };
const RETRY_S = { least: 30, spread: 30 };
const WORST_FIRST: readonly string[] = ['down', 'recovering', 'suspect', 'up'];

const FIELDS: readonly string[] = [
  ...['Content-Type', 'application/json'],
  ...['Cache-Control', 'no-store'],
  ...['Access-Control-Allow-Origin', '*'],
  ...['X-Content-Type-Options', 'nosniff'],
  ...['X-Robots-Tag', 'noindex'],
  ...['Vary', 'Accept-Language'],
];

/**
 * The state of one upstream for the pages that wait, and of all components for everybody: at most
 * 4 KB, nothing about the visitor. docs/status-json.md fixes the shape.
 */
export function publicState(known: Known, pen: Pen): PublicState {
  const { told } = known;
  const notice = noticeOf(matterOf(told), { ...known, retrySafe: true });
  return {
    upstream: told?.upstream ?? null,
    isUp: told === null || isOpen(told),
    language: pen.wording.language,
    text: bytesOf(fitting(notice, known, pen)).slice(0, -1),
  };
}

/** The whole JSON for one reader, in one line of UTF-8 bytes, one a character. */
export function stateJson({ text, isUp }: PublicState, drawn: Drawn): string {
  const { reloadAfterMs, random } = drawn;
  const within = ({ least, spread }: typeof POLL_MS) => least + Math.floor(random() * (spread + 1));
  const waitsForItsTurn = reloadAfterMs !== null && reloadAfterMs > RELEASED_POLL_MS.least;
  const nextPollMs = within(waitsForItsTurn ? RELEASED_POLL_MS : POLL_MS);
  const retry = isUp ? 'null' : String(within(RETRY_S));
  const filled = text.replace(RETRY_MARKER, retry);
  return `${filled},"nextPollMs":${nextPollMs},"reloadAfterMs":${reloadAfterMs}}`;
}

/** The same as a reply. */
export function statusJson(state: PublicState, drawn: Drawn): PublicStatus {
  const body = stateJson(state, drawn);
  const length = String(body.length);
  return {
    status: 200,
    headers: [...FIELDS, 'Content-Language', state.language, 'Content-Length', length],
    body,
  };
}

/** Which of the beliefs is told in full: the one of that name, else the one that is worst off. */
export function toldOf(beliefs: readonly Belief[], upstream: string | null): Belief | null {
  const named = beliefs.find((belief) => belief.upstream === upstream);
  return named ?? beliefs.toSorted((one, other) => rank(one) - rank(other))[0] ?? null;
}

/** With as much of the updates as there is room for. */
function fitting(notice: Notice, known: Known, pen: Pen): string {
  const words = spoken(notice, pen, known.told === null || isOpen(known.told));
  const components = known.beliefs.map(componentOf);
  const updates = updateViews(notice, pen).map(({ id, label, time, text, more }) => ({
    id: cutText(id, 80),
    label,
    at: time.at,
    text,
    url: more?.href ?? null,
  }));
  let text = '';
  for (const amount of AMOUNTS) {
    const told = {
      ...words,
      components: components.slice(0, amount.components),
      updates: updates
        .slice(0, amount.updates)
        .map((update) => ({ ...update, text: cutText(update.text, amount.characters) })),
    };
    text = asJson(told, 'utf8');
    if (Buffer.byteLength(text) <= MOST_BYTES - NUMBER_BYTES) break;
  }
  return text;
}

function spoken(notice: Notice, pen: Pen, isUp: boolean): object {
  const { disposition: _, retrySafe: __, reference: ___, ...outage } = outageObject(notice);
  const h1 = isUp ? pen.wording.line('recovered.title') : headingText(notice, pen);
  const promise = isUp ? null : promiseOf(notice, { ...pen, isRead: true });
  const note = updatesNote(notice, pen);
  return {
    outage,
    heading: h1,
    headingId: isUp ? 'recovered' : notice.heading,
    title: pen.wording.line('title', { h1 }),
    lead: isUp ? [] : leadOf(notice, pen).map(plain),
    promise,
    note: note === null ? null : plain(note),
  };
}

function componentOf({ upstream, component, verdict, maintenance }: Belief): object {
  const trouble = verdict.state === 'up' ? null : { since: verdict.since, reason: 'outage' };
  const told =
    maintenance === undefined ? trouble : { since: maintenance.startedAt, reason: 'maintenance' };
  return {
    upstream: withoutMarkers(upstream).slice(0, 64),
    component: component === null ? null : cutText(withoutMarkers(component), 80),
    verdict: verdict.state,
    since: told === null ? null : isoSeconds(told.since),
    reason: told?.reason ?? null,
  };
}

/** What is closed for planned work serves nobody, and is known to end. */
function rank({ verdict, maintenance }: Belief): number {
  return WORST_FIRST.indexOf(maintenance === undefined ? verdict.state : 'down');
}

function isOpen({ verdict, maintenance }: Belief): boolean {
  return verdict.state === 'up' && maintenance === undefined;
}

/** As if a request were refused this moment. */
function matterOf(belief: Belief | null): Matter {
  const verdict = belief?.verdict;
  return {
    reason: 'outage',
    cause: verdict === undefined || verdict.state === 'up' ? null : verdict.cause,
    disposition: 'not_processed',
    signIn: false,
    receivedStatus: null,
    receivedFrom: null,
    fromLoadBalancer: false,
    kept: [],
    belief,
  };
}
