import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostOf } from '../../src/config/host-pattern.ts';
import { comparablePath, matchRoute, type Route } from '../../src/gateway/match-route.ts';
import { startGateway } from '../support/gateway.ts';

test.for([
  ['/login', '/login'],
  ['/login?next=/x', '/login'],
  ['/%6Cogin', '/login'],
  ['/%6c%6F%67%69%6E', '/login'],
  ['//login', '/login'],
  ['/./login', '/login'],
  ['/x/../login', '/login'],
  ['/x/%2e%2E/login', '/login'],
  ['/../../login', '/login'],
  ['/login/.', '/login/'],
  ['/login/..', '/'],
  ['/login//', '/login/'],
  ['/a%2Flogin', '/a%2Flogin'],
  ['/a%2flogin', '/a%2flogin'],
  ['/%zz', '/%zz'],
  ['/%', '/%'],
  ['/a?b//c/../d', '/a'],
  ['/', '/'],
  ['//', '/'],
  ['*', '*'],
] as const)('%s is compared as %s', ([target, path]) => {
  expect(comparablePath(target)).toBe(path);
});

const segment = fc.oneof(
  fc.constantFrom('', '.', '..', '%2e', '%2E%2e', 'a', '%61', '%2F', '%zz', '%'),
  fc.string({ unit: fc.constantFrom(...'abc%2eE.~-_ü;='), maxLength: 5 }),
);
const target = fc
  .array(segment, { minLength: 1, maxLength: 6 })
  .map((list) => `/${list.join('/')}`);

test('the path that is compared has no dot segment, no doubled slash, and compares as itself', () => {
  fc.assert(
    fc.property(target, (given) => {
      const path = comparablePath(given);
      expect(path.startsWith('/')).toBe(true);
      expect(path).not.toMatch(/\/\/|\/\.\.?(?:\/|$)/);
      expect(path).not.toMatch(/%(?:4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A]|3\d|2[DE]|5F|7E)/i);
      expect(comparablePath(path)).toBe(path);
    }),
  );
});

test('what stands in the query changes nothing', () => {
  fc.assert(
    fc.property(target, fc.string(), (given, query) => {
      expect(comparablePath(`${given}?${query}`)).toBe(comparablePath(given));
    }),
  );
});

test('however an unreserved character of a path is written, the same route matches', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (escaped) => {
      const written = [...'login']
        .map((letter, at) => (escaped[at] ? `%${letter.charCodeAt(0).toString(16)}` : letter))
        .join('');
      expect(comparablePath(`/${written}/x`)).toBe('/login/x');
    }),
  );
});

test.for([
  ['app.example', 'app.example'],
  ['APP.Example:8080', 'app.example'],
  ['app.example.', 'app.example'],
  ['app.example.:80', 'app.example'],
  ['[::1]', '[::1]'],
  ['[::1]:8080', '[::1]'],
  ['', ''],
] as const)('the host of %j is %j', ([authority, host]) => {
  expect(hostOf(authority)).toBe(host);
});

/** Routes as the program makes them from settings. */
async function routesOf(routes: readonly object[]): Promise<readonly Route[]> {
  const { gateway } = await startGateway(
    {
      upstreams: { app: { endpoints: ['http://127.0.0.1:9'] } },
      routes: routes.map((route) => ({ upstream: 'app', ...route })),
    },
    { isQuiet: true },
  );
  return gateway.plan.routes;
}

test.for([
  { authority: 'app.example', target: '/', method: 'GET', index: 4 },
  { authority: 'APP.EXAMPLE:80', target: '/login', method: 'GET', index: 0 },
  { authority: 'app.example', target: '/login/x?y', method: 'GET', index: 0 },
  { authority: 'app.example', target: '/%6Cogin', method: 'POST', index: 0 },
  { authority: 'app.example', target: '/x/..//login', method: 'POST', index: 0 },
  { authority: 'app.example', target: '/loginfoo', method: 'GET', index: 4 },
  { authority: 'app.example', target: '/Login', method: 'GET', index: 4 },
  { authority: 'other.example', target: '/login', method: 'GET', index: 4 },
  { authority: 'a.tenants.example', target: '/', method: 'GET', index: 1 },
  { authority: 'a.b.tenants.example', target: '/', method: 'GET', index: 1 },
  { authority: 'tenants.example', target: '/', method: 'GET', index: 4 },
  { authority: 'eviltenants.example', target: '/', method: 'GET', index: 4 },
  { authority: '', target: '/api/x', method: 'GET', index: 2 },
  { authority: '', target: '/api', method: 'GET', index: 4 },
  { authority: '', target: '/pay', method: 'POST', index: 3 },
  { authority: '', target: '/pay', method: 'GET', index: 4 },
])('$method of $target at $authority goes by route $index', async ({ index, ...asked }) => {
  const routes = await routesOf([
    { host: 'app.example', path: '/login' },
    { host: '*.tenants.example' },
    { path: '/api/' },
    { path: '/pay', method: ['POST'] },
    {},
  ]);
  expect(matchRoute(routes, asked)?.index).toBe(index);
});

test('the first route that matches wins, and none may match', async () => {
  const routes = await routesOf([{ path: '/a' }, { path: '/a/b' }]);
  expect(matchRoute(routes, { authority: '', target: '/a/b', method: 'GET' })?.index).toBe(0);
  expect(matchRoute(routes, { authority: '', target: '/c', method: 'GET' })).toBeNull();
});
