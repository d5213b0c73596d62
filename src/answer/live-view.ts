import type { Disposition } from '../outage/cause.ts';
import { type Pen, partValues } from './lead.ts';
import { isTrouble, type Notice } from './notice.ts';
import { SLOT } from './slots.ts';

/** What the page's script is told, in `data-*` of `<html>`, and the words around it. */
export interface LiveView {
  /** Where to ask how things are. */
  readonly url: string;
  readonly returnTo: string;
  /** What became of a request that was not GET or HEAD; null for those. */
  readonly write: Disposition | null;
  /** True when the page goes to `returnTo` by itself once the upstream is back. */
  readonly moves: boolean;
  /** The script's sentences, as JSON. */
  readonly texts: string;
  readonly toggle: string;
  /** Said where there is no script. */
  readonly without: string;
}

/** What the live part of a page depends on besides the notice. */
export interface LiveOptions extends Pen {
  /** Starts and ends with `/`. */
  readonly publicPrefix: string;
  /** The upstream that the page waits for; null where there is none. */
  readonly upstream: string | null;
  /** True for GET and HEAD: the page may lead back to its own address. */
  readonly isRead: boolean;
}

/** The sentence that only a page with a script can keep: marked with an arrow in UX.md, section 4. */
export function promiseOf(
  notice: Notice,
  options: Pen & Pick<LiveOptions, 'isRead'>,
): string | null {
  // Of a status page that was never read, or that there is none of, nothing is promised.
  const isUnread = notice.heading === 'outage_unreported' && notice.published.kind === 'unknown';
  const key = `${isUnread ? 'outage' : notice.heading}.promise`;
  if (!options.wording.has(key)) return null;
  return options.wording.line(options.isRead ? key : 'promise.nonGet', partValues(notice));
}

/** What the script of a page needs; null where there is nothing to wait for. */
export function liveView(notice: Notice, options: LiveOptions, primary: string): LiveView | null {
  const { wording, isRead, upstream, publicPrefix } = options;
  if (upstream === null || !isTrouble(notice)) return null;
  const isReloading = isRead && notice.heading !== 'suspect';
  const key = isReloading ? 'live.toggle' : 'live.toggle.nonGet';
  return {
    url: `${publicPrefix}status.json?upstream=${encodeURIComponent(upstream)}&lang=${wording.language}`,
    returnTo: SLOT.returnTo,
    write: isRead ? null : notice.disposition,
    moves: isRead || notice.heading === 'sign_in',
    texts: JSON.stringify(scriptTexts(notice, options)),
    toggle: wording.line(key),
    without: wording.line('live.none', { primary }),
  };
}

/** A text with a number in it comes in each plural form of the language; the script chooses by `Intl.PluralRules`. */
type ScriptTexts = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

function scriptTexts({ disposition }: Notice, { wording }: Pen): ScriptTexts {
  return {
    back: wording.line(disposition === 'unknown' ? 'recovered.unknown' : 'recovered.notSent'),
    reload: wording.forms('recovered.reload', { seconds: '{seconds}' }),
    manual: wording.line('recovered.manual'),
    relapse: wording.line('recovered.relapse'),
    primary: wording.line('recovered.primary'),
    nonGet: wording.line('promise.nonGet'),
    update: wording.line('live.update', { label: '{label}', text: '{text}' }),
    full: wording.line('updates.full'),
    unreachable: wording.line('live.unreachable'),
    offline: wording.line('live.offline'),
  };
}
