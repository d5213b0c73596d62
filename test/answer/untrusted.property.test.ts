import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer, Asker, Matter } from '../../src/answer/answer.ts';
import { readAsk, recognise } from '../../src/answer/client-kind.ts';
import type { Form } from '../../src/answer/form.ts';
import { PREVIEW_CLIENTS } from '../../src/gateway/preview-clients.ts';
import { skeletonOf } from './formats.ts';
import { CANARY, hostile, hostileLine } from './hostile.ts';
import {
  answererOf,
  asker,
  belief,
  bodyOf,
  fieldsOf,
  incident,
  maintenance,
  matter,
  published,
  route,
  settings,
  unanswered,
  update,
} from './samples.ts';

const ORIGIN = 'https://portal.example.com';
const API = route({ errors: 'chargeover', cors: [ORIGIN] });
const PIXEL = route({ kind: 'pixel' });

/** A client for each form that there is. */
const CLIENTS: readonly (readonly [Form, Partial<Asker>])[] = [
  ['page', as('browser')],
  ['page', as('form')],
  ['frame', as('frame')],
  ['json', as('spa')],
  ['problem_json', as('problem')],
  ['envelope', { ...as('sdk'), route: API }],
  ['problem_xml', as('xml')],
  ['text', as('curl')],
  ['soap11', as('soap')],
  ['soap12', as('soap12')],
  ['grpc', as('grpc-web')],
  ['graphql_response', as('graphql')],
  ['graphql_json', { ...as('curl'), route: route({ kind: 'graphql' }) }],
  ['event_stream', as('eventsource')],
  ['empty', as('image')],
  ['pixel', { ...as('image'), route: PIXEL }],
  ['script', as('script')],
  ['style', as('style')],
  ['preflight', { ...as('preflight'), route: API }],
  ['json', as('websocket')],
];

const MATTERS: readonly Matter[] = [
  matter(),
  matter({ belief: belief('suspect'), cause: 'connection_refused' }),
  matter({ belief: belief('down', { component: 'Search' }) }),
  unanswered(),
  matter({ signIn: true, disposition: 'unknown', receivedStatus: 200 }),
  matter({ reason: 'overload', cause: null, belief: null }),
  matter({ reason: 'unknown_route', cause: null, belief: null }),
];

function as(name: keyof typeof PREVIEW_CLIENTS): Partial<Asker> {
  const { method, headers } = PREVIEW_CLIENTS[name];
  return { method, rawHeaders: ['Host', 'app.chargeover.com', ...headers] };
}

/** Everything of a request that an answer may look at, and more. */
const client = fc.record({
  target: hostile,
  reference: hostile,
  fields: fc.record({
    Host: hostile,
    Referer: hostile.map((text) => `https://app.chargeover.com/${text}`),
    Origin: fc.oneof(
      hostile,
      hostile.map((text) => `https://${text}`),
    ),
    'Access-Control-Request-Method': hostile,
    'Access-Control-Request-Headers': hostile,
    'Accept-Language': hostile,
    'X-Request-Id': hostile,
    'Idempotency-Key': hostile,
    'User-Agent': hostile,
    Cookie: hostile,
    Authorization: hostile,
    'X-Forwarded-Host': hostile,
    'X-Forwarded-Proto': hostile,
    'X-Forwarded-Prefix': hostile,
    Via: hostile,
  }),
  /** Put behind what makes the client's kind. */
  tail: hostile,
});

const TAILED = new Set(['accept', 'content-type', 'soapaction', 'x-requested-with', 'upgrade']);

function asHostile(over: Partial<Asker>, { target, reference, fields, tail }: Hostile): Asker {
  const own = (over.rawHeaders ?? []).map((value, index, all) => {
    const name = (all[index - 1] ?? '').toLowerCase();
    return index % 2 === 1 && TAILED.has(name) ? `${value}, x/y;z=${tail}` : value;
  });
  const more = Object.entries(fields).filter(([name]) => !own.includes(name) || name === 'Host');
  const rawHeaders = [...own.slice(2), ...more.flat()];
  return asker({}, { ...over, target: `/${target}`, reference, rawHeaders });
}

type Hostile = typeof client extends fc.Arbitrary<infer Value> ? Value : never;

const ANSWERER = answererOf();

test('the clients of this file come in every form', () => {
  const forms = CLIENTS.map(([, over]) => recognise(readAsk(asker({}, over))).form);
  expect(forms).toEqual(CLIENTS.map(([form]) => form));
  expect(new Set(forms).size).toBe(18);
});

test.for(CLIENTS)('in the form %s nothing that a client sends is more than a text', ([, over]) => {
  const form = formOf(asker({}, over));
  fc.assert(
    fc.property(client, fc.constantFrom(...MATTERS), (sent, told) => {
      const asked = asHostile(over, sent);
      const answer = ANSWERER.answer(asked, told);
      const fields = { ...HARMLESS.fields, ...passing(answer) };
      const benign = ANSWERER.answer(asHostile(over, { ...HARMLESS, fields }), told);
      const skeleton = skeletonOf(answer);
      if (formOf(asked) === form) expect(skeleton).toEqual(skeletonOf(benign));
      for (const found of placesOf(answer)) expect(found).toMatch(ALLOWED);
    }),
    { numRuns: 15 },
  );
});

function formOf(asked: Asker): Form {
  return recognise(readAsk(asked)).form;
}

const HARMLESS: Hostile = {
  target: 'x',
  reference: '9F3K-7Q2M-4TXB',
  fields: {
    Host: 'app.chargeover.com',
    Referer: '',
    Origin: '',
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': '',
    'Accept-Language': '',
    'X-Request-Id': '',
    'Idempotency-Key': '',
    'User-Agent': '',
    Cookie: '',
    Authorization: '',
    'X-Forwarded-Host': '',
    'X-Forwarded-Proto': '',
    'X-Forwarded-Prefix': '',
    Via: '',
  },
  tail: '',
};

/** Fields that come or not by what was sent, and may: the harmless request gets them as well. */
function passing(answer: Answer): Partial<Hostile['fields']> {
  const fields = fieldsOf(answer);
  return {
    ...('access-control-allow-origin' in fields ? { Origin: ORIGIN } : {}),
    'Access-Control-Request-Headers': 'access-control-allow-headers' in fields ? 'a' : '',
    'Access-Control-Request-Method': 'access-control-allow-methods' in fields ? 'POST' : '',
  };
}

/** The reference, the way back, and what CORS echoes: each reduced to what its place can hold. */
const ALLOWED =
  /^(?:x-request-id|grpc-message|body): [\w\-.:=+/@~ %()]*(?: \*\/)?$|^access-control-allow-(?:origin|methods|headers): [\w!#$%&'*+.^`|~:/[\], -]*$|^way back: \/[\x21-\x7e]*$/;

/** Where the canary is in an answer, with what stands around it. */
function placesOf(answer: Answer): readonly string[] {
  const fields = Object.entries(fieldsOf(answer));
  const body = bodyOf(answer);
  const ways = [...body.matchAll(/(?:href|data-to|data-return)="([^"]*)"/g)]
    .map(([, way = '']) => way)
    .filter((way) => way.includes(CANARY));
  const rest = ways.reduce((text, way) => text.replaceAll(way, ''), body);
  return [
    ...fields.filter(([, value]) => value.includes(CANARY)).map(([n, value]) => `${n}: ${value}`),
    ...ways.map((way) => `way back: ${way}`),
    ...[...rest.matchAll(new RegExp(`[^>" (]*${CANARY}[^<")]*`, 'g'))].map(
      ([found]) => `body: ${found.trim()}`,
    ),
  ];
}

const texts = fc.record({
  brandName: hostileLine,
  name: hostileLine,
  text: hostileLine,
  status: hostileLine,
  id: hostileLine,
  component: hostileLine,
  working: hostileLine,
});
type Texts = typeof texts extends fc.Arbitrary<infer Value> ? Value : never;

test('no status page and no setting breaks a format', () => {
  const plain = skeletonsIn({
    ...{ brandName: 'Brand', name: 'Name', text: 'Text', status: 'status', id: 'id' },
    ...{ component: 'Component', working: 'Working' },
  });
  fc.assert(
    fc.property(texts, (said) => {
      expect(skeletonsIn(said)).toEqual(plain);
    }),
    { numRuns: 12 },
  );
});

/** The skeletons of the answers of every form to every matter, where others have written the texts. */
function skeletonsIn(said: Texts): readonly (readonly string[])[] {
  const brand = { ...settings().brand!, name: said.brandName };
  const answerer = answererOf({ state: stateOf(said), settings: settings({ brand }) });
  return CLIENTS.flatMap(([form, over]) =>
    MATTERS.map((told) => {
      const own = told.belief === null ? null : { ...told.belief, component: said.component };
      const answer = answerer.answer(asker({}, over), { ...told, belief: own });
      expect(bodyOf(answer)).not.toMatch(/[\uFDD0-\uFDD4]/);
      return [form, ...skeletonOf(answer)];
    }),
  );
}

function stateOf({ name, text, status, id, working }: Texts) {
  const updates = [update(status, text), update('resolved', text)];
  return published({
    incidents: [incident({ id, name, rawStatus: status, updates })],
    components: [{ id: 'c', name: working, status: 'operational' }],
  });
}

test('planned work and a template of the settings are texts as well', () => {
  fc.assert(
    fc.property(hostile, hostile, (text, key) => {
      const state = published({
        maintenances: [maintenance({ name: text, updates: [update('in_progress', text)] })],
      });
      const errors = { chargeover: { [key]: text, list: [text, '{message}'], known: '{status}' } };
      const answerer = answererOf({ state, settings: settings({ errors }) });
      const page = answerer.answer(asker({}, as('browser')), matter());
      skeletonOf(page);
      const envelope = answerer.answer(asker({}, { ...as('sdk'), route: API }), matter());
      skeletonOf(envelope);
      expect(JSON.parse(bodyOf(envelope)).known).toBe(503);
    }),
  );
});
