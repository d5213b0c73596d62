import { expect, test } from 'vitest';
import { counted, spokenSpan, timesIn } from '../../../src/outage/report/spoken.ts';

const AT = Date.UTC(2023, 6, 19, 15, 24);

test.for([
  [0, '0 seconds'],
  [510, '0.5 seconds'],
  [1_000, '1 second'],
  [9_949, '9.9 seconds'],
  [10_000, '10 seconds'],
  [10_499, '10 seconds'],
  [59_999, '1 minute'],
  [61_000, '1 minute 1 second'],
  [2_532_000, '42 minutes 12 seconds'],
  [86_399_000, '23 hours 59 minutes 59 seconds'],
  [86_400_000, '1 day'],
  [90_061_000, '1 day 1 hour 1 minute'],
] as const)('%s ms are %s', ([ms, words]) => {
  expect(spokenSpan(ms)).toBe(words);
});

test('a zone that is UTC, or that nobody knows, says UTC alone', () => {
  for (const zone of ['UTC', 'Etc/UTC', 'Mars/Olympus']) {
    expect(timesIn(zone)(AT)).toBe('2023-07-19 15:24:00 UTC');
    expect(timesIn(zone)(AT, 'time')).toBe('15:24:00 UTC');
  }
});

test('a zone is said beside UTC, with the day or without it, also where its name has UTC in it', () => {
  const say = timesIn('America/Chicago');
  expect(say(AT)).toBe('July 19, 2023 at 10:24:00 AM CDT (15:24:00 UTC)');
  expect(say(AT, 'time')).toBe('10:24:00 AM CDT (15:24:00 UTC)');
  expect(timesIn('Etc/GMT+5')(AT, 'time')).toBe('10:24:00 AM GMT-5 (15:24:00 UTC)');
});

test.for([
  [0, '0 writes'],
  [1, '1 write'],
  [1_234, '1,234 writes'],
] as const)('%i: %s', ([count, words]) => {
  expect(counted(count, 'write')).toBe(words);
});
