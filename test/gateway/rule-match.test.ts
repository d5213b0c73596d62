import { expect, test } from 'vitest';
import type { MisleadingRule } from '../../src/config/settings.ts';
import type { Rule } from '../../src/gateway/match-route.ts';
import type { ReplyHead } from '../../src/gateway/reply.ts';
import { ReplyText } from '../../src/gateway/reply-text.ts';
import { hasText, matchesIn, mayMislead, signOf } from '../../src/gateway/rule-match.ts';
import { sentenceOf } from '../../src/gateway/sentence.ts';

const SENTENCE = 'The credentials are not correct.';

/** A rule that knows replies by what is given, and by nothing else. */
function ruleOf(
  settings: Partial<Pick<MisleadingRule, 'body' | 'json' | 'statuses'>>,
  to = '',
): Rule {
  const { body = null } = settings;
  return {
    settings: {
      name: 'credentials',
      statuses: [],
      json: null,
      redirect: to === '' ? null : to,
      dependsOn: [],
      holdBack: [],
      ...settings,
      body,
    },
    sentence: body === null ? null : sentenceOf(body),
    redirect: to === '' ? null : new RegExp(to),
    dependsOn: [],
  };
}

function headOf(status: number, type = 'text/html', more: readonly string[] = []): ReplyHead {
  const fields = [...(type === '' ? [] : ['Content-Type', type]), ...more];
  return { status, reasonPhrase: '', fields, contentLength: null, isLast: false };
}

/** The sign by which a rule knows a reply, as both ways of asking tell it. */
async function signIn(rule: Rule, head: ReplyHead, body: string) {
  const text = await ReplyText.of({ head, body: Buffer.from(body) }, { mostBytes: 1024 });
  const sign = signOf(rule, head, text);
  expect(matchesIn(head, text, [rule])).toEqual(sign === null ? [] : [{ rule, sign }]);
  return sign;
}

const BODY = ruleOf({ body: SENTENCE });
const BODY_OF_401 = ruleOf({ body: SENTENCE, statuses: [401, 403] });
const JSON_RULE = ruleOf({ json: { error: 'credentials' } });
const STATUS_ALONE = ruleOf({ statuses: [401] });
const NOTHING = ruleOf({});
const REDIRECT = ruleOf({}, '^/login\\?error=');
const REDIRECT_OF_302 = ruleOf({ statuses: [302] }, '^/login\\?error=');
const BODY_AND_JSON = ruleOf({ body: SENTENCE, json: { error: 'credentials' } });

test.for([
  { name: 'its sentence', rule: BODY, head: headOf(200), body: SENTENCE, sign: 'text' },
  { name: 'another sentence', rule: BODY, head: headOf(200), body: 'Welcome', sign: null },
  { name: 'its status', rule: BODY_OF_401, head: headOf(403), body: SENTENCE, sign: 'text' },
  { name: 'another status', rule: BODY_OF_401, head: headOf(200), body: SENTENCE, sign: null },
  {
    name: 'a sentence in a picture',
    rule: BODY,
    head: headOf(200, 'image/png'),
    body: SENTENCE,
    sign: null,
  },
  {
    name: 'its members',
    rule: JSON_RULE,
    head: headOf(200, 'application/json'),
    body: '{"error":"credentials"}',
    sign: 'json',
  },
  {
    name: 'other members',
    rule: JSON_RULE,
    head: headOf(200, 'application/json'),
    body: '{"error":"quota"}',
    sign: null,
  },
  {
    name: 'members of no JSON',
    rule: JSON_RULE,
    head: headOf(200),
    body: 'credentials',
    sign: null,
  },
  {
    name: 'members or a sentence',
    rule: BODY_AND_JSON,
    head: headOf(200, 'application/json'),
    body: `{"message":"${SENTENCE}"}`,
    sign: 'data',
  },
  {
    name: 'members and a sentence',
    rule: BODY_AND_JSON,
    head: headOf(200, 'application/json'),
    body: `{"error":"credentials","message":"${SENTENCE}"}`,
    sign: 'json',
  },
  {
    name: 'its status alone',
    rule: STATUS_ALONE,
    head: headOf(401, 'image/png'),
    body: '',
    sign: 'status',
  },
  { name: 'another status alone', rule: STATUS_ALONE, head: headOf(403), body: '', sign: null },
  { name: 'nothing', rule: NOTHING, head: headOf(401), body: '', sign: null },
  {
    name: 'its redirect',
    rule: REDIRECT,
    head: headOf(302, '', ['Location', '/login?error=1']),
    body: '',
    sign: 'redirect',
  },
  {
    name: 'another redirect',
    rule: REDIRECT,
    head: headOf(302, '', ['Location', '/']),
    body: '',
    sign: null,
  },
  { name: 'a redirect to nowhere', rule: REDIRECT, head: headOf(302), body: '', sign: null },
  {
    name: 'the first redirect',
    rule: REDIRECT,
    head: headOf(300, '', ['Location', '/login?error=1']),
    body: '',
    sign: 'redirect',
  },
  {
    name: 'the last redirect',
    rule: REDIRECT,
    head: headOf(399, '', ['Location', '/login?error=1']),
    body: '',
    sign: 'redirect',
  },
  {
    name: 'a place that is no redirect',
    rule: REDIRECT,
    head: headOf(201, '', ['Location', '/login?error=1']),
    body: '',
    sign: null,
  },
  {
    name: 'a place of an error',
    rule: REDIRECT,
    head: headOf(400, '', ['Location', '/login?error=1']),
    body: '',
    sign: null,
  },
  {
    name: 'the status of a redirect alone',
    rule: REDIRECT_OF_302,
    head: headOf(302),
    body: '',
    sign: null,
  },
])('a rule and $name: $sign', async ({ rule, head, body, sign }) => {
  expect(await signIn(rule, head, body)).toBe(sign);
});

test('a body that cannot be read says nothing, the head still does', () => {
  expect(signOf(BODY, headOf(200), null)).toBeNull();
  expect(signOf(STATUS_ALONE, headOf(401), null)).toBe('status');
  expect(matchesIn(headOf(401), null, [BODY, STATUS_ALONE])).toEqual([
    { rule: STATUS_ALONE, sign: 'status' },
  ]);
});

test.for([
  ['text/html', true],
  ['text/plain; charset=utf-8', true],
  ['Application/JSON', true],
  ['application/problem+json', true],
  ['application/xml', true],
  ['application/soap+xml; action=a', true],
  ['application/xhtml+xml', true],
  ['application/javascript', true],
  ['', true],
  ['text/event-stream', false],
  ['TEXT/Event-Stream; charset=utf-8', false],
  ['application/octet-stream', false],
  ['application/x; a=b+json', false],
  ['image/png', false],
  ['a/text/html', false],
] as const)('%s can hold a sentence: %s', ([type, can]) => {
  expect(hasText(headOf(200, type))).toBe(can);
});

test.for([
  { name: 'no rule', rules: [], head: headOf(401), may: false },
  { name: 'a status that its body may prove', rules: [BODY_OF_401], head: headOf(401), may: true },
  { name: 'any status', rules: [BODY], head: headOf(200), may: true },
  { name: 'another status', rules: [BODY_OF_401], head: headOf(200), may: false },
  { name: 'a picture', rules: [BODY_OF_401], head: headOf(401, 'image/png'), may: false },
  { name: 'the status alone', rules: [STATUS_ALONE], head: headOf(401, 'image/png'), may: true },
  {
    name: 'one rule of two',
    rules: [BODY_OF_401, STATUS_ALONE],
    head: headOf(401, 'image/png'),
    may: true,
  },
])('whether a head may mislead: $name', ({ rules, head, may }) => {
  expect(mayMislead(head, rules)).toBe(may);
});
