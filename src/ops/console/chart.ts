import type { Outcomes } from '../../outage/outcomes.ts';
import { html, Markup } from './html.ts';
import { type SampleReader, STEP_MS, type Step, sum, total } from './samples.ts';
import { when, whole } from './words.ts';

const COLUMNS = 360;
const COLUMN = 2;
const HEIGHT = 150;

/** From the bottom of a column to its top, with the words of the legend. */
const SERIES = [
  { key: 'good', word: 'Good' },
  { key: 'upstreamErrors', word: 'Upstream 5xx' },
  { key: 'notProcessed', word: 'Not processed' },
  { key: 'unknown', word: 'Outcome unknown' },
] as const satisfies readonly { readonly key: keyof Outcomes; readonly word: string }[];

const NOTHING: Outcomes = { good: 0, upstreamErrors: 0, notProcessed: 0, unknown: 0 };

/** Requests of the last hour in steps of ten seconds, drawn, and in numbers. */
export function chart({ steps, since }: SampleReader, now: number): Markup {
  const shown = stepsOfLastHour(steps, now);
  const sums = shown.reduce<Outcomes>(sum, NOTHING);
  const most = Math.max(1, ...shown.map(total));
  return html`${legend(sums)}
<figure>
<svg viewBox="0 0 ${COLUMNS * COLUMN} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${summary(sums)}">
<path class="grid" d="M0 .5H720M0 75H720M0 149.5H720"/>${notRecorded(since, now)}${columns(shown, most, now)}
</svg>
<figcaption class="axis"><span>60 min ago</span><span>top: ${whole(most)} in 10 s</span><span>now</span></figcaption>
</figure>
<p class="note">${since > now - COLUMNS * STEP_MS && html`Recorded since ${when(since, now)}; hatched: not recorded, but for what the store has of incidents.`}</p>`;
}

/** The same as a table: one row for each step with requests, the newest first. */
export function chartTable({ steps }: Pick<SampleReader, 'steps'>, now: number): Markup {
  const rows = stepsOfLastHour(steps, now).filter((step) => total(step) > 0);
  if (rows.length === 0) return html`<p class="note">No requests in the last 60 minutes.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Requests in steps of 10 seconds"><table class="numbers">
<caption>Steps of 10 s without a row had no requests, or were not recorded.</caption>
<thead><tr><th scope="col">From</th>${SERIES.map(({ word }) => html`<th scope="col">${word}</th>`)}</tr></thead>
<tbody>${rows.reverse().map((step) => row(step, now))}</tbody></table></div>`;
}

function row(step: Step, now: number): Markup {
  return html`<tr><th scope="row">${when(step.at, now)}</th>${SERIES.map(({ key }) => html`<td>${whole(step[key])}</td>`)}</tr>`;
}

function stepsOfLastHour(steps: readonly Step[], now: number): Step[] {
  return steps.filter((step) => step.at > now - COLUMNS * STEP_MS && step.at <= now);
}

function legend(sums: Outcomes): Markup {
  return html`<ul class="legend">${SERIES.map(
    ({ key, word }) =>
      html`<li><span class="swatch ${key}" aria-hidden="true"></span>${word} <b>${whole(sums[key])}</b></li>`,
  )}</ul>`;
}

function summary(sums: Outcomes): string {
  const told = SERIES.map(({ key, word }) => `${word.toLowerCase()} ${whole(sums[key])}`);
  return `Requests of the last 60 minutes: ${told.join(', ')}. The table below has each step.`;
}

/** One path for each series: a stroke is a column. */
function columns(steps: readonly Step[], most: number, now: number): Markup {
  const paths = SERIES.map(({ key }) => ({ key, path: '' }));
  for (const step of steps) {
    const x = placeOf(step.at, now);
    let low = HEIGHT;
    for (const drawn of paths) {
      if (step[drawn.key] === 0) continue;
      // A single request in a storm of others is still seen.
      const high = Math.max(0, low - Math.max(1.5, (step[drawn.key] / most) * (HEIGHT - 6)));
      drawn.path += `M${x} ${tenths(low)}V${tenths(high)}`;
      low = high;
    }
  }
  return html`${paths.map(({ key, path }) => path !== '' && html`<path class="${key}" d="${path}"/>`)}`;
}

function notRecorded(since: number, now: number): Markup {
  const width = Math.min(COLUMNS * COLUMN, placeOf(since - (since % STEP_MS), now) - COLUMN / 2);
  if (width <= 0) return new Markup('');
  return html`<path class="unrecorded" d="${hatching(width)}"/>`;
}

function hatching(width: number): string {
  let path = '';
  for (let x = 12; x <= width; x += 12) path += `M${x} 0L${x - 12} ${HEIGHT}`;
  return path;
}

function placeOf(at: number, now: number): number {
  const stepsAgo = Math.floor((now - (now % STEP_MS) - at) / STEP_MS);
  return (COLUMNS - stepsAgo) * COLUMN - COLUMN / 2;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
