import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathPrefix } from '../../src/config/request-words.ts';
import {
  duration,
  durationMs,
  flag,
  line,
  list,
  share,
  size,
  sizeBytes,
  wholeNumber,
} from '../../src/config/scalars.ts';
import { comparablePath } from '../../src/gateway/match-route.ts';
import { problemsOf, settingsOf, withApp } from './marked.ts';

const digits = fc.integer({ min: 0, max: 999_999_999 });

test('a duration is its number times its unit', () => {
  const units = fc.constantFrom(['ms', 1], ['s', 1_000], ['m', 60_000], ['h', 3_600_000]);
  fc.assert(
    fc.property(digits, units, (count, [unit, factor]) => {
      expect(durationMs(`${count}${unit}`)).toBe(count * Number(factor));
    }),
  );
});

test('a size is its number times its unit', () => {
  const units = fc.constantFrom(['B', 1], ['KiB', 1_024], ['MiB', 1_048_576]);
  fc.assert(
    fc.property(digits, units, (count, [unit, factor]) => {
      expect(sizeBytes(`${count}${unit}`)).toBe(count * Number(factor));
    }),
  );
});

test('a text that is not digits and a unit is neither a duration nor a size', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/^\d+[A-Za-z]+$/.test(text));
      expect([durationMs(text), sizeBytes(text)]).toEqual([undefined, undefined]);
    }),
  );
});

test.for(['2', 's', '2 s', '-2s', '1.5s', '2S', '2min', '2sec', '1d', ' 2s', '2s ', '1e3ms'])(
  '%o is no duration',
  (text) => {
    expect(durationMs(text)).toBeUndefined();
  },
);

test.for(['16', '16KB', '16kib', '16k', '1GiB', '-1B', '1.5MiB', 'constructor', '1constructor'])(
  '%o is no size',
  (text) => {
    expect(sizeBytes(text)).toBeUndefined();
  },
);

/** Whether one setting takes one text. */
async function isTaken(lines: (text: string) => string, text: string): Promise<boolean> {
  return (await problemsOf(lines(JSON.stringify(text)))).length === 0;
}

const inUpstream = (setting: string) => (text: string) =>
  `upstreams:\n  app:\n    ${setting.replace('?', text)}\n`;
const atTop = (setting: string) => (text: string) => withApp(setting.replace('?', text));
const inRoute = (setting: string) => (text: string) =>
  withApp(`routes:\n  - upstream: app\n    ${setting.replace('?', text)}\n`);

const TAKEN = {
  endpoints: {
    lines: inUpstream('endpoints: [?]'),
    good: ['http://10.0.0.5', 'https://app.example.com:8443/', 'http://[::1]:8080', 'HTTP://app'],
    bad: [
      'http://a@app',
      'http://:b@app',
      'http:http://app',
      'http://app/x',
      'http://app?x',
      'http://app#x',
      'http://a:b@app',
      'ftp://app',
      'http://app:0',
      'http://app:70000',
      'http://',
      'app:8080',
      ' http://app',
      'http://app\\x',
    ],
  },
  listen: {
    lines: atTop('listen: ?'),
    good: [
      '1and1.example.com:443',
      'localhost:65535',
      '127.0.0.1:8080',
      '[::]:80',
      'localhost:0',
      'gateway.example.com:443',
    ],
    bad: [
      '127.0.0.1:80x',
      'localhost:65536',
      `${'a.'.repeat(127)}a:80`,
      '8080',
      ':8080',
      '::1:80',
      '[::1]',
      '256.0.0.1:80',
      '127.0.0.1:',
      'a b:80',
      '[10.0.0.1]:1',
    ],
  },
  trustedProxies: {
    lines: atTop('trustedProxies: [?]'),
    good: ['10.0.0.0/16', '10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', '127.0.0.1/8'],
    bad: [
      'x/10.0.0.0/8',
      '10.0.0.0/',
      '10.0.0/8',
      'fd00::/129',
      'localhost',
      '*',
      '10.0.0.0/8/8',
      'fe80::1%eth0',
    ],
  },
  'statusPage.url': {
    lines: atTop('statusPage: { url: ? }'),
    good: ['https://status.example.com', 'http://localhost:3001/page/one'],
    bad: [
      'status.example.com',
      'https://a:b@x',
      'https://x?y',
      'https://x#y',
      'javascript:alert(1)',
    ],
  },
  'brand.support': {
    lines: atTop('brand: { name: A, support: ? }'),
    good: ['mailto:help@example.com', 'https://example.com/help', 'tel:+15551234'],
    bad: [
      'mailto:a@b@c',
      'help@example.com',
      'mailto:help',
      'http://example.com',
      'tel:',
      'data:text/html,x',
    ],
  },
  'brand.name': {
    lines: atTop('brand: { name: ? }'),
    good: ['ChargeOver', 'Über Billing™'],
    bad: ['', ' ', 'two\nlines', 'x'.repeat(81)],
  },
  'brand.timeZone': {
    lines: atTop('brand: { name: A, timeZone: ? }'),
    good: ['UTC', 'Europe/Berlin', 'America/Chicago'],
    bad: ['', '+01:00', 'Mars/Olympus'],
  },
  publicPrefix: {
    lines: atTop('publicPrefix: ?'),
    good: ['/_candor/', '/a/b/'],
    bad: ['/a/b', '/', '//', 'x/', '/x', '/../x/', '/a?b/'],
  },
  'routes.host': {
    lines: inRoute('host: ?'),
    good: ['App.Example.com', '*.example.com', '10.0.0.1', '[::1]', 'bücher.example'],
    bad: ['x[::1]', '[::1]x', '*', 'a.*.com', 'https://a', 'a:80', 'a/b', '', '-', 'example.com.'],
  },
  'routes.path': {
    lines: inRoute('path: ?'),
    good: ['/%40', '/%5B', '/', '/api/', '/a%20b', '/r/pay'],
    bad: [
      '/%4',
      '/%31',
      '/%41',
      '/%5A',
      'api',
      '',
      '/api/*',
      '/a//b',
      '/%6Cogin',
      '/a%7e',
      '/a b',
      '/a/../b',
      '/a/%2e%2E/b',
      '/a?x',
      '/a#x',
      '/%zz',
      '/ä',
    ],
  },
  'routes.method': {
    lines: inRoute('method: [?]'),
    good: ['post', 'M-SEARCH'],
    bad: ['', 'GET POST', 'GET,', 'PÖST'],
  },
  'routes.cors': {
    lines: inRoute('cors: [?]'),
    good: ['https://portal.example.com', 'http://localhost:3000', 'https://portal.example.com/'],
    bad: [
      'https://a:b@portal.example.com',
      'http:http://app',
      '*',
      'null',
      'portal.example.com',
      'https://portal.example.com/x',
      'file:///x',
    ],
  },
  'probe.path': {
    lines: inUpstream('endpoints: [http://a]\n    probe: { path: ? }'),
    good: ['/a?b?c', '/healthz', '/healthz?deep=1'],
    bad: ['/a?b c', '/a?b?c d', 'healthz', '/a b', '/a#b', 'http://a/b'],
  },
  'discover.dns': {
    lines: inUpstream('discover: { dns: ?, port: 80 }'),
    good: ['tasks.app', 'tasks.demo_app', 'app', 'app.default.svc.cluster.local.'],
    bad: ['', '10.0.0.1', 'http://app', 'app:80', 'a..b', 'a b', `${'x'.repeat(64)}.com`],
  },
  'discover.servers': {
    lines: inUpstream('discover: { dns: app, port: 80, servers: [?] }'),
    good: ['127.0.0.11', '127.0.0.11:5353', '::1', '[::1]:53'],
    bad: ['localhost:53', 'localhost', '127.0.0.11:0', '127.0.0.11:x'],
  },
  'discover.engine': {
    lines: inUpstream('discover: { swarm: app, port: 80, engine: ? }'),
    good: ['unix:///run/docker.sock', 'tcp://proxy:2375'],
    bad: [
      'unix://docker.sock',
      'a-unix:///run/x',
      'unix:///run/\0',
      'ssh://proxy:2375',
      'tcp://proxy:0',
    ],
  },
  'notify.url': {
    lines: atTop('notify: [{ name: a, kind: slack, url: ? }]'),
    good: ['https://hooks.example.com/in?key=1', 'http://10.0.0.5/in'],
    bad: ['https://a:b@hooks.example.com', 'https://hooks.example.com/#in', 'hooks.example.com'],
  },
  ops: {
    lines: atTop('ops: ?'),
    good: ['127.0.0.1:9901', '127.9.0.1:9901', '[::1]:9901', 'localhost:9901'],
    bad: ['10.0.0.1:9901', '[::]:9901', '127.example.com:9901'],
  },
  'ops.token': {
    lines: atTop('ops: { address: 0.0.0.0:9901, token: ? }'),
    good: ['s3cret'],
    bad: ['', 'two words', 'sécret', 'line\nline'],
  },
};
const examples = Object.entries(TAKEN).flatMap(([name, { lines, good, bad }]) => [
  ...good.map((text) => ({ name, lines, text, isGood: true, verb: 'takes' })),
  ...bad.map((text) => ({ name, lines, text, isGood: false, verb: 'refuses' })),
]);

test.for(examples)('$name $verb $text', async ({ lines, text, isGood }) => {
  expect(await isTaken(lines, text)).toBe(isGood);
});

test('what is read is brought to one form', async () => {
  const text = `trustedProxies: [10.0.0.1, "::1"]
statusPage: { url: https://Status.Example.com }
upstreams: { app: { endpoints: ["HTTP://App.Example.com:80/"] } }
routes:
  - { host: BÜCHER.example, method: [post], cors: ["https://P.example.com:443/"], upstream: app }
  - { host: "[FD00::1]", upstream: app }
`;

  expect(await settingsOf(text)).toMatchObject({
    trustedProxies: ['10.0.0.1/32', '::1/128'],
    statusPage: { url: 'https://status.example.com/' },
    upstreams: { app: { discovery: { urls: ['http://app.example.com'] } } },
    routes: [
      { host: 'xn--bcher-kva.example', methods: ['POST'], cors: ['https://p.example.com'] },
      { host: '[fd00::1]' },
    ],
  });
});

test('a path that a route may have is one that requests are compared by', () => {
  const part = fc.constantFrom('/', 'a', '.', '..', '%2e', '%6C', '%C3%A4', '%2F', '~', '-', ':@');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const path = `/${parts.join('')}`;
      expect(pathPrefix().safeParse(path).success).toBe(comparablePath(path) === path);
    }),
    { numRuns: 300 },
  );
});

test.for([
  {
    name: 'duration',
    schema: duration('1s', '1m'),
    good: ['1s', '60s', '1m'],
    bad: ['999ms', '61s'],
  },
  {
    name: 'size',
    schema: size('1KiB', '1MiB'),
    good: ['1024B', '1MiB'],
    bad: ['1023B', '1025KiB'],
  },
  { name: 'whole number', schema: wholeNumber(1, 9), good: [1, 9], bad: [0, 10, 1.5, '1'] },
  { name: 'share', schema: share(0.2), good: [0.2, 1], bad: [0.19, 1.01, '1'] },
  { name: 'text of 1 to 3 characters', schema: line(3), good: ['a', 'abc'], bad: ['', 'abcd', 7] },
  { name: 'list', schema: list(flag(), 'a list of flags', 1), good: [[true]], bad: [[], true] },
])('a $name has bounds, which belong to it', ({ name, schema, good, bad }) => {
  const wrong = bad.map((value) => schema.safeParse(value).error?.issues);

  expect(good.map((value) => schema.safeParse(value).success)).not.toContain(false);
  const said = expect.objectContaining({ message: expect.stringMatching(`^a ${name}|^${name}`) });
  expect(wrong).toEqual(bad.map(() => [said]));
});
