import { expect, test } from 'vitest';
import { problemReporter } from '../../src/config/problem.ts';
import { marked, problemsOf, settingsOf, withApp } from './marked.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';
const url = 'https://example.com/in';

test.for([
  {
    name: 'a webhook without a secret',
    text: `[»{ name: a, kind: webhook, url: "${url}" }]`,
    found: 'a webhook without `secret`',
    expected: '`secret`',
  },
  {
    name: 'a webhook with a secret that is too short',
    text: `[{ name: a, kind: webhook, url: "${url}", secret: »whsec_c2hvcnQ= }]`,
    found: 'a secret of another form',
    expected: 'whsec_ and 24 to 64 bytes in base64, as Standard Webhooks has it',
  },
  {
    name: 'PagerDuty without its key',
    text: '[»{ name: a, kind: pagerduty }]',
    found: 'a pagerduty without `secret`',
    expected: '`secret`',
  },
  {
    name: 'Statuspage without its page',
    text: '[»{ name: a, kind: statuspage, secret: key }]',
    found: 'a statuspage without `page`',
    expected: '`page`',
  },
  {
    name: 'a page with what is no page',
    text: `[{ name: a, kind: webhook, url: "${url}", secret: ${secret}, »page: p1 }]`,
    found: '`page` with webhook',
    expected: 'none: webhook has `url`, `secret`',
  },
  {
    name: 'a secret that nobody asks for',
    text: `[{ name: a, kind: slack, url: "${url}", »secret: x }]`,
    found: '`secret` with slack',
    expected: 'none: slack has `url`',
  },
  {
    name: 'a name twice',
    text: `[{ name: a, kind: slack, url: "${url}" }, { name: »a, kind: slack, url: "${url}" }]`,
    found: '"a"',
    expected: 'each name once among the targets',
  },
  {
    name: 'an upstream that there is not',
    text: `[{ name: a, kind: slack, url: "${url}", upstreams: [»login] }]`,
    found: '"login"',
    expected: 'an upstream: app',
  },
  {
    name: 'components of what is no page',
    text: `[{ name: a, kind: slack, url: "${url}", »components: { app: c1 } }]`,
    found: '`components` with slack',
    expected: 'none: slack has `url`',
  },
  {
    name: 'incidents of what is no page',
    text: '[{ name: a, kind: pagerduty, secret: key, »incident: draft }]',
    found: '`incident` with pagerduty',
    expected: 'none: pagerduty has `secret`, `url`',
  },
  {
    name: 'a component of an upstream that there is not',
    text: '[{ name: a, kind: statuspage, secret: key, page: p1, components: { »login: c1 } }]',
    found: '"login"',
    expected: 'an upstream: app',
  },
])('$name is refused in its place', async ({ text: source, found, expected }) => {
  const { text, line, column } = marked(withApp(`notify: ${source}`));

  expect(await problemsOf(text)).toMatchObject([{ line, column, found, expected }]);
});

test.for(['t0ps3cret', 't0ps3cret\\nt0ps3cret'])(
  'the secret "%s" is not printed',
  async (wrong) => {
    const text = withApp(`notify: [{ name: a, kind: webhook, url: "${url}", secret: "${wrong}" }]`);

    const problems = await problemsOf(text);

    expect(problems).not.toEqual([]);
    expect(JSON.stringify(problems)).not.toContain('t0ps3cret');
    const reports = problems.map(problemReporter(text));
    expect(reports.join()).not.toContain('t0ps3cret');
  },
);

const key = (bytes: number) => Buffer.alloc(bytes, 0xff).toString('base64');

test.for([
  { secret: `whsec_${key(24)}`, isGood: true },
  { secret: `whsec_${key(64)}`, isGood: true },
  { secret: `whsec_${key(23)}`, isGood: false },
  { secret: `whsec_${key(65)}`, isGood: false },
  { secret: key(24), isGood: false },
  { secret: `a-whsec_${key(24)}`, isGood: false },
  { secret: `whsec_${key(24)}!`, isGood: false },
])('of a webhook, the secret $secret is good: $isGood', async ({ secret, isGood }) => {
  const text = `notify: [{ name: a, kind: webhook, url: "${url}", secret: "${secret}" }]`;

  expect(await problemsOf(withApp(text))).toHaveLength(isGood ? 0 : 1);
});

test('each kind of target takes all that it may have', async () => {
  const text = withApp(`notify:
  - { name: a, kind: webhook, url: "${url}", secret: ${secret}, upstreams: [app], every: 1h }
  - { name: b, kind: slack, url: "${url}", events: [resolved] }
  - { name: c, kind: pagerduty, secret: key, url: "${url}" }
  - name: d
    kind: statuspage
    secret: key
    page: p1
    url: "${url}"
    components: { app: c1 }
    incident: draft
`);

  const { notify } = await settingsOf(text);

  const events = ['opened', 'updated', 'resolved'];
  const usual = { url, events, everyMs: null, upstreams: null };
  const page = { apiKey: 'key', page: 'p1', components: { app: 'c1' }, incident: 'draft' };
  expect(notify).toEqual([
    { ...usual, name: 'a', kind: 'webhook', secret, everyMs: 3_600_000, upstreams: ['app'] },
    { ...usual, name: 'b', kind: 'slack', events: ['resolved'] },
    { ...usual, name: 'c', kind: 'pagerduty', routingKey: 'key' },
    { ...usual, name: 'd', kind: 'statuspage', ...page },
  ]);
});

test('services have addresses of their own, and a page says nothing that it is not asked to', async () => {
  const text = withApp(`notify:
  - { name: c, kind: pagerduty, secret: key }
  - { name: d, kind: statuspage, secret: key, page: p1 }
`);

  expect(await settingsOf(text)).toMatchObject({
    notify: [
      { url: 'https://events.pagerduty.com/v2/enqueue' },
      { url: 'https://api.statuspage.io/v1', components: {}, incident: 'none' },
    ],
  });
});

test.for([
  { name: 'two targets that are no mappings', text: '[7, 7]', paths: ['notify[0]', 'notify[1]'] },
  {
    name: 'two targets without a name',
    text: `[{ kind: slack, url: "${url}" }, { kind: slack, url: "${url}" }]`,
    paths: ['notify[0].name', 'notify[1].name'],
  },
  {
    name: 'the name of an upstream that is no text',
    text: `[{ name: a, kind: slack, url: "${url}", upstreams: [7] }]`,
    paths: ['notify[0].upstreams[0]'],
  },
])('$name: said once', async ({ text, paths }) => {
  const problems = await problemsOf(withApp(`notify: ${text}`));

  expect(problems.map(({ path }) => path)).toEqual(paths);
});

test('where there is no upstream at all, a target that names one is no second fault', async () => {
  const target = `{ name: a, kind: slack, url: "${url}", upstreams: [app] }`;

  const problems = await problemsOf(`upstreams: {}\nnotify: [${target}]`);

  expect(problems).toMatchObject([{ path: 'upstreams', found: 'no upstream' }]);
});
