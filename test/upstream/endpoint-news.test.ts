import { expect, test } from 'vitest';
import type { Cause } from '../../src/outage/cause.ts';
import { endpointOf } from '../../src/upstream/endpoint.ts';
import { EndpointNews } from '../../src/upstream/endpoint-news.ts';

const [ONE, TWO] = [endpointOf('http://10.0.0.1:80'), endpointOf('http://10.0.0.2:80')];
const OK = { ok: true, cause: null, ms: 1 } as const;
const failed = (cause: Cause) => ({ ok: false, cause, ms: 1 }) as const;

test('there is hope for an endpoint that came, for a while, and more for a later one', () => {
  const news = new EndpointNews();
  news.added([ONE], 0);
  news.added([TWO], 5_000);
  expect(news.hopefuls(9_999)).toEqual([TWO, ONE]);
  expect(news.hopefuls(10_000)).toEqual([TWO]);
  expect(news.hopefuls(15_000)).toEqual([]);
});

test('there is hope for an endpoint that fails in another way than before', () => {
  const news = new EndpointNews();
  news.learn(ONE, failed('connection_timeout'), 0, 1_000);
  news.learn(ONE, failed('connection_timeout'), 2_000, 3_000);
  expect(news.hopefuls(3_000)).toEqual([]);
  news.learn(ONE, failed('connection_refused'), 4_000, 4_001);
  expect(news.hopefuls(4_001)).toEqual([ONE]);
});

test('that one fails which has served is no sign of hope', () => {
  const news = new EndpointNews();
  news.learn(ONE, failed('connection_timeout'), 0, 1);
  news.learn(ONE, OK, 2, 3);
  news.learn(ONE, failed('connection_refused'), 4, 5);
  expect(news.hopefuls(5)).toEqual([]);
});

test('a probe that began before one that was served is the past when it fails', () => {
  const news = new EndpointNews();
  expect(news.learn(ONE, OK, 500, 501)).toBe(true);
  expect(news.learn(ONE, failed('response_timeout'), 0, 1_000)).toBe(false);
  expect(news.learn(TWO, failed('response_timeout'), 0, 1_000)).toBe(true);
  expect(news.learn(ONE, failed('response_timeout'), 600, 1_600)).toBe(true);
});
