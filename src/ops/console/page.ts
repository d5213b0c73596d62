import type { OpsDeps } from '../deps.ts';
import { programPart, titleOf, verdictPart } from './bar.ts';
import { chart, chartTable } from './chart.ts';
import type { FormTokens } from './form-token.ts';
import { html, type Markup } from './html.ts';
import { impactPart } from './impact.ts';
import { EMPTY_FORM, maintenanceForm, maintenanceList } from './maintenance.ts';
import { noticesPart } from './notices.ts';
import { previewPart } from './preview.ts';
import { referencePart, searchFor } from './reference.ts';
import { statusPagePart } from './status-page.ts';
import { happeningsOf, timelinePart } from './timeline.ts';
import { readOutcomes, unknownPart } from './unknown-outcomes.ts';
import { upstreamsPart } from './upstreams.ts';

/** What the page is made from. */
export type ConsoleDeps = Omit<OpsDeps, 'reload'>;

/** The same with what its forms carry. */
export interface Shown {
  readonly deps: ConsoleDeps;
  readonly formTokens: FormTokens;
}

/** The live parts, by the id of the element that they fill. */
export type LiveParts = Readonly<Record<LivePart, Markup>>;
type LivePart =
  | 'verdict'
  | 'program'
  | 'upstreams'
  | 'chart'
  | 'chart-table'
  | 'impact'
  | 'timeline'
  | 'unknown'
  | 'notices'
  | 'maintenance'
  | 'status-page';

/** The parts that are sent again as they change. Rejects never for the store's sake: a part says so. */
export async function liveParts({ deps, formTokens }: Shown, now: number): Promise<LiveParts> {
  const [outcomes, happenings] = await Promise.all([readOutcomes(deps), happeningsOf(deps)]);
  const upstreams = deps.upstreams();
  const planned = deps.maintenances.list();
  const formToken = formTokens.issue(now);
  return {
    verdict: verdictPart(upstreams, planned, now),
    program: programPart(deps.program(), deps.version, now),
    upstreams: upstreamsPart(upstreams, deps.samples, now),
    chart: chart(deps.samples, now),
    'chart-table': chartTable(deps.samples, now),
    impact: impactPart(deps.gatewayCounts(), deps.incidents.list()),
    unknown: unknownPart(outcomes, formToken, now),
    timeline: timelinePart(happenings, now),
    notices: noticesPart(deps.notices, now),
    maintenance: maintenanceList(planned, formToken, now),
    'status-page': statusPagePart(deps.statusPage(), upstreams, now),
  };
}

/** Each part: its id, its title, and what the way there is called. */
const SECTIONS = [
  ['upstreams', 'Upstreams', 'Upstreams'],
  ['requests', 'Requests of the last hour', 'Requests'],
  ['impact', 'Impact', 'Impact'],
  ['status-page', 'Status page', 'Status page'],
  ['unknown', 'Unknown outcomes', 'Unknown'],
  ['timeline', 'Timeline', 'Timeline'],
  ['maintenance', 'Maintenance', 'Maintenance'],
  ['reference', 'Find a reference', 'Reference'],
  ['notices', 'Notices', 'Notices'],
  ['preview', 'Preview', 'Preview'],
] as const;

/** The whole console, complete without script. */
export async function consolePage(
  shown: Shown,
  asked: URLSearchParams,
  now: number,
): Promise<string> {
  const { deps, formTokens } = shown;
  const [parts, search] = await Promise.all([liveParts(shown, now), searchFor(deps, asked)]);
  const blank = { form: EMPTY_FORM, formToken: formTokens.issue(now) };
  const live = (part: LivePart): Markup => html`<div id="live-${part}">${parts[part]}</div>`;
  const contents: Readonly<Record<(typeof SECTIONS)[number][0], Markup>> = {
    upstreams: live('upstreams'),
    requests: html`${live('chart')}<details id="steps"><summary>The same as a table</summary>${live('chart-table')}</details>`,
    impact: live('impact'),
    unknown: live('unknown'),
    timeline: live('timeline'),
    reference: referencePart(search, now),
    notices: live('notices'),
    'status-page': live('status-page'),
    maintenance: html`${live('maintenance')}<details><summary>Close for planned work</summary>${maintenanceForm(deps.upstreams(), blank)}</details>`,
    preview: previewPart(deps, asked),
  };
  const body = html`${live('verdict')}${live('program')}<div class="parts">${SECTIONS.map(
    ([id, title]) =>
      html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${contents[id]}</section>`,
  )}</div>`;
  return documentOf(titleOf(deps.upstreams()), body);
}

/** A whole document of the console's. */
export function documentOf(title: string, main: Markup): string {
  const page = html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/console/console.css"><script src="/console/console.js" defer></script></head>
<body><a class="skip" href="#main">Skip to the verdict</a>
<header><a class="name" href="/">Candor</a><nav aria-label="Parts"><ul>${SECTIONS.map(
    ([id, , name]) => html`<li><a href="/#${id}">${name}</a></li>`,
  )}</ul></nav><p id="connection" class="note"><a href="/">Read again</a></p></header>
<main id="main" tabindex="-1">${main}</main><p id="announced" class="away" role="status"></p></body></html>`;
  return `<!doctype html>\n${page.text}\n`;
}
