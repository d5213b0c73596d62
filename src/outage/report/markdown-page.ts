import { gathered, SERIES } from './chart.ts';
import { markdown } from './markup.ts';
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

/** Rows of the table that stands for the chart. */
const MOST_ROWS = 30;

/** The report as Markdown (GFM). */
export function markdownOf(report: Report): string {
  const { title, speaker, summary, impact, causes } = report;
  const named = speaker.name === null ? title : `${title} – ${speaker.name}`;
  return `${[
    `# ${markdown(named)}`,
    table(['', ''], fieldsOf(report)),
    ...(speaker.statusPage === null ? [] : [`Status page: <${encodeURI(speaker.statusPage)}>`]),
    '## Updates',
    updates(report),
    '## Postmortem (draft)',
    '### Summary',
    summary.map(markdown).join(' '),
    '### Impact',
    table(
      ['', ''],
      impact.map(({ what, value }) => [what, value]),
    ),
    '### Requests by outcome',
    steps(report),
    '### Timeline',
    timeline(report),
    '### Root cause',
    `_${FOR_PEOPLE}_`,
    WHAT_WAS_SEEN,
    causes.map(({ cause, words }) => `- \`${cause}\`: ${markdown(words)}`).join('\n'),
    '### Remedies',
    `_${FOR_PEOPLE}_`,
    '---',
    markdown(colophon(report)),
  ].join('\n\n')}\n`;
}

function updates({ updates: posted, speaker }: Report): string {
  if (posted.length === 0) return NO_UPDATES;
  const say = timesIn(speaker.timeZone);
  return posted
    .map(({ at, incident, status, text }) => {
      return `- **${markdown(status)}**, ${say(at)}: ${markdown(incident)}. ${markdown(text)}`;
    })
    .join('\n');
}

function steps({ steps: recorded, speaker }: Report): string {
  if (recorded === null || recorded.length === 0) return NO_STEPS;
  const say = timesIn(speaker.timeZone);
  return table(
    ['From', ...SERIES.map(({ word }) => word)],
    gathered(recorded, MOST_ROWS).map((step) => [
      say(step.at, 'time'),
      ...SERIES.map(({ key }) => step[key].toLocaleString('en-US')),
    ]),
  );
}

function timeline({ timeline: events, eventsLeftOut, speaker }: Report): string {
  if (events.length === 0) return 'Nothing was recorded.';
  const say = timesIn(speaker.timeZone);
  const rows = events.map(({ at, source, words }) => [say(at), source, words]);
  const leftOut = ['…', '', `${eventsLeftOut} more are left out.`];
  if (eventsLeftOut > 0) rows.splice(rows.length / 2, 0, leftOut);
  return table(['Time', 'Source', 'What happened'], rows);
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdown).join(' | ')} |`;
  return [line(heads), `|${heads.map(() => ' --- ').join('|')}|`, ...rows.map(line)].join('\n');
}
