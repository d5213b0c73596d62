import { expect, test } from 'vitest';
import { parseSettings } from '../../src/config/load.ts';
import { routeLabel } from '../../src/config/route-label.ts';
import { withApp } from './marked.ts';

/** What is warned of: where, what was found and what was expected. */
async function warningsOf(text: string): Promise<readonly string[]> {
  const loaded = await parseSettings({ text, file: 'candor.yaml', env: {} });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.warnings.map(({ path, message }) => `${path}: ${message}`);
}

test.for([
  {
    text: 'routes: [{ path: /_candor/x, upstream: app }]',
    warning:
      'routes[0]: found a route under /_candor/, which the gateway answers itself, expected another path',
  },
  {
    text: 'routes: [{ method: [GET], cors: ["https://a.example"], upstream: app }]',
    warning:
      'routes[0].cors: found cors on a route that takes no OPTIONS, and so no preflight, expected OPTIONS among its methods',
  },
  {
    text: '    tls: {}',
    warning:
      'upstreams.app.tls: found tls where every endpoint is http, expected an endpoint such as https://10.0.0.5',
  },
  {
    text: '  log: { endpoints: [http://10.0.0.6] }\nroutes: [{ upstream: app }]',
    warning: 'upstreams.log: found an upstream that no route leads to, expected a route to it',
  },
  {
    text: 'misleading: { login: { status: [401], dependsOn: [app] } }',
    warning:
      'misleading.login: found a rule that no route names, expected misleading: [login] in a route',
  },
  {
    text: 'errors: { mine: { message: "{message}" } }',
    warning: 'errors.mine: found an envelope that no route names, expected errors: mine in a route',
  },
  {
    text: 'brands: [{ name: A, hosts: ["*.a.example"] }, { name: B, hosts: [b.a.example] }]',
    warning:
      'brands[1].hosts[0]: found a host that never gets here: brands[0].hosts[0] matches it before, expected the narrower host first',
  },
])('$text is warned of in whole sentences', async ({ text, warning }) => {
  expect(await warningsOf(withApp(text))).toEqual([warning]);
});

test.for([
  {
    discover: '{ dns: tasks.app, port: 80 }\n    tls: {}',
    warnings: ['upstreams.app.tls: found tls where every endpoint is http, expected scheme: https'],
  },
  {
    discover: '{ dns: app }',
    warnings: [
      "upstreams.app.discover.dns: found a name without a port: SRV records are asked for, and Docker's DNS has none, expected a port",
    ],
  },
  { discover: '{ swarm: app, port: 80 }', warnings: [] },
])('of discovery by $discover is warned: $warnings', async ({ discover, warnings }) => {
  expect(await warningsOf(`upstreams:\n  app:\n    discover: ${discover}`)).toEqual(warnings);
});

test.for([
  { earlier: '', later: 'path: /a', isTaken: false },
  { earlier: 'path: /', later: '', isTaken: false },
  { earlier: 'path: /', later: 'path: /a', isTaken: false },
  { earlier: 'path: /a', later: 'path: /a', isTaken: false },
  { earlier: 'path: /a', later: 'path: /a/b', isTaken: false },
  { earlier: 'path: /a/', later: 'path: /a/b', isTaken: false },
  { earlier: 'path: /a/', later: 'path: /a', isTaken: true },
  { earlier: 'path: /a', later: 'path: /ab', isTaken: true },
  { earlier: 'path: /a', later: '', isTaken: true },
  { earlier: '', later: 'host: a.example', isTaken: false },
  { earlier: 'host: "*.example"', later: 'host: a.example', isTaken: false },
  { earlier: 'host: a.example', later: 'host: b.example', isTaken: true },
  { earlier: 'host: a.example', later: '', isTaken: true },
  { earlier: 'method: [GET, PUT]', later: 'method: [PUT]', isTaken: false },
  { earlier: 'method: [GET]', later: 'method: [GET, PUT]', isTaken: true },
  { earlier: 'method: [GET]', later: '', isTaken: true },
])('after a route with $earlier, one with $later is taken: $isTaken', async (given) => {
  const routes = [given.earlier, given.later].map((match) =>
    match === '' ? '{ upstream: app }' : `{ ${match}, upstream: app }`,
  );
  const never =
    'routes[1]: found a route that is never taken: routes[0] matches all that it does, expected the narrower route first';

  const warnings = await warningsOf(withApp(`routes: [${routes.join(', ')}]`));

  expect(warnings).toEqual(given.isTaken ? [] : [never]);
});

test.for([
  { host: null, path: null, methods: null, label: '*' },
  { host: 'a.example', path: null, methods: null, label: 'a.example' },
  { host: null, path: '/a', methods: null, label: '/a' },
  { host: 'a.example', path: '/a', methods: ['GET', 'PUT'], label: 'GET,PUT a.example/a' },
  { host: null, path: null, methods: ['GET'], label: 'GET *' },
])('a route is called $label in metrics and in the log', ({ label, ...route }) => {
  expect(routeLabel(route)).toBe(label);
});
