import { expect, test } from 'vitest';
import type { OutcomeStep } from '../../../src/outage/outcomes.ts';
import { chartSvg, gathered, totalOf } from '../../../src/outage/report/chart.ts';
import { reportOf } from '../../../src/outage/report/report.ts';
import { FACTS, INCIDENT } from './sample.ts';

const AT = INCIDENT.startedAt;
const NONE = { good: 0, upstreamErrors: 0, notProcessed: 0, unknown: 0 };

function step(seconds: number, counts: Partial<OutcomeStep> = {}): OutcomeStep {
  return { at: AT + seconds * 1_000, spanMs: 10_000, ...NONE, ...counts };
}

function chartOf(
  steps: readonly OutcomeStep[] | null,
  times: Partial<typeof INCIDENT> = {},
): string {
  return chartSvg(reportOf({ ...FACTS, steps, incident: { ...INCIDENT, ...times } }));
}

/** The numbers of all elements of a name, in their order. */
function numbersOf(svg: string, element: RegExp): number[][] {
  return [...svg.matchAll(element)].map((found) => found.slice(1).map(Number));
}

const BAR =
  /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="#(?!.*\n<text)/g;
const MARK = /<path d="M([\d.]+) ([\d.]+)V([\d.]+)" [^>]*dasharray/g;

test('a bar is as wide as its time and as high as its counts, which stand on each other', () => {
  const svg = chartOf([
    step(0, { good: 100 }),
    step(10, { good: 50, unknown: 50 }),
    step(20),
    step(30, { notProcessed: 25, upstreamErrors: 1 }),
  ]);
  const [first = [], ...others] = numbersOf(svg, BAR);
  const [left = 0, top = 0, width = 0, height = 0] = first;
  const [wide, high] = [width + 1, (share: number) => Math.round(height * share * 10) / 10];
  expect(others).toEqual([
    [left + wide, top + high(0.5), width, high(0.5)],
    [left + wide, top, width, high(0.5)],
    [left + 3 * wide, top + high(0.99), width, expect.closeTo(high(0.01), 0)],
    [left + 3 * wide, top + high(0.74), width, high(0.25)],
  ]);
  expect([left, top, left + 4 * wide, top + height]).toEqual([56, 30, 760 - 12, 240 - 34]);
});

test('the scale says what the highest bar is, and when the first and the last are', () => {
  const svg = chartOf([step(0, { good: 1_200, unknown: 34 }), step(50, { good: 7 })]);
  const texts = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</g)].map(
    ([, x, y, text]) => `${x} ${y} ${text}`,
  );
  expect(texts).toEqual([
    '71 15 Served',
    '241 15 Its own 5xx',
    '411 15 Answered: not processed',
    '581 15 Answered: outcome unknown',
    '50 34 1,234',
    '50 210 0',
    '56 236 10:24:00 AM CDT (15:24:00 UTC)',
    '748 236 10:25:00 AM CDT (15:25:00 UTC)',
    '59 219 start',
  ]);
  expect(svg).toMatch(/<path d="M56 30H748M56 206H748" /);
  expect(svg.split('\n').every((line) => line.startsWith('<'))).toBe(true);
  const title =
    'Requests by outcome from July 19, 2023 at 10:24:00 AM CDT (15:24:00 UTC) to July 19, 2023 at 10:25:00 AM CDT (15:25:00 UTC)';
  expect(svg).toContain(`aria-label="${title}"`);
  expect(svg).toContain(`<title>${title}</title>`);
});

test.for<{ name: string; startedAt: number; resolvedAt: number | null; marks: number[] }>([
  { name: 'an incident within it', startedAt: 10, resolvedAt: 30, marks: [229, 575] },
  { name: 'one that began before it', startedAt: -60, resolvedAt: 30, marks: [56, 575] },
  { name: 'one that ended with it', startedAt: 0, resolvedAt: 40, marks: [56, 748] },
  { name: 'one that ended after it', startedAt: 0, resolvedAt: 41, marks: [56] },
  { name: 'one that goes on', startedAt: 0, resolvedAt: null, marks: [56] },
])('the chart marks start and end of $name', ({ startedAt, resolvedAt, marks }) => {
  const end = resolvedAt === null ? null : AT + resolvedAt * 1_000;
  const times = { startedAt: AT + startedAt * 1_000, resolvedAt: end };
  const svg = chartOf(
    [0, 10, 20, 30].map((at) => step(at, { good: 1 })),
    times,
  );
  expect(numbersOf(svg, MARK)).toEqual(marks.map((place) => [place, 30, 206]));
  expect(svg.match(/>(start|end)</g)).toEqual(['>start<', '>end<'].slice(0, marks.length));
});

test('there is no chart of nothing, and one of steps without a request is flat', () => {
  expect(chartOf(null)).toBe('');
  expect(chartOf([])).toBe('');
  const svg = chartOf([step(0), step(10)]);
  expect(numbersOf(svg, BAR)).toEqual([]);
  expect(svg).toContain('>1</text>');
});

test('where the time is long a bar is still to be seen', () => {
  const steps = Array.from({ length: 2_000 }, (_, index) => step(index * 10, { good: 1 }));
  const svg = chartOf([...steps, step(2_000_000, { good: 1 })]);
  for (const [, , width] of numbersOf(svg, BAR)) expect(width).toBeGreaterThanOrEqual(1);
});

test('steps are gathered so that they fit, with their time and all that was counted', () => {
  const steps = Array.from({ length: 9 }, (_, index) =>
    step(index * 10, { good: 1, upstreamErrors: 2, notProcessed: 3, unknown: 4 }),
  );
  expect(gathered(steps, 9)).toBe(steps);
  const bars = gathered(steps, 5);
  expect(bars.map(({ at, spanMs }) => [at - AT, spanMs])).toEqual([
    [0, 20_000],
    [20_000, 20_000],
    [40_000, 20_000],
    [60_000, 20_000],
    [80_000, 10_000],
  ]);
  expect(bars[0]).toMatchObject({ good: 2, upstreamErrors: 4, notProcessed: 6, unknown: 8 });
  expect(bars.map(totalOf)).toEqual([20, 20, 20, 20, 10]);
});
