import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, onTestFinished, test } from 'vitest';
import { buildOpsApp } from '../../src/ops/app.ts';
import { REFERENCE, startConsole } from '../browser/console-server.ts';
import { logInto, opsDeps } from './ops-server.ts';

const TEXT = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
const DOCUMENT: Document = JSON.parse(TEXT);

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}
interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, object>> }>
  >;
}

/** Every member that is sent has to be described: where members are listed, no other may come. */
function closed(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closed);
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)] as const);
  const isList = 'properties' in schema && 'required' in schema;
  return Object.fromEntries(isList ? [...entries, ['additionalProperties', false]] : entries);
}

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(closed({ $id: 'ops', ...DOCUMENT }) as object);

/** What is wrong with a reply by the document; empty where nothing is. */
function faults(path: string, method: string, json: unknown): string {
  const pointer = [path, method, 'responses', '200', 'content', 'application/json', 'schema'];
  const escaped = pointer.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'));
  const $ref = `ops#/paths/${escaped.map(encodeURIComponent).join('/')}`;
  const validate = ajv.compile({ $ref });
  return validate(json) ? '' : JSON.stringify(validate.errors);
}

test('the document has every address of the API with its methods, and no other', () => {
  const settings = { host: '127.0.0.1', port: 0, token: null };
  const options = { settings, log: logInto([]), deps: opsDeps() };
  const app = buildOpsApp(options, new AbortController().signal);
  const served = app.router.stack.flatMap(({ route }) => {
    // What answers every method there is says that the others are not allowed.
    if (route === undefined || typeof route.path !== 'string') return [];
    if (/^\/(console.*)?$/.test(route.path)) return [];
    if (route.stack.some(({ method }) => method === 'unlock')) return [];
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    return route.stack.flatMap(({ method }) => (method === undefined ? [] : `${method} ${path}`));
  });
  const documented = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(documented.sort()).toEqual([...new Set(served)].sort());
});

test('what the API answers is as the document says, to the last member', async () => {
  const ops = await startConsole();
  onTestFinished(() => ops[Symbol.asyncDispose]());
  const ask = async (address: string, init: RequestInit = {}): Promise<unknown> => {
    const reply = await fetch(`${ops.url}${address}`, { headers: JSON_TYPE, ...init });
    expect(reply.status, address).toBe(200);
    return reply.json();
  };
  const wish = { reason: 'database upgrade', for: '30m', bypass: true };
  const put = { method: 'PUT', body: JSON.stringify(wish) };
  const asked: readonly (readonly [path: string, address: string, init?: RequestInit])[] = [
    ['/api/upstreams/{name}/maintenance', '/api/upstreams/app/maintenance', put],
    ['/api/upstreams/{name}/maintenance', '/api/upstreams/app/maintenance'],
    [
      '/api/upstreams/{name}/maintenance/bypass',
      '/api/upstreams/app/maintenance/bypass',
      { method: 'POST' },
    ],
    ['/api/unknown-outcomes/{id}/tick', '/api/unknown-outcomes/1/tick', { method: 'PUT' }],
    ['/api/unknown-outcomes', '/api/unknown-outcomes'],
    ['/api/references/{reference}', `/api/references/${REFERENCE}`],
    ['/api/incidents', '/api/incidents'],
    ['/api/incidents/{id}', '/api/incidents/20230719T152400Z-app'],
    ['/api/preview/{answer}', '/api/preview/outage'],
    ['/api/reload', '/api/reload', { method: 'POST' }],
    ...['healthz', 'readyz', 'api/upstreams', 'api/maintenances', 'api/acts', 'api/notices']
      .concat('api/preview')
      .map((path) => [`/${path}`, `/${path}`] as const),
    ['/api/upstreams/{name}/maintenance', '/api/upstreams/app/maintenance', { method: 'DELETE' }],
  ];
  for (const [path, address, init] of asked) {
    const method = (init?.method ?? 'GET').toLowerCase();
    expect(faults(path, method, await ask(address, init)), `${method} ${address}`).toBe('');
  }
});

const JSON_TYPE = { 'content-type': 'application/json', accept: 'application/json' };
