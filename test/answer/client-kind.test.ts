import { expect, test } from 'vitest';
import type { Asker, ClientKind } from '../../src/answer/answer.ts';
import { readAsk, recognise } from '../../src/answer/client-kind.ts';
import { ROWS } from '../../src/answer/client-table.ts';
import type { Form } from '../../src/answer/form.ts';
import { asker, NAVIGATION, route } from './samples.ts';

interface Case {
  readonly name: string;
  readonly headers: Record<string, string>;
  readonly over?: Partial<Asker>;
  readonly kind: ClientKind;
  readonly form: Form;
}

const ROUTE = route();
const API = { route: route({ errors: 'chargeover' }) };
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const FETCH = { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' };
const PREFLIGHT = {
  Origin: 'https://portal.example.com',
  'Access-Control-Request-Method': 'POST',
};
const LISTED = { method: 'OPTIONS', route: route({ cors: ['https://portal.example.com'] }) };

const CASES: readonly Case[] = [
  {
    name: 'a preflight that no route is for',
    headers: PREFLIGHT,
    over: { method: 'OPTIONS', route: null },
    kind: 'preflight',
    form: 'text',
  },
  {
    name: 'a SOAP client without its field',
    headers: { 'Content-Type': 'text/xml' },
    over: { method: 'POST' },
    kind: 'soap',
    form: 'soap11',
  },
  {
    name: 'a GraphQL client by its content',
    headers: { 'Content-Type': 'application/graphql' },
    over: { method: 'POST' },
    kind: 'graphql',
    form: 'graphql_json',
  },
  ...['image', 'font', 'audio', 'video', 'track'].map(
    (dest): Case => ({
      name: `a browser that wants ${dest}`,
      headers: { 'Sec-Fetch-Dest': dest },
      over: { route: null },
      kind: 'image',
      form: 'empty',
    }),
  ),
  ...['worker', 'manifest', 'report', 'audioworklet', 'paintworklet', 'xslt'].map(
    (dest): Case => ({
      name: `a browser that wants ${dest}`,
      headers: { 'Sec-Fetch-Dest': dest },
      kind: 'subresource',
      form: 'empty',
    }),
  ),
  {
    name: 'somebody who looks at a pixel',
    headers: { 'Sec-Fetch-Mode': 'navigate' },
    over: { route: route({ kind: 'pixel' }) },
    kind: 'person',
    form: 'page',
  },
  {
    name: 'a fetch of HTML that says only where it goes',
    headers: { Accept: 'text/html', 'Sec-Fetch-Dest': 'empty' },
    kind: 'html_fetch',
    form: 'page',
  },
  {
    name: 'a script that loads HTML for a document',
    headers: {
      ...FETCH,
      Accept: 'text/html',
      'Sec-Fetch-Dest': 'document',
      'X-Requested-With': 'a',
    },
    kind: 'html_fetch',
    form: 'page',
  },
  {
    name: 'a browser that loads HTML for what is no page',
    headers: { ...FETCH, Accept: 'text/html', 'Sec-Fetch-Dest': 'document' },
    kind: 'other',
    form: 'text',
  },
  {
    name: 'a path of XML, for whom JSON is no use',
    headers: { Accept: 'application/json;q=0' },
    over: { target: '/a.xml' },
    kind: 'extension',
    form: 'problem_xml',
  },
  {
    name: 'a WebSocket handshake',
    headers: { upgrade: 'WebSocket', connection: 'Upgrade' },
    kind: 'websocket',
    form: 'json',
  },
  {
    name: 'a preflight of a listed origin',
    headers: PREFLIGHT,
    over: LISTED,
    kind: 'preflight',
    form: 'preflight',
  },
  {
    name: 'a preflight of another origin',
    headers: PREFLIGHT,
    over: { method: 'OPTIONS' },
    kind: 'preflight',
    form: 'text',
  },
  {
    name: 'OPTIONS that is no preflight',
    headers: {},
    over: { method: 'OPTIONS' },
    kind: 'other',
    form: 'text',
  },
  {
    name: 'gRPC-Web',
    headers: { 'Content-Type': 'application/grpc-web+proto' },
    over: { method: 'POST' },
    kind: 'grpc',
    form: 'grpc',
  },
  {
    name: 'SOAP 1.1 by its action',
    headers: { SOAPAction: '"authenticate"', 'Content-Type': 'text/xml' },
    over: { method: 'POST' },
    kind: 'soap',
    form: 'soap11',
  },
  {
    name: 'SOAP 1.2 by its type',
    headers: { 'Content-Type': 'application/soap+xml; charset=utf-8' },
    over: { method: 'POST' },
    kind: 'soap',
    form: 'soap12',
  },
  {
    name: 'a GraphQL route',
    headers: { Accept: '*/*' },
    over: { method: 'POST', route: route({ kind: 'graphql' }) },
    kind: 'graphql',
    form: 'graphql_json',
  },
  {
    name: 'a GraphQL client by its Accept',
    headers: { Accept: 'application/graphql-response+json, application/json;q=0.9' },
    over: { method: 'POST' },
    kind: 'graphql',
    form: 'graphql_response',
  },
  {
    name: 'an EventSource of a browser',
    headers: { Accept: 'text/event-stream', ...FETCH },
    kind: 'event_source',
    form: 'event_stream',
  },
  {
    name: 'an event stream client without Sec-Fetch',
    headers: { Accept: 'text/event-stream' },
    kind: 'event_source',
    form: 'text',
  },
  {
    name: 'an image',
    headers: { 'Sec-Fetch-Dest': 'image', Accept: 'image/avif,*/*;q=0.8' },
    kind: 'image',
    form: 'empty',
  },
  {
    name: 'an image of an old browser',
    headers: { Accept: 'image/png,image/svg+xml,*/*' },
    kind: 'image',
    form: 'empty',
  },
  {
    name: 'a pixel',
    headers: { 'Sec-Fetch-Dest': 'image' },
    over: { route: route({ kind: 'pixel' }) },
    kind: 'image',
    form: 'pixel',
  },
  { name: 'a font', headers: { 'Sec-Fetch-Dest': 'font' }, kind: 'image', form: 'empty' },
  {
    name: 'a script',
    headers: { 'Sec-Fetch-Dest': 'script', Accept: '*/*' },
    kind: 'subresource',
    form: 'script',
  },
  {
    name: 'a style sheet',
    headers: { 'Sec-Fetch-Dest': 'style', Accept: 'text/css,*/*;q=0.1' },
    kind: 'subresource',
    form: 'style',
  },
  {
    name: 'a service worker',
    headers: { 'Sec-Fetch-Dest': 'serviceworker' },
    kind: 'subresource',
    form: 'empty',
  },
  {
    name: 'a webhook route',
    headers: { 'Content-Type': 'application/json' },
    over: { method: 'POST', route: route({ kind: 'webhook' }) },
    kind: 'webhook',
    form: 'text',
  },
  {
    name: "ChargeOver's SDK",
    headers: { Accept: '*/*', 'Content-Type': 'application/json' },
    over: API,
    kind: 'api',
    form: 'envelope',
  },
  {
    name: 'an API client that says it takes HTML',
    headers: { Accept: 'text/html' },
    over: API,
    kind: 'api',
    form: 'envelope',
  },
  {
    name: 'an API client that names problem+json',
    headers: { Accept: 'application/problem+json' },
    over: API,
    kind: 'fetch',
    form: 'problem_json',
  },
  {
    name: 'an API client that wants XML',
    headers: { Accept: 'application/xml' },
    over: API,
    kind: 'xml',
    form: 'problem_xml',
  },
  { name: 'a person', headers: NAVIGATION, kind: 'person', form: 'page' },
  {
    name: 'a person without Sec-Fetch',
    headers: { Accept: BROWSER },
    kind: 'person',
    form: 'page',
  },
  {
    name: 'a crawler',
    headers: { 'user-agent': 'Googlebot', accept: 'text/html,*/*;q=0.5' },
    kind: 'person',
    form: 'page',
  },
  {
    name: 'a person who opens a .json address',
    headers: NAVIGATION,
    over: { target: '/a.json' },
    kind: 'person',
    form: 'page',
  },
  {
    name: 'a frame',
    headers: { ...NAVIGATION, 'Sec-Fetch-Dest': 'iframe' },
    kind: 'person',
    form: 'frame',
  },
  {
    name: 'Turbo',
    headers: { ...FETCH, Accept: 'text/vnd.turbo-stream.html, text/html, application/xhtml+xml' },
    kind: 'html_fetch',
    form: 'page',
  },
  {
    name: 'pjax',
    headers: { 'X-Requested-With': 'XMLHttpRequest', Accept: 'text/html, */*; q=0.01' },
    kind: 'html_fetch',
    form: 'page',
  },
  { name: 'fetch', headers: { ...FETCH, Accept: '*/*' }, kind: 'fetch', form: 'json' },
  {
    name: 'jQuery',
    headers: {
      'X-Requested-With': 'XMLHttpRequest',
      Accept: 'application/json, text/javascript, */*; q=0.01',
    },
    kind: 'fetch',
    form: 'json',
  },
  {
    name: 'a mobile app',
    headers: { Accept: 'application/vnd.api+json' },
    kind: 'fetch',
    form: 'json',
  },
  {
    name: 'a program that ranks JSON above HTML',
    headers: { Accept: 'text/html;q=0.5, application/json' },
    kind: 'fetch',
    form: 'json',
  },
  {
    name: 'JSON sent, nothing named',
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    over: { method: 'POST' },
    kind: 'fetch',
    form: 'json',
  },
  {
    name: 'JSON sent, XML asked for',
    headers: { 'Content-Type': 'application/json', Accept: 'application/xml' },
    over: { method: 'POST' },
    kind: 'xml',
    form: 'problem_xml',
  },
  {
    name: 'JSON refused by q=0',
    headers: { Accept: 'application/json;q=0, */*' },
    kind: 'other',
    form: 'text',
  },
  {
    name: 'HTML refused by q=0',
    headers: { Accept: 'text/html;q=0, */*' },
    kind: 'other',
    form: 'text',
  },
  {
    name: 'an XML client',
    headers: { Accept: 'text/xml, application/json;q=0.5' },
    kind: 'xml',
    form: 'problem_xml',
  },
  {
    name: 'by extension: .json',
    headers: { Accept: '*/*' },
    over: { target: '/feed.json?x=1.xml' },
    kind: 'extension',
    form: 'json',
  },
  {
    name: 'by extension: .css',
    headers: {},
    over: { target: '/a.b/site.CSS' },
    kind: 'extension',
    form: 'style',
  },
  {
    name: 'by extension: .png',
    headers: {},
    over: { target: '/logo.png' },
    kind: 'extension',
    form: 'empty',
  },
  {
    name: 'a dot in a folder',
    headers: {},
    over: { target: '/v1.json/list' },
    kind: 'other',
    form: 'text',
  },
  { name: 'curl', headers: { 'User-Agent': 'curl/8', Accept: '*/*' }, kind: 'other', form: 'text' },
  { name: 'a client that names nothing', headers: {}, kind: 'other', form: 'text' },
  {
    name: 'no route at all',
    headers: NAVIGATION,
    over: { route: null },
    kind: 'person',
    form: 'page',
  },
  {
    name: 'a person whose browser sends no Sec-Fetch and ranks XML first',
    headers: {
      Accept: 'application/xml,application/xhtml+xml,text/html;q=0.9,text/plain;q=0.8,*/*;q=0.5',
    },
    kind: 'person',
    form: 'page',
  },
  {
    name: "Node's fetch that asks for HTML",
    headers: { Accept: 'text/html', 'Sec-Fetch-Mode': 'cors' },
    kind: 'html_fetch',
    form: 'page',
  },
  {
    name: 'a protocol that only sounds like WebSocket',
    headers: { Upgrade: 'x-websocket' },
    kind: 'other',
    form: 'text',
  },
  {
    name: 'SOAP 1.1 with a type that only starts alike',
    headers: { 'Content-Type': 'text/xml-external-parsed-entity' },
    over: { method: 'POST' },
    kind: 'other',
    form: 'text',
  },
  {
    name: 'SOAP 1.2 with its action as a field',
    headers: { 'Content-Type': 'application/soap+xml;action="x"', SOAPAction: '"x"' },
    over: { method: 'POST' },
    kind: 'soap',
    form: 'soap12',
  },
  {
    name: 'GET of text/xml',
    headers: { 'Content-Type': 'text/xml' },
    kind: 'other',
    form: 'text',
  },
  {
    name: 'a program that takes JSON or a stream for its calls',
    headers: { Accept: 'application/json, text/event-stream', 'Content-Type': 'application/json' },
    over: { method: 'POST' },
    kind: 'fetch',
    form: 'json',
  },
  {
    name: 'a stream before JSON',
    headers: { Accept: 'text/event-stream, application/json' },
    kind: 'event_source',
    form: 'text',
  },
  {
    name: 'a stream refused by q=0',
    headers: { Accept: 'text/event-stream;q=0, */*' },
    kind: 'other',
    form: 'text',
  },
  {
    name: 'a fetch that asks for an image',
    headers: { ...FETCH, Accept: 'image/webp,*/*;q=0.8' },
    kind: 'image',
    form: 'empty',
  },
  {
    name: 'an image that is named first and ranked below HTML',
    headers: { Accept: 'image/png;q=0.2, text/html' },
    kind: 'person',
    form: 'page',
  },
  {
    name: 'a mail program that fetches a pixel',
    headers: { Accept: '*/*' },
    over: { route: route({ kind: 'pixel' }) },
    kind: 'image',
    form: 'pixel',
  },
  {
    name: 'a person who opens the address of a pixel',
    headers: NAVIGATION,
    over: { route: route({ kind: 'pixel' }) },
    kind: 'person',
    form: 'page',
  },
  ...['worker', 'manifest', 'report', 'sharedworker', 'audioworklet'].map((dest) => ({
    name: `a ${dest}`,
    headers: { 'Sec-Fetch-Dest': dest, Accept: '*/*' },
    kind: 'subresource' as const,
    form: 'empty' as const,
  })),
  {
    name: 'a module of JSON',
    headers: { 'Sec-Fetch-Dest': 'json', Accept: '*/*' },
    kind: 'fetch',
    form: 'json',
  },
  {
    name: 'an API client that ranks XML below JSON',
    headers: { Accept: 'application/json, application/xml;q=0.9' },
    over: API,
    kind: 'api',
    form: 'envelope',
  },
  {
    name: 'a person on an API route',
    headers: NAVIGATION,
    over: API,
    kind: 'api',
    form: 'envelope',
  },
  {
    name: 'anything of the kind of JSON',
    headers: { Accept: 'application/*;q=0.9, text/html;q=0' },
    kind: 'fetch',
    form: 'json',
  },
  {
    name: 'anything of the kind of JSON, above HTML',
    headers: { Accept: 'text/html;q=0.5, application/*' },
    kind: 'fetch',
    form: 'json',
  },
  {
    name: 'anything of its kind but JSON',
    headers: { Accept: 'application/json;q=0, application/*' },
    kind: 'other',
    form: 'text',
  },
  {
    name: 'any text',
    headers: { Accept: 'text/*' },
    kind: 'other',
    form: 'text',
  },
  {
    name: 'anything but text',
    headers: { Accept: 'text/plain;q=0, */*' },
    kind: 'other',
    form: 'json',
  },
  {
    name: 'JSON of another kind, and not ours',
    headers: { Accept: 'application/vnd.api+json, application/json;q=0' },
    kind: 'fetch',
    form: 'problem_json',
  },
  {
    name: 'JSON sent, JSON refused',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json;q=0, */*' },
    over: { method: 'POST' },
    kind: 'other',
    form: 'text',
  },
  {
    name: 'JSON sent, text asked for',
    headers: { 'Content-Type': 'application/json', Accept: 'text/plain' },
    over: { method: 'POST' },
    kind: 'other',
    form: 'text',
  },
  {
    name: 'a .json address, text asked for',
    headers: { Accept: 'text/plain' },
    over: { target: '/feed.json' },
    kind: 'other',
    form: 'text',
  },
  {
    name: 'a .json address, JSON refused',
    headers: { Accept: 'application/json;q=0, */*' },
    over: { target: '/feed.json' },
    kind: 'other',
    form: 'text',
  },
  {
    name: 'a style sheet of an old browser',
    headers: { Accept: 'text/css,*/*;q=0.1' },
    over: { target: '/site.css' },
    kind: 'extension',
    form: 'style',
  },
];

test.for(CASES)('$name: $kind, $form', ({ headers, over, kind, form }) => {
  expect(recognise(readAsk(asker(headers, over)))).toMatchObject({ kind, form });
});

test('whoever comes after whom: each is recognised by what it says itself', () => {
  const asks = CASES.map(({ headers, over }) => readAsk(asker(headers, over)));
  for (const [index, { name, kind, form }] of CASES.entries()) {
    for (const before of asks) {
      recognise(before);
      expect(recognise(asks[index] ?? before), name).toMatchObject({ kind, form });
    }
  }
});

test('the rows are those of UX.md, section 5, in their order, each of one kind', () => {
  expect(ROWS.map(({ row }) => row)).toEqual(Array.from({ length: 16 }, (_, index) => index + 2));
  expect(new Set(ROWS.map(({ kind }) => kind)).size).toBe(ROWS.length);
});

test('the sign that gave a client away is told', () => {
  expect(recognise(readAsk(asker(NAVIGATION))).sign).toBe('Sec-Fetch-Mode: navigate');
  expect(recognise(readAsk(asker({ 'X-Requested-With': 'x' }))).sign).toBe('X-Requested-With');
});

test.for<{
  readonly name: string;
  readonly one: Readonly<Record<string, string>>;
  readonly other: Readonly<Record<string, string>>;
  readonly overs?: readonly [Partial<Asker>, Partial<Asker>];
}>([
  { name: 'Accept', one: { Accept: 'text/html' }, other: { Accept: 'application/json' } },
  { name: 'method', one: PREFLIGHT, other: PREFLIGHT, overs: [{ method: 'OPTIONS' }, {}] },
  { name: 'route', one: {}, other: {}, overs: [{ route: route({ kind: 'webhook' }) }, {}] },
  { name: 'path', one: {}, other: {}, overs: [{ target: '/a.json' }, { target: '/' }] },
  { name: 'Sec-Fetch-Mode', one: { 'Sec-Fetch-Mode': 'navigate' }, other: {} },
  { name: 'Sec-Fetch-Dest', one: FETCH, other: { ...FETCH, 'Sec-Fetch-Dest': 'image' } },
  { name: 'X-Requested-With', one: { 'X-Requested-With': 'XMLHttpRequest' }, other: {} },
  { name: 'Content-Type', one: { 'Content-Type': 'application/grpc' }, other: {} },
  {
    name: 'Origin',
    one: PREFLIGHT,
    other: { 'Access-Control-Request-Method': 'PUT' },
    overs: [{ method: 'OPTIONS' }, { method: 'OPTIONS' }],
  },
  {
    name: 'Access-Control-Request-Method',
    one: PREFLIGHT,
    other: { Origin: 'https://a.example' },
    overs: [{ method: 'OPTIONS' }, { method: 'OPTIONS' }],
  },
  { name: 'Upgrade', one: { Upgrade: 'websocket' }, other: {} },
  { name: 'SOAPAction', one: { SOAPAction: '""' }, other: {} },
])(
  'who differs in nothing but $name is not taken for who asked before',
  ({ one, other, overs }) => {
    const [over, otherOver] = overs ?? [{}, {}];
    const row = recogniseRow(one, over);
    const otherRow = recogniseRow(other, otherOver);
    expect(otherRow).not.toBe(row);
    expect(recogniseRow(one, over)).toBe(row);
    expect(recogniseRow(other, otherOver)).toBe(otherRow);
  },
);

/** All by the same route, if nothing else is said: it is compared by its identity. */
function recogniseRow(headers: Readonly<Record<string, string>>, over: Partial<Asker>) {
  return recognise(readAsk(asker(headers, { route: ROUTE, ...over }))).row;
}

test('each row and each sign is told in words of its own', () => {
  const clients = ROWS.map(({ client }) => client);
  const signs = ROWS.flatMap((row) => row.signs.map(([sign]) => sign));
  for (const words of [clients, signs]) {
    expect(new Set(words).size).toBe(words.length);
    expect(words).not.toContain('');
  }
});
