import { expect, test } from 'vitest';
import { problemsOf, settingsOf, withApp } from './marked.ts';

test.for([
  {
    name: 'a rule that is no mapping',
    text: 'misleading: { login: 7 }',
    paths: ['misleading.login'],
  },
  {
    name: 'a host that is no text',
    text: 'brand: { name: A, hosts: [7] }',
    paths: ['brand.hosts[0]'],
  },
  {
    name: 'two addresses that are no text',
    text: 'listen: [7, 7]',
    paths: ['listen[0]', 'listen[1]'],
  },
  { name: 'a route that is no mapping', text: 'routes: [7]', paths: ['routes[0]'] },
  {
    name: 'an upstream of a route that is no text',
    text: 'routes: [{ upstream: 7 }]',
    paths: ['routes[0].upstream'],
  },
])('$name: said once, whatever else would have to fit to it', async ({ text, paths }) => {
  const problems = await problemsOf(withApp(text));

  expect(problems.map(({ path }) => path)).toEqual(paths);
});

test.for(['status: [401]', 'body: sign in', 'json: { error: x }', 'redirect: /login*'])(
  '%s alone is enough to tell a misleading reply by',
  async (mark) => {
    const text = withApp(`routes: [{ upstream: app, misleading: [login] }]
misleading: { login: { dependsOn: [app], ${mark} } }`);

    expect(Object.keys((await settingsOf(text)).misleading)).toEqual(['login']);
  },
);

test.for([
  {
    name: 'likely',
    upstream: 'appp',
    expected: 'a name under `upstreams`: app; did you mean "app"?',
  },
  { name: 'like none', upstream: 'login', expected: 'a name under `upstreams`: app' },
])('of a name that is $name, the known ones are said', async ({ upstream, expected }) => {
  const problems = await problemsOf(withApp(`routes: [{ upstream: ${upstream} }]`));

  expect(problems).toMatchObject([{ path: 'routes[0].upstream', expected }]);
});
