import { expect, test } from 'vitest';
import { loadLocale, loadLocales } from '../../src/answer/locales.ts';
import { createWording } from '../../src/answer/wording.ts';
import { columns } from '../../src/answer/wrap.ts';
import {
  answererOf,
  asker,
  belief,
  bodyOf,
  fieldsOf,
  incident,
  logbook,
  matter,
  publicAsk,
  published,
  route,
  SINCE,
  statusOf,
  unanswered,
  update,
} from './samples.ts';

const LOCALES = loadLocales(logbook().log);
const OTHERS = LOCALES.filter(({ language }) => language !== 'en');
const KB = 1024;
const LONG = update('investigating', 'Ein Wörtchen – “oder zwei”. '.repeat(60));
const answerer = answererOf({
  state: published({ incidents: [incident({ updates: [LONG] })] }),
});

const FORMS = {
  json: { Accept: 'application/json' },
  problem: { Accept: 'application/problem+json' },
  xml: { Accept: 'application/xml' },
  soap: { SOAPAction: '""', 'Content-Type': 'text/xml' },
  graphql: { Accept: 'application/graphql-response+json' },
  grpc: { 'Content-Type': 'application/grpc' },
  text: { Accept: '*/*' },
  script: { 'Sec-Fetch-Dest': 'script' },
};
const MATTERS = {
  'not processed': matter(),
  'outcome unknown': unanswered(),
  'sign-in': matter({ signIn: true, disposition: 'unknown', receivedStatus: 200 }),
  overload: matter({ reason: 'overload', cause: null, belief: null }),
  'unknown route': matter({ reason: 'unknown_route', cause: null, belief: null }),
};

test.for(
  OTHERS.flatMap(({ language }) =>
    Object.entries(MATTERS).map(([what, told]) => ({ language, what, told })),
  ),
)('$language: $what, to programs', ({ language, told }) => {
  const texts = createWording(loadLocale(language), 'ChargeOver');
  const said = Object.entries(FORMS).map(([form, headers]) => {
    const answer = answerer.answer(
      asker({ ...headers, 'Accept-Language': language }, { method: 'POST' }),
      told,
    );
    expect(fieldsOf(answer)['content-language'], form).toBe(language);
    expect(answer.reasonPhrase, form).toMatch(/^[\x20-\x7E]{1,80}$/);
    const body = bodyOf(answer);
    expect(Buffer.byteLength(body), form).toBeLessThanOrEqual(4 * KB);
    return [form, { body, answer }] as const;
  });
  // The keys are those of FORMS; `Object.entries` forgets them.
  const { json, grpc, text, script } = Object.fromEntries(said) as Record<
    keyof typeof FORMS,
    (typeof said)[number][1]
  >;
  const { title, detail, outage } = JSON.parse(json.body);
  expect(detail).not.toMatch(/\b(request|sent|credentials|address)\b/);
  // Tokens are for programs, in every language.
  expect(outage.reason).toBe(told.reason);
  expect(outage.disposition).toBe(told.disposition);

  expect(
    text.body.startsWith(texts.line('text.first', { title, status: json.answer.status })),
  ).toBe(true);
  for (const line of text.body.split('\n')) {
    expect(columns(line), line).toBeLessThanOrEqual(78);
    expect(line).toBe(line.trim());
  }
  const message = fieldsOf(grpc.answer)['grpc-message'] ?? '';
  expect(message).toMatch(/^[\x20-\x7E]+$/);
  expect(decodeURIComponent(message)).toContain('9F3K-7Q2M-4TXB');
  expect(script.body).toMatch(/^\/\* [^\n\u2028\u2029]+ \*\/$/);
});

test.for(LOCALES)('$language: an API keeps its envelope', ({ language }) => {
  const headers = { 'Accept-Language': language };
  const answer = answerer.answer(
    asker(headers, { route: route({ errors: 'chargeover' }) }),
    matter(),
  );
  const body = JSON.parse(bodyOf(answer));
  expect(body.message).toContain('https://status.chargeover.com/');
  expect(body.message).toContain('9F3K-7Q2M-4TXB');
  expect(body.details.reason).toBe('outage');
  expect(Buffer.byteLength(bodyOf(answer))).toBeLessThanOrEqual(4 * KB);
});

test('who asks for no language gets English', () => {
  for (const headers of Object.values(FORMS)) {
    const answer = answerer.answer(asker(headers), matter());
    expect(fieldsOf(answer)['content-language']).toBe('en');
  }
});

test.for(LOCALES)('$language: status.json is useful within 4 KB', ({ language }) => {
  const updates = Array.from({ length: 5 }, (_, index) =>
    update('identified', `${index}: ${'a word or two '.repeat(60)}`, SINCE + index * 1000),
  );
  const state = published({ incidents: [incident({ updates })] });
  const ask = { ...publicAsk('app'), language };
  const { body, headers } = statusOf(answererOf({ state }), [belief()], ask);
  expect(headers[headers.indexOf('Content-Language') + 1]).toBe(language);
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
  const told = JSON.parse(body);
  expect(told.updates.length).toBe(5);
  expect(told.updates[0].text.length).toBeGreaterThanOrEqual(160);
  const texts = createWording(loadLocale(language), 'ChargeOver');
  expect(told.heading).toBe(texts.line('outage.h1'));
  expect(told.updates[0].label).toBe(texts.line('label.identified'));
});

test.for([
  { language: 'en', counts: { 1: '1 second', 2: '2 seconds', 3600: '3,600 seconds' } },
  { language: 'de', counts: { 1: '1 Sekunde', 2: '2 Sekunden', 3600: '3.600 Sekunden' } },
  { language: 'fr', counts: { 0: '0 seconde', 1: '1 seconde', 2: '2 secondes' } },
  { language: 'ja', counts: { 1: '1秒', 42: '42秒' } },
  {
    language: 'ar',
    counts: {
      0: '0 ثانية',
      1: 'ثانية واحدة',
      2: 'ثانيتين',
      3: '3 ثوانٍ',
      10: '10 ثوانٍ',
      11: '11 ثانية',
      99: '99 ثانية',
      100: '100 ثانية',
      103: '103 ثوانٍ',
      7200: '7,200 ثانية',
    },
  },
])('$language counts seconds', ({ language, counts }) => {
  const wording = createWording(loadLocale(language), null);
  for (const [count, said] of Object.entries(counts)) {
    const bytes = wording.seconds(Number(count));
    expect(Buffer.from(bytes, 'latin1').toString()).toBe(said);
    expect(wording.seconds(Number(count))).toBe(bytes);
  }
});

test('the length of a text is told in bytes, whatever the language counts with', () => {
  for (const { language } of LOCALES) {
    const answer = answerer.answer(asker({ 'Accept-Language': language }), matter());
    expect(fieldsOf(answer)['content-length']).toBe(String(Buffer.byteLength(bodyOf(answer))));
    const texts = createWording(loadLocale(language), null);
    expect(bodyOf(answer)).toContain(texts.line('seconds', { count: 42 }).split(' ')[0]);
  }
});
