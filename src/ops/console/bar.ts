import type { Cause } from '../../outage/cause.ts';
import type { Maintenance } from '../../outage/maintenance.ts';
import type { UpstreamView } from '../views.ts';
import { html, type Markup } from './html.ts';
import { told } from './maintenance.ts';
import { badge, CAUSE_WORDS, span, when, whole } from './words.ts';

/** The program itself, as the bar shows it. Times are milliseconds since 1970. */
export interface ProgramView {
  readonly startedAt: number;
  /** What was read: a file, the demo, the command line. */
  readonly settings: string;
  readonly loadedAt: number;
}

/** From the one that matters most. */
const RANK = ['down', 'suspect', 'recovering', 'up'] as const;

/** The verdict that counts for the whole: the worst. */
function overall(upstreams: readonly UpstreamView[]): UpstreamView['verdict'] {
  return RANK.find((state) => upstreams.some(({ verdict }) => verdict === state)) ?? 'up';
}

/** What is wrong, since when, and what to look at first: the part that is read at three in the morning. */
export function verdictPart(
  upstreams: readonly UpstreamView[],
  planned: readonly Maintenance[],
  now: number,
): Markup {
  const state = overall(upstreams);
  const troubled = upstreams
    .filter(({ verdict }) => verdict !== 'up')
    .sort((one, two) => RANK.indexOf(one.verdict) - RANK.indexOf(two.verdict));
  const all = upstreams.length === 1 ? 'The upstream serves.' : 'All upstreams serve.';
  return html`<div class="verdict ${state}"><h1>${badge(state)} ${headline(state, troubled)}</h1>${
    troubled.length === 0
      ? html`<p>${all}</p>`
      : html`<ul class="troubles">${troubled.map((upstream) => trouble(upstream, troubled.length > 1, now))}</ul>`
  }${planned.map((each) => html`<p>${told(each, now)}</p>`)}</div>`;
}

function headline(state: UpstreamView['verdict'], troubled: readonly UpstreamView[]): string {
  if (state === 'up') return 'Everything serves';
  const names = troubled.filter(({ verdict }) => verdict === state).map(nameOf);
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** Named only where the headline does not say it already. */
function trouble(upstream: UpstreamView, isNamed: boolean, now: number): Markup {
  const { verdict, cause, since } = upstream;
  const at = since === null ? now : Date.parse(since);
  const named = html`${badge(verdict)} <b>${nameOf(upstream)}</b> since`;
  return html`<li>${isNamed ? named : 'Since'} ${when(at, now)} (${span(now - at)})${
    cause !== null && sentences(upstream, cause)
  }</li>`;
}

function sentences({ discovery, verdict }: UpstreamView, cause: Cause): Markup {
  const { seen, look } = CAUSE_WORDS[cause];
  const isDecided = cause === 'no_endpoints' && discovery.isDecided;
  const told = isDecided ? 'the service was removed, or scaled to none' : seen;
  if (verdict === 'recovering') return html`: ${told}. It answers again and is being watched.`;
  return html`: ${told}. <span class="look">${look}</span>`;
}

function nameOf({ name, component }: UpstreamView): string {
  return component ?? name;
}

/** Settings, version and how long it runs. */
export function programPart(
  { startedAt, settings, loadedAt }: ProgramView,
  version: string,
  now: number,
): Markup {
  return html`<dl class="facts">
<div><dt>Settings</dt><dd>${settings}, loaded ${when(loadedAt, now)}</dd></div>
<div><dt>Version</dt><dd>${version}</dd></div>
<div><dt>Running for</dt><dd>${span(now - startedAt)}</dd></div>
<div><dt>Replicas</dt><dd>one: this gateway knows of no others</dd></div>
<div><dt>As of</dt><dd>${when(now, now)}</dd></div>
</dl>`;
}

/** What a tab is called: the state comes first, since a tab shows little. */
export function titleOf(upstreams: readonly UpstreamView[]): string {
  const state = overall(upstreams);
  const count = upstreams.filter(({ verdict }) => verdict === state).length;
  const told =
    state === 'up' ? 'Up' : `${badgeWord(state)}: ${whole(count)} of ${upstreams.length}`;
  return `${told} – Candor`;
}

function badgeWord(state: UpstreamView['verdict']): string {
  return `${state[0]?.toUpperCase()}${state.slice(1)}`;
}
