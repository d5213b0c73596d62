import { describe, expect, test } from 'vitest';
import { loadLocale } from '../../src/answer/locales.ts';
import { createClock, isoSeconds, timed, utcMinute, utcTime } from '../../src/answer/times.ts';
import { createWording } from '../../src/answer/wording.ts';
import { SINCE } from './samples.ts';

const DAY = 86_400_000;

/** How a point in time is said in a zone and a language. */
function said(timeZone: string, { language = 'en', now = SINCE, dated = false } = {}) {
  const wording = createWording(loadLocale(language), 'Acme');
  return createClock(timeZone, wording).said(SINCE, now, dated ? 'dated' : undefined);
}

test('a time is said in the brand’s zone and in UTC, and told exactly to programs', () => {
  expect(said('America/Chicago')).toEqual({
    text: '3:27 PM CST (21:27 UTC)',
    at: '2026-03-04T21:27:10Z',
    href: null,
    isStrong: false,
    isDated: false,
  });
  expect(said('Europe/Berlin', { language: 'de' }).text).toBe('22:27 MEZ (21:27 UTC)');
});

test.for(['UTC', 'Etc/UTC', 'gmt', 'Etc/Zulu', 'Universal', 'UCT'])('%s is said once', (zone) => {
  expect(said(zone).text).toBe('21:27 UTC');
});

test.for(['Etc/GMT+5', 'Europe/London'])('%s is not UTC', (zone) => {
  expect(said(zone).text).toMatch(/^\d+:27 [AP]M .+ \(21:27 UTC\)$/);
});

test('a zone that nobody knows is UTC', () => {
  expect(said('Mars/Base', { dated: true }).text).toMatch(
    /^9:27 PM UTC \(21:27 UTC\) on Wednesday, March 4$/,
  );
});

describe('the date is said with it', () => {
  test.for([
    { name: 'a day from now', now: SINCE + DAY, isDated: false },
    { name: 'more than a day ago', now: SINCE + DAY + 1, isDated: true },
    { name: 'more than a day ahead', now: SINCE - DAY - 1, isDated: true },
  ])('$name: $isDated', ({ now, isDated }) => {
    const time = said('UTC', { now });
    expect(time.isDated).toBe(isDated);
    expect(time.text).toBe(isDated ? '21:27 UTC on Wednesday, March 4' : '21:27 UTC');
    expect(timed(time)).toEqual({ time, dated: isDated ? 'yes' : 'no' });
  });

  test('where it is asked for, in the zone of the time', () => {
    expect(said('Asia/Tokyo', { dated: true }).text).toMatch(/\(21:27 UTC\) on Thursday, March 5$/);
  });
});

test('programs are told whole seconds or minutes', () => {
  const at = SINCE + 999;
  expect([isoSeconds(at), utcTime(at), utcMinute(at)]).toEqual([
    '2026-03-04T21:27:10Z',
    '21:27',
    '2026-03-04 21:27',
  ]);
});
