import { chartSvg, gathered, SERIES } from './chart.ts';
import { html } from './markup.ts';
import type { Report } from './model.ts';
import {
  colophon,
  FOR_PEOPLE,
  fieldsOf,
  NO_STEPS,
  NO_UPDATES,
  WHAT_WAS_SEEN,
} from './page-words.ts';
import { timesIn } from './spoken.ts';

const STYLE = `
:root { color-scheme: light dark; --line: #8884; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
th, td, li { overflow-wrap: anywhere; }
th, td { min-width: 2rem; }
a { color: inherit; }
@media (max-width: 40rem) { table { font-size: .8125rem; } th, td { padding-right: .4rem; } }
.todo { border: 2px dashed var(--line); padding: .75rem; }
svg { width: 100%; height: auto; }
footer { margin-top: 2rem; border-top: 1px solid var(--line); font-size: .875rem; }
@media print { body { margin: 0; max-width: none; } details[open] summary { display: none; } }
`;

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The report as one HTML file: no script, and nothing from outside. */
export function htmlOf(report: Report): string {
  const { title, speaker, summary, impact, causes } = report;
  const named = html(speaker.name === null ? title : `${title} – ${speaker.name}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="${html(POLICY)}">
<meta name="referrer" content="no-referrer">
<title>${named}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${named}</h1>
${pairs(fieldsOf(report))}
${statusPageLink(speaker.statusPage)}
<h2>Updates</h2>
${updates(report)}
<h2>Postmortem (draft)</h2>
<h3>Summary</h3>
<p>${summary.map(html).join(' ')}</p>
<h3>Impact</h3>
${pairs(impact.map(({ what, value }) => [what, value]))}
<h3>Requests by outcome</h3>
${steps(report)}
<h3>Timeline</h3>
${timeline(report)}
<h3>Root cause</h3>
<p class="todo">${FOR_PEOPLE}</p>
<p>${WHAT_WAS_SEEN}</p>
<ul>
${causes.map(({ cause, words }) => `<li><code>${cause}</code>: ${html(words)}</li>`).join('\n')}
</ul>
<h3>Remedies</h3>
<p class="todo">${FOR_PEOPLE}</p>
</main>
<footer><p>${html(colophon(report))}</p></footer>
</body>
</html>
`;
}

function statusPageLink(address: string | null): string {
  if (address === null) return '';
  return `<p>Status page: <a href="${html(address)}">${html(address)}</a></p>`;
}

function updates({ updates: posted, speaker }: Report): string {
  if (posted.length === 0) return `<p>${NO_UPDATES}</p>`;
  const say = timesIn(speaker.timeZone);
  const items = posted.map(
    ({ at, incident, status, text }) =>
      `<li><strong>${html(status)}</strong>, ${time(at, say(at))}: ${html(incident)}. ${html(text)}</li>`,
  );
  return `<ul>\n${items.join('\n')}\n</ul>`;
}

function steps(report: Report): string {
  const { steps: recorded, speaker } = report;
  if (recorded === null || recorded.length === 0) return `<p>${NO_STEPS}</p>`;
  const say = timesIn(speaker.timeZone);
  const rows = gathered(recorded).map((step) => [
    time(step.at, say(step.at, 'time')),
    ...SERIES.map(({ key }) => step[key].toLocaleString('en-US')),
  ]);
  const heads = ['From', ...SERIES.map(({ word }) => word)];
  return `<figure style="margin:0">\n${chartSvg(report)}\n</figure>
<details>
<summary>The same as a table</summary>
${table(heads, rows)}
</details>`;
}

function timeline({ timeline: events, eventsLeftOut, speaker }: Report): string {
  if (events.length === 0) return '<p>Nothing was recorded.</p>';
  const say = timesIn(speaker.timeZone);
  const rows = events.map(({ at, source, words }) => [
    time(at, say(at)),
    html(source),
    html(words),
  ]);
  const leftOut = ['…', '', `${eventsLeftOut} more are left out.`];
  if (eventsLeftOut > 0) rows.splice(rows.length / 2, 0, leftOut);
  return table(['Time', 'Source', 'What happened'], rows);
}

/** Cells are markup already. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((text) => `<th scope="col">${html(text)}</th>`).join('');
  const lines = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
  return `<table>
<thead><tr>${head}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table>`;
}

function pairs(rows: readonly (readonly string[])[]): string {
  const lines = rows.map(
    ([name = '', value = '']) =>
      `<tr><th scope="row">${html(name)}</th><td>${html(value)}</td></tr>`,
  );
  return `<table>\n${lines.join('\n')}\n</table>`;
}

function time(at: number, said: string): string {
  return `<time datetime="${new Date(at).toISOString()}">${html(said)}</time>`;
}
