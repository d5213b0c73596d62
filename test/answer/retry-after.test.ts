import { expect, test } from 'vitest';
import { drawSeconds, retryDrawOf, secondsOf } from '../../src/answer/retry-after.ts';
import {
  answered,
  answererOf,
  asker,
  fieldsOf,
  maintenance,
  matter,
  published,
  route,
  unanswered,
} from './samples.ts';

const POST = { method: 'POST' };

test.for([
  { method: 'GET', safe: true },
  { method: 'HEAD', safe: true },
  { method: 'OPTIONS', safe: true },
  { method: 'PUT', safe: true },
  { method: 'DELETE', safe: true },
  { method: 'POST', safe: false },
  { method: 'PATCH', safe: false },
  { method: 'BREW', safe: false },
])('$method that was sent and not answered: retry-safe is $safe', ({ method, safe }) => {
  const answer = answered(unanswered(), {}, { method });
  const fields = fieldsOf(answer);
  expect(answer.retrySafe).toBe(safe);
  expect('retry-after' in fields).toBe(safe);
  expect(fields['candor-disposition']).toBe(`unknown; retry-safe=?${safe ? 1 : 0}; reason=outage`);
});

test('an Idempotency-Key counts only where the route says that it is honoured', () => {
  const key = { 'Idempotency-Key': '8e03978e' };
  const honoured = { ...POST, route: route({ idempotencyKey: true }) };
  expect(answered(unanswered(), key, honoured).retrySafe).toBe(true);
  expect(answered(unanswered(), key, POST).retrySafe).toBe(false);
  expect(answered(unanswered(), {}, honoured).retrySafe).toBe(false);
});

test('a sign-in may be repeated, and so may what was never sent', () => {
  const signIn = { signIn: true, disposition: 'unknown', receivedStatus: 200 } as const;
  expect(answered(signIn, {}, POST).retrySafe).toBe(true);
  expect(answered({}, {}, POST).retrySafe).toBe(true);
});

test.for([
  { name: 'outage', over: {}, least: 30, most: 60 },
  {
    name: 'overload',
    over: { reason: 'overload', cause: null, belief: null } as const,
    least: 5,
    most: 15,
  },
])('Retry-After of $name is drawn from $least to $most', ({ over, least, most }) => {
  const drawn = [0, 0.5, 0.999_999].map((random) =>
    Number(
      fieldsOf(answererOf({ random: () => random }).answer(asker(), matter(over)))['retry-after'],
    ),
  );
  expect([drawn[0], drawn[2]]).toEqual([least, most]);
});

test('Retry-After of planned work is the time that is left, spread over two minutes, an hour at most', () => {
  const until = Date.parse('2026-03-04T21:51:40Z'); // Ten minutes from the samples' now.
  const retry = (end: number, random: number): string | undefined =>
    fieldsOf(
      answererOf({
        state: published({ maintenances: [maintenance({ until: end })] }),
        random: () => random,
      }).answer(asker(), matter()),
    )['retry-after'];
  expect([retry(until, 0), retry(until, 0.999_999), retry(until + 36e6, 0.5)]).toEqual([
    '600',
    '720',
    '3600',
  ]);
});

test('an unknown route is not worth coming back for', () => {
  expect(
    fieldsOf(answered({ reason: 'unknown_route', cause: null, belief: null })),
  ).not.toHaveProperty('retry-after');
});

test("the upstream's own Retry-After is kept, in the body as well", () => {
  const replaced = unanswered({
    cause: 'upstream_status',
    receivedStatus: 503,
    kept: ['Retry-After', '120'],
  });
  const answer = answered(replaced, { Accept: 'application/json' });
  expect(fieldsOf(answer)['retry-after']).toBe('120');
  expect(JSON.parse(answer.body.toString()).outage.retryAfter).toBe(120);
});

test('but not where a repeat could be a second payment', () => {
  const replaced = unanswered({
    cause: 'upstream_status',
    receivedStatus: 503,
    kept: ['Retry-After', '120'],
  });
  expect(fieldsOf(answered(replaced, {}, POST))).not.toHaveProperty('retry-after');
});

test.for([
  { own: 'Wed, 04 Mar 2026 21:43:40 GMT', retry: 'Wed, 04 Mar 2026 21:43:40 GMT', seconds: 120 },
  { own: '1', retry: '1', seconds: 1 },
  { own: 'soon', retry: '42', seconds: 42 },
  { own: '-5', retry: '42', seconds: 42 },
  { own: '5\r\nX-Evil: 1', retry: '42', seconds: 42 },
])("the upstream's own %j", ({ own, retry, seconds }) => {
  const replaced = unanswered({ receivedStatus: 503, kept: ['retry-after', own] });
  const answer = answered(replaced, { Accept: 'application/json' });
  expect(fieldsOf(answer)['retry-after']).toBe(retry);
  expect(JSON.parse(answer.body.toString()).outage.retryAfter).toBe(seconds);
});

const NOW = Date.parse('2026-03-04T21:41:40Z');

test.for([
  ['0', 0],
  ['999999999', 999_999_999],
  ['1000000000', null],
  ['1.5', null],
  [' 5', null],
  ['5s', null],
  ['', null],
  ['Wed, 04 Mar 2026 21:41:41 GMT', 1],
  ['Wed, 04 Mar 2026 21:41:40 GMT', 0],
  ['Wed, 04 Mar 2026 20:41:40 GMT', 0],
  ['Wednesday, 04-Mar-26 21:42:40 GMT', 60],
  ['Wed Mar  4 21:42:40 2026 GMT', 60],
  ['2026-03-04T21:42:40Z', null],
  ['04 Mar 2026 21:42:40 GMT', null],
  ['Wed, never', null],
] as const)('Retry-After: %s is %s seconds', ([value, seconds]) => {
  expect(secondsOf(value, NOW)).toBe(seconds);
});

test.for([
  { endsAt: null, random: 0, seconds: 30 },
  { endsAt: null, random: 0.999, seconds: 60 },
  { endsAt: NOW + 10_001, random: 0, seconds: 41 },
  { endsAt: NOW, random: 0, seconds: 30 },
  { endsAt: NOW - 10_000, random: 0, seconds: 30 },
  { endsAt: NOW + 100_000, random: 0.999, seconds: 90 },
])('$random of 30 to 60 seconds before $endsAt is $seconds', ({ endsAt, random, seconds }) => {
  const draw = { least: 30, spread: 30, endsAt, most: endsAt === null ? 0 : 90 };
  expect(drawSeconds(draw, random, NOW)).toBe(seconds);
});

test.for([
  { reason: 'outage', endsAt: NOW + 1, most: 60 },
  { reason: 'overload', endsAt: NOW + 1, most: 15 },
  { reason: 'maintenance', endsAt: NOW + 1, most: 3600 },
  { reason: 'maintenance', endsAt: NOW, most: 60 },
  { reason: 'maintenance', endsAt: null, most: 60 },
  { reason: 'outage', endsAt: null, most: 60 },
] as const)('$reason that ends at $endsAt is drawn up to $most', ({ most, ...notice }) => {
  expect(retryDrawOf({ ...notice, now: NOW }).most).toBe(most);
});
