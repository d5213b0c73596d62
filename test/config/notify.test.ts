import { expect, test } from 'vitest';
import { marked, problemsOf, withApp } from './marked.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';
const url = 'https://example.com/in';

test.for([
  {
    name: 'a webhook without a secret',
    text: `[»{ name: a, kind: webhook, url: "${url}" }]`,
    found: 'a webhook without `secret`',
  },
  {
    name: 'a webhook with a secret that is too short',
    text: `[{ name: a, kind: webhook, url: "${url}", secret: »whsec_c2hvcnQ= }]`,
    found: 'a secret of another form',
  },
  {
    name: 'PagerDuty without its key',
    text: '[»{ name: a, kind: pagerduty }]',
    found: 'a pagerduty without `secret`',
  },
  {
    name: 'Statuspage without its page',
    text: '[»{ name: a, kind: statuspage, secret: key }]',
    found: 'a statuspage without `page`',
  },
  {
    name: 'a page with what is no page',
    text: `[{ name: a, kind: webhook, url: "${url}", secret: ${secret}, »page: p1 }]`,
    found: '`page` with webhook',
  },
  {
    name: 'a secret that nobody asks for',
    text: `[{ name: a, kind: slack, url: "${url}", »secret: x }]`,
    found: '`secret` with slack',
  },
  {
    name: 'a name twice',
    text: `[{ name: a, kind: slack, url: "${url}" }, { name: »a, kind: slack, url: "${url}" }]`,
    found: '"a"',
  },
  {
    name: 'an upstream that there is not',
    text: `[{ name: a, kind: slack, url: "${url}", upstreams: [»login] }]`,
    found: '"login"',
  },
  {
    name: 'a component of an upstream that there is not',
    text: '[{ name: a, kind: statuspage, secret: key, page: p1, components: { »login: c1 } }]',
    found: '"login"',
  },
])('$name is refused in its place', async ({ text: source, found }) => {
  const { text, line, column } = marked(withApp(`notify: ${source}`));

  expect(await problemsOf(text)).toMatchObject([{ line, column, found }]);
});

test('a secret of another form is not printed', async () => {
  const text = `notify: [{ name: a, kind: webhook, url: "${url}", secret: t0ps3cret }]`;
  expect(JSON.stringify(await problemsOf(withApp(text)))).not.toContain('t0ps3cret');
});
