import type { OutcomeStep } from '../outcomes.ts';
import { html } from './markup.ts';
import type { Report } from './model.ts';
import { timesIn } from './spoken.ts';

/** What requests are told apart by, from the bottom of a bar to its top. */
export const SERIES = [
  { key: 'good', word: 'Served', color: '#3f8f6b' },
  { key: 'upstreamErrors', word: 'Its own 5xx', color: '#c98a1b' },
  { key: 'notProcessed', word: 'Answered: not processed', color: '#3b6fb6' },
  { key: 'unknown', word: 'Answered: outcome unknown', color: '#b3261e' },
] as const;

const WIDTH = 760;
const HEIGHT = 240;
/** Around the bars: for the scale, the times, the legend. */
const PLOT = { left: 56, right: 12, top: 30, bottom: 34 };
const MOST_BARS = 60;

/** Steps gathered so that there are at most so many. */
export function gathered(
  steps: readonly OutcomeStep[],
  most: number = MOST_BARS,
): readonly OutcomeStep[] {
  const each = Math.ceil(steps.length / most);
  if (each <= 1) return steps;
  const groups: OutcomeStep[] = [];
  for (let start = 0; start < steps.length; start += each) {
    groups.push(steps.slice(start, start + each).reduce(joined));
  }
  return groups;
}

/** The requests of an incident by outcome over time, as SVG that needs nothing from outside. */
export function chartSvg({ steps, startedAt, resolvedAt, speaker }: Report): string {
  const bars = gathered(steps ?? []);
  const first = bars[0];
  const last = bars.at(-1);
  if (first === undefined || last === undefined) return '';
  const from = first.at;
  const until = last.at + last.spanMs;
  const most = Math.max(1, ...bars.map(totalOf));
  const say = timesIn(speaker.timeZone);
  const scale: Scale = {
    x: (at) => round(PLOT.left + ((at - from) / (until - from)) * (WIDTH - PLOT.left - PLOT.right)),
    y: (count) => round(HEIGHT - PLOT.bottom - (count / most) * (HEIGHT - PLOT.top - PLOT.bottom)),
  };
  const title = `Requests by outcome from ${say(from)} to ${say(until)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${html(title)}" font-family="system-ui, sans-serif" font-size="11" fill="currentColor">`,
    `<title>${html(title)}</title>`,
    ...legend(),
    ...axes(scale, most, [say(from, 'time'), say(until, 'time')]),
    ...bars.flatMap((bar) => stacked(bar, scale)),
    ...mark('start', startedAt, scale),
    ...(resolvedAt === null || resolvedAt > until ? [] : mark('end', resolvedAt, scale)),
    '</svg>',
  ].join('\n');
}

interface Scale {
  readonly x: (at: number) => number;
  readonly y: (count: number) => number;
}

/** How many requests a step has in all. */
export function totalOf({ good, upstreamErrors, notProcessed, unknown }: OutcomeStep): number {
  return good + upstreamErrors + notProcessed + unknown;
}

function joined(one: OutcomeStep, other: OutcomeStep): OutcomeStep {
  return {
    at: one.at,
    spanMs: other.at + other.spanMs - one.at,
    good: one.good + other.good,
    upstreamErrors: one.upstreamErrors + other.upstreamErrors,
    notProcessed: one.notProcessed + other.notProcessed,
    unknown: one.unknown + other.unknown,
  };
}

function legend(): string[] {
  return SERIES.flatMap(({ word, color }, index) => {
    const x = PLOT.left + index * 170;
    return [
      `<rect x="${x}" y="6" width="10" height="10" fill="${color}"/>`,
      `<text x="${x + 15}" y="15">${word}</text>`,
    ];
  });
}

function axes({ y }: Scale, most: number, [from = '', until = '']: readonly string[]): string[] {
  const right = WIDTH - PLOT.right;
  const base = y(0);
  return [
    `<path d="M${PLOT.left} ${y(most)}H${right}M${PLOT.left} ${base}H${right}" stroke="currentColor" stroke-opacity=".35" fill="none"/>`,
    `<text x="${PLOT.left - 6}" y="${y(most) + 4}" text-anchor="end">${most.toLocaleString('en-US')}</text>`,
    `<text x="${PLOT.left - 6}" y="${base + 4}" text-anchor="end">0</text>`,
    `<text x="${PLOT.left}" y="${HEIGHT - 4}">${html(from)}</text>`,
    `<text x="${right}" y="${HEIGHT - 4}" text-anchor="end">${html(until)}</text>`,
  ];
}

function stacked(bar: OutcomeStep, { x, y }: Scale): string[] {
  const left = x(bar.at);
  const width = Math.max(1, round(x(bar.at + bar.spanMs) - left - 1));
  let below = 0;
  return SERIES.flatMap(({ key, color }) => {
    const count = bar[key];
    if (count === 0) return [];
    const top = y(below + count);
    const height = round(y(below) - top);
    below += count;
    return [`<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${color}"/>`];
  });
}

function mark(word: string, at: number, { x }: Scale): string[] {
  const place = Math.max(PLOT.left, x(at));
  return [
    `<path d="M${place} ${PLOT.top}V${HEIGHT - PLOT.bottom}" stroke="currentColor" stroke-dasharray="3 3"/>`,
    `<text x="${place + 3}" y="${HEIGHT - PLOT.bottom + 13}">${word}</text>`,
  ];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
