import { expect, test } from 'vitest';
import { Waiting } from '../../src/outage/waiting.ts';

const AT = 1_700_000_000_000;

test('nobody waits before a request was sent, and after the last has ended', () => {
  const waiting = new Waiting();
  expect(waiting.since).toBeNull();
  waiting.began(AT);
  waiting.began(AT + 10);
  expect(waiting.since).toBe(AT);
  waiting.ended();
  expect(waiting.since).toBe(AT);
  waiting.ended();
  expect(waiting.since).toBeNull();
});

test('a reply to one begins the wait of the others anew, the end of one without a reply does not', () => {
  const waiting = new Waiting();
  for (const ms of [0, 10, 20]) waiting.began(AT + ms);
  waiting.ended();
  expect(waiting.since).toBe(AT);
  waiting.replied(AT + 300);
  waiting.ended();
  expect(waiting.since).toBe(AT + 300);
});

test('the longest wait that a reply has ended is remembered for a minute, not for ever', () => {
  const waiting = new Waiting();
  const takes = (from: number, ms: number) => {
    waiting.began(from);
    waiting.replied(from + ms);
    waiting.ended();
  };
  takes(AT, 8000);
  for (let at = AT + 10_000; at < AT + 60_000; at += 10_000) takes(at, 20);
  expect(waiting.longestMs(AT + 60_000)).toBe(8000);
  for (let at = AT + 70_000; at < AT + 200_000; at += 10_000) takes(at, 30);
  expect(waiting.longestMs(AT + 200_000)).toBe(30);
  expect(waiting.longestMs(AT + 500_000)).toBe(0);
});

test('a wait is remembered for two minutes at most, whether anybody asks meanwhile or not', () => {
  const remembered = (): Waiting => {
    const waiting = new Waiting();
    waiting.began(AT);
    waiting.replied(AT + 8000);
    return waiting;
  };
  const end = AT + 8000;
  const asked = remembered();
  for (const ms of [60_000, 119_999]) expect(asked.longestMs(end + ms)).toBe(8000);
  expect(asked.longestMs(end + 120_000)).toBe(0);
  expect(remembered().longestMs(end + 119_999)).toBe(8000);
  expect(remembered().longestMs(end + 120_000)).toBe(0);
});

test('a wait that no reply has ended is none of those', () => {
  const waiting = new Waiting();
  waiting.began(AT);
  waiting.ended();
  expect(waiting.longestMs(AT + 9000)).toBe(0);
});

test('an end that nobody announced changes nothing, nor does a reply', () => {
  const waiting = new Waiting();
  waiting.ended();
  waiting.replied(AT);
  waiting.began(AT + 1);
  expect(waiting.since).toBe(AT + 1);
});

test('a clock that is set back leaves no wait behind that nothing could outlast', () => {
  const waiting = new Waiting();
  waiting.began(AT);
  waiting.replied(AT - 3_600_000);
  expect(waiting.longestMs(AT)).toBe(0);
});
