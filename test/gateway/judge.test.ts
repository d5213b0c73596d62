import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { HeldReply, type Interest } from '../../src/gateway/held-reply.ts';
import { judge } from '../../src/gateway/judge.ts';
import type { Rule } from '../../src/gateway/match-route.ts';
import { sentenceOf } from '../../src/gateway/sentence.ts';
import type { Belief } from '../../src/outage/verdict.ts';
import { Upstream } from '../../src/upstream/upstream.ts';
import { recordingLog, settingsOf, staticOf } from '../upstream/watch.ts';

const SENTENCE = 'The credentials are not correct.';
const JSON_TYPE = ['Content-Type', 'application/json'];
const GENERIC = { kind: 'generic', known: null };
const DELIBERATE = { kind: 'deliberate' };
const since = Date.parse('2023-07-19T15:24Z');
const DOWN: Belief = {
  upstream: 'login',
  component: null,
  verdict: { state: 'down', since, cause: 'connection_refused', detectedAt: since },
};
/** Never started: of itself it knows no trouble. */
const login = new Upstream(
  settingsOf({ name: 'login', discovery: staticOf('http://127.0.0.1:1') }),
  { log: recordingLog().log, onBelief: () => undefined, onRemoved: () => undefined },
);
const RULE: Rule = {
  settings: {
    name: 'credentials',
    statuses: [],
    body: SENTENCE,
    json: null,
    redirect: null,
    dependsOn: ['login'],
    holdBack: [],
  },
  sentence: sentenceOf(SENTENCE),
  redirect: null,
  dependsOn: [login],
};
/** A write whose rule depends on an upstream that was down when it came. */
const WRITE = {
  method: 'POST',
  unwellAtRequest: [DOWN],
  rules: [RULE],
  room: { mostBytes: 1024 },
};

function held(interest: Interest, fields: readonly string[], body: string | Buffer): HeldReply {
  const framing = { contentLength: null, isLast: false };
  const head = { status: 503, reasonPhrase: '', fields: [...fields], ...framing };
  const reply = new HeldReply(head, interest, { inspectBytes: 100 });
  reply.take(Buffer.from(body));
  return reply;
}

describe('an outage status', () => {
  test.for([
    { name: 'a page', fields: [], body: '<h1>503</h1>', judgement: GENERIC },
    { name: 'the sentence of a rule', fields: [], body: SENTENCE, judgement: GENERIC },
    { name: 'JSON', fields: JSON_TYPE, body: '{"error":1}', judgement: DELIBERATE },
    { name: 'nothing', fields: JSON_TYPE, body: '', judgement: GENERIC },
    {
      name: 'JSON that says nothing of its type, compressed',
      fields: ['Content-Encoding', 'gzip'],
      body: gzipSync('{"error":1}'),
      judgement: DELIBERATE,
    },
  ])('with $name: $judgement.kind', async ({ fields, body, judgement }) => {
    expect(await judge(held('outage', fields, body), WRITE)).toEqual(judgement);
  });

  test('is judged by its fields alone where its body is not known', async () => {
    const long = held('outage', JSON_TYPE, 'x'.repeat(101));
    expect(await judge(long, WRITE)).toEqual(DELIBERATE);
    const bodyless = held('outage', JSON_TYPE, '');
    expect(await judge(bodyless, { ...WRITE, method: 'HEAD' })).toEqual(DELIBERATE);
  });
});

describe('a reply that blames the user', () => {
  test('is an outage where a rule knows it, and an upstream of the rule was down', async () => {
    expect(await judge(held('misleading', [], SENTENCE), WRITE)).toMatchObject({
      kind: 'misleading',
      evidence: { rule: 'credentials', source: 'verdict_at_request', belief: DOWN, at: since },
    });
  });

  test.for([
    { name: 'no rule knows it', body: 'Welcome', request: WRITE },
    {
      name: 'it is longer than is looked into',
      body: SENTENCE,
      request: { ...WRITE, room: { mostBytes: SENTENCE.length - 1 } },
    },
    {
      name: 'its rule depends on nothing that could be down',
      body: SENTENCE,
      request: { ...WRITE, rules: [{ ...RULE, dependsOn: [] }] },
    },
  ])('is relayed where $name', async ({ body, request }) => {
    expect(await judge(held('misleading', [], body), request)).toEqual({ kind: 'relay' });
  });
});
