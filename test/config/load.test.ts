import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadSettings, parseSettings, settingsFromFlags } from '../../src/config/load.ts';
import { DETECTION } from '../support/detection.ts';
import { marked, problemsOf, settingsOf, withApp } from './marked.ts';

async function folderWith(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-settings-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>';
const DESIGN_SAMPLE = resolve(import.meta.dirname, 'design-sample.yaml');

test('the sample of the design loads without a problem or a warning', async () => {
  const text = await readFile(DESIGN_SAMPLE, 'utf8');
  const folder = await folderWith({ 'logo.svg': SVG, 'candor.yaml': text });
  const sample = text.replace('./my-templates', '.');

  const loaded = await parseSettings({ text: sample, file: join(folder, 'candor.yaml'), env: {} });

  expect(loaded).toMatchObject({
    ok: true,
    warnings: [],
    settings: {
      listen: [{ host: '127.0.0.1', port: 8080, tls: null, http2: true }],
      ops: { host: '127.0.0.1', port: 9901, token: null },
      trustedProxies: ['127.0.0.1/8'],
      publicPrefix: '/_candor/',
      brand: {
        name: 'ChargeOver',
        logo: SVG,
        support: 'mailto:support@chargeover.com',
        templates: folder,
      },
      statusPage: { url: 'https://status.chargeover.com/', format: 'statuspage', pollMs: 30_000 },
      routes: [
        {
          host: 'app.chargeover.com',
          path: '/login',
          upstream: 'login',
          misleading: ['credentials'],
        },
        { path: '/api/', errors: 'chargeover', cors: ['https://portal.example.com'] },
        { path: '/r/pay', methods: ['POST'], payment: true },
        { host: null, path: null, methods: null, upstream: 'app' },
      ],
      store: join(folder, 'candor.sqlite'),
    },
  });
});

test('in the sample of the design, a missing logo and missing templates are what is wrong', async () => {
  const problems = await problemsOf(await readFile(DESIGN_SAMPLE, 'utf8'));

  expect(problems.map(({ path }) => path)).toEqual(['brand.logo', 'brand.templates']);
});

test('the example in the documents is good as it stands', async () => {
  const file = resolve(import.meta.dirname, '../../docs/candor.example.yaml');

  expect(await loadSettings(file, {})).toMatchObject({ ok: true, warnings: [] });
});

test('one upstream is enough: everything else has a default', async () => {
  expect(await settingsOf(withApp())).toEqual({
    listen: [{ host: '127.0.0.1', port: 8080, tls: null, http2: true }],
    ops: { host: '127.0.0.1', port: 9901, token: null },
    trustedProxies: [],
    publicPrefix: '/_candor/',
    brand: null,
    brands: [],
    statusPage: null,
    upstreams: {
      app: {
        name: 'app',
        discovery: { kind: 'static', urls: ['http://10.0.0.5:8080'] },
        protocol: 'http1',
        component: null,
        probe: { path: null, grpc: false, everyMs: 2_000, timeoutMs: 1_000, statuses: [200] },
        timeouts: { connectMs: 2_000, responseMs: 60_000, idleMs: 60_000 },
        outageStatuses: [502, 503, 504],
        holdMs: 1_000,
        tls: null,
        detection: DETECTION,
      },
    },
    routes: [
      {
        host: null,
        path: null,
        methods: null,
        upstream: 'app',
        misleading: [],
        errors: null,
        cors: [],
        payment: false,
        idempotencyKey: false,
        kind: null,
        answers: 'all',
        bodyBytes: null,
      },
    ],
    misleading: {},
    errors: {},
    limits: {
      headerBytes: 16_384,
      targetBytes: 8_192,
      bodyBytes: null,
      bodyRate: 240,
      bodyTimeoutMs: 60_000,
      sendTimeoutMs: 60_000,
      connections: 10_000,
      connectionsPerAddress: null,
      tunnels: 10_000,
      tunnelIdleMs: 3_600_000,
      streamResets: 1_000,
      streams: 128,
      inspectBytes: 262_144,
      headTimeoutMs: 10_000,
      keepAliveMs: 75_000,
      held: 1_000,
      eventStreams: 5_000,
      heldBytes: 16_777_216,
      drainMs: 30_000,
    },
    notify: [],
    store: resolve('candor.sqlite'),
    retention: { days: 400, bytes: 52_428_800 },
  });
});

test('the ops API has a token where it is asked for', async () => {
  const { ops } = await settingsOf(withApp('ops: { address: 0.0.0.0:9901, token: s3cret }'));

  expect(ops).toEqual({ host: '0.0.0.0', port: 9_901, token: 's3cret' });
});

test.for([
  { text: 'misleading: 7', expected: 'a mapping of names to rules' },
  { text: 'errors: 7', expected: 'a mapping of names to error bodies' },
  {
    text: 'routes: [{ upstream: app, method: 7 }]',
    expected: 'a list of methods such as [POST]',
  },
  {
    text: '  log: { discover: { dns: log, port: 1, servers: 7 } }\nroutes: [{ upstream: app }]',
    expected: 'a list of name servers such as [127.0.0.11:53]',
  },
])('in $text there has to be $expected', async ({ text, expected }) => {
  expect(await problemsOf(withApp(text))).toMatchObject([{ found: '7', expected }]);
});

test('members of a JSON body tell a misleading reply, whatever type their values have', async () => {
  const members = '{ error.code: invalid, user: null, attempts: 0.5, ok: false }';
  const text = withApp(`routes: [{ upstream: app, misleading: [login] }]
misleading: { login: { dependsOn: [app], json: ${members} } }`);

  const { misleading } = await settingsOf(text);

  expect(misleading.login).toMatchObject({
    statuses: [],
    body: null,
    json: { 'error.code': 'invalid', user: null, attempts: 0.5, ok: false },
  });
});

test('there are several listeners where they are listed', async () => {
  const { listen } = await settingsOf(withApp('listen: ["[::1]:80", { address: localhost:0 }]'));

  expect(listen).toEqual([
    { host: '::1', port: 80, tls: null, http2: true },
    { host: 'localhost', port: 0, tls: null, http2: true },
  ]);
});

test.for([
  {
    name: 'an upstream with neither endpoints nor discovery',
    source: 'upstreams:\n  »app: {}',
    path: 'upstreams.app',
    message: /^found neither endpoints nor discover, expected endpoints: .* or discover: /,
  },
  {
    name: 'an upstream with both',
    source: withApp('    discover: { dns: app, port: 1 }').replace('app:', '»app:'),
    path: 'upstreams.app',
    message: /^found both endpoints and discover, expected one of the two$/,
  },
  {
    name: 'several upstreams without routes',
    source: withApp('  login: { endpoints: [http://10.0.0.9:8080] }').replace('upst', '»upst'),
    path: '',
    message: /^found 2 upstreams and no routes, expected routes that say/,
  },
  {
    name: 'a rule that looks for no member',
    source: withApp('misleading: { login: { dependsOn: [app], json: »{} } }'),
    path: 'misleading.login.json',
    message: /^found a mapping, expected a mapping of members to their values such as/,
  },
  {
    name: 'a member without a name',
    source: withApp('misleading: { login: { dependsOn: [app], json: { »error..code: 1 } } }'),
    path: 'misleading.login.json["error..code"]',
    message: /^found the name "error\.\.code", expected the name of a member, or names with dots/,
  },
  {
    name: 'an endpoint that is listed twice',
    source: 'upstreams:\n  app:\n    endpoints: »[http://10.0.0.5, http://10.0.0.5:80]',
    path: 'upstreams.app.endpoints',
    message: /each of them once/,
  },
  {
    name: 'an address that is taken by the ops API as well',
    source: withApp('listen: 127.0.0.1:80\nops: »127.0.0.1:80'),
    path: 'ops',
    message: /for clients and for operators, expected two addresses$/,
  },
  {
    name: "clients' connections at the default address of the ops API",
    source: withApp('listen: »127.0.0.1:9901'),
    path: 'listen',
    message: /for clients and for operators, expected two addresses$/,
  },
  {
    name: 'an address that is listed twice',
    source: withApp('listen: [127.0.0.1:80, »127.0.0.1:80]'),
    path: 'listen[1]',
    message: /expected each address once$/,
  },
  {
    name: 'a name that is no plain word',
    source: 'upstreams:\n  »"my app": { endpoints: [http://10.0.0.5] }',
    path: 'upstreams["my app"]',
    message: /^found the name "my app", expected a name of up to 63 letters/,
  },
])('$name is refused', async ({ source, path, message }) => {
  const { text, line, column } = marked(source);

  const problems = await problemsOf(text);

  expect(problems).toEqual([expect.objectContaining({ line, column, path })]);
  expect(problems[0]?.message).toMatch(message);
});

test('everything that is wrong is reported at once, in the order of the file', async () => {
  const text = [
    'listen: 127.0.0.1',
    'upstreams:',
    '  app:',
    '    endpoints: [http://a/path]',
    '    hold: 1x',
    '    hodl: 1s',
    '  log: {}',
    'routes: [{ upstream: nobody }]',
    'errors: { api: { text: "{who}" } }',
    `store: "\${STORE}"`,
  ].join('\n');

  const problems = await problemsOf(text);

  expect(problems.map(({ line, path }) => `${line} ${path}`)).toEqual([
    '1 listen',
    '4 upstreams.app.endpoints[0]',
    '5 upstreams.app.hold',
    '6 upstreams.app.hodl',
    '7 upstreams.log',
    '8 routes[0].upstream',
    '9 errors.api.text',
    '10 store',
  ]);
});

test.for([
  { name: 'pol', guess: '; did you mean "poll"?' },
  { name: 'interval', guess: '' },
])('of a setting $name the known ones are told$guess', async ({ name, guess }) => {
  const problems = await problemsOf(
    withApp(`statusPage: { url: https://status.example.com, ${name}: 30s }`),
  );

  expect(problems).toMatchObject([{ expected: `one of url, format, poll${guess}` }]);
});

test.for(['{ nobody: 1, held: x }', '{ held: x, nobody: 1 }'])(
  'what is wrong in one line is told from left to right: %s',
  async (limits) => {
    const problems = await problemsOf(withApp(`limits: ${limits}`));

    const columns = problems.map(({ column }) => column ?? 0);
    expect(columns).toHaveLength(2);
    expect(columns).toEqual(columns.toSorted((left, right) => left - right));
  },
);

test.for([
  { text: 'listen', found: '"listen"' },
  { text: '- 1', found: 'a list' },
  { text: '', found: 'an empty file' },
])('a file that holds $found is told of as a whole', async ({ text, found }) => {
  const expected = 'a mapping of settings, at least `upstreams`';

  expect(await problemsOf(text)).toMatchObject([{ path: '', line: 1, column: 1, found, expected }]);
});

test('a route that an earlier one covers, or that lies under the public prefix, is warned of', async () => {
  const text = withApp(`routes:
  - { path: /api, upstream: app }
  - { path: /api/v3/, method: [GET], upstream: app }
  - { path: /apis, upstream: app }
  - { path: /_candor/mine, upstream: app }
  - { host: "*.example.com", upstream: app, method: [GET, POST] }
  - { host: app.example.com, upstream: app, method: [POST] }
  - { host: app.example.com, upstream: app }
`);

  const loaded = await parseSettings({ text, file: 'candor.yaml', env: {} });

  const warnings = loaded.ok ? loaded.warnings : [];
  expect(warnings.map(({ path, line }) => `${path} ${line}`)).toEqual([
    'routes[1] 6',
    'routes[3] 8',
    'routes[5] 10',
  ]);
});

test('origins of a route that no preflight can match are warned of', async () => {
  const { text, line, column } = marked(
    withApp('') +
      `routes:
  - { path: /a, method: [POST, OPTIONS], upstream: app, cors: ["https://a.example"] }
  - { path: /b, upstream: app, cors: ["https://a.example"] }
  - { path: /c, method: [POST], upstream: app, »cors: ["https://a.example"] }
`,
  );

  const loaded = await parseSettings({ text, file: 'candor.yaml', env: {} });

  expect(loaded.ok ? loaded.warnings : []).toMatchObject([
    { path: 'routes[2].cors', line, column, expected: 'OPTIONS among its methods' },
  ]);
});

test('names that nothing refers to are warned of', async () => {
  const { text, line, column } = marked(
    withApp(
      '  log: { endpoints: [http://10.0.0.6] }\n  spare: { endpoints: [http://10.0.0.7] }\n',
    ) +
      `routes: [{ upstream: app, misleading: [used] }]
misleading:
  used: { status: [401], dependsOn: [log] }
  »unused: { status: [401], dependsOn: [log] }
errors: { mine: { message: "{message}" } }
`,
  );

  const loaded = await parseSettings({ text, file: 'candor.yaml', env: {} });

  const warnings = loaded.ok ? loaded.warnings : [];
  expect(warnings.map(({ path }) => path)).toEqual([
    'upstreams.spare',
    'misleading.unused',
    'errors.mine',
  ]);
  expect(warnings[1]).toMatchObject({ line, column, found: 'a rule that no route names' });
});

test('a space before the first of the settings is warned of where YAML takes it', async () => {
  const text = ' upstreams:\n  app: { endpoints: [http://10.0.0.5] }\n';

  const loaded = await parseSettings({ text, file: 'candor.yaml', env: {} });

  expect(loaded).toMatchObject({
    ok: true,
    warnings: [{ line: 1, column: 2, found: '1 space before the first key' }],
  });
});

test.for([
  {
    name: 'a file that is not there',
    file: 'none.yaml',
    found: 'a file that cannot be read (ENOENT: no such file)',
  },
  { name: 'a folder', file: '.', found: 'a file that cannot be read (EISDIR: a folder)' },
  {
    name: 'a file that is no text',
    file: 'binary.yaml',
    found: 'bytes that are not UTF-8',
    expected: 'text in UTF-8',
  },
  { name: 'a device without end', file: '/dev/zero', found: 'more than 262144 bytes' },
  { name: 'a file that is too long', file: 'long.yaml', found: 'more than 262144 bytes' },
])('$name is refused with the reason', async ({ file, found, expected = 'a settings file' }) => {
  const folder = await folderWith({
    'binary.yaml': Buffer.from([0x61, 0xff, 0xfe]),
    'long.yaml': ' '.repeat(262_145),
  });

  const loaded = await loadSettings(resolve(folder, file), {});

  const message = `found ${found}, expected ${expected}`;
  const problem = { line: null, column: null, path: '', found, expected, message };
  expect(loaded).toMatchObject({ ok: false, problems: [problem] });
});

test('a file of the most bytes is read', async () => {
  const folder = await folderWith({ 'long.yaml': withApp('# ').padEnd(262_144, '-') });

  expect(await loadSettings(join(folder, 'long.yaml'), {})).toMatchObject({ ok: true });
});

test('one flag is enough: everything else has its default, and nothing is stored', async () => {
  const { store: _, ...defaults } = await settingsOf(withApp());

  const loaded = await settingsFromFlags({ upstream: 'http://10.0.0.5:8080' });

  expect(loaded).toMatchObject({ ok: true, settings: { ...defaults, store: 'memory' } });
});

test('flags give settings by the same rules', async () => {
  const loaded = await settingsFromFlags({
    upstream: 'http://127.0.0.1:3000',
    statusPage: 'https://status.example.com',
    listen: '127.0.0.1:0',
    ops: '127.0.0.1:0',
  });

  expect(loaded).toMatchObject({
    ok: true,
    settings: {
      listen: [{ port: 0 }],
      ops: { port: 0 },
      statusPage: { url: 'https://status.example.com/', pollMs: 30_000 },
      upstreams: { app: { discovery: { urls: ['http://127.0.0.1:3000'] } } },
      routes: [{ upstream: 'app' }],
    },
  });
});

test('wrong flags are named as flags, all at once', async () => {
  const loaded = await settingsFromFlags({
    upstream: 'localhost',
    statusPage: 'x',
    listen: 'x',
    ops: '0.0.0.0:9901',
  });

  const problems = loaded.ok ? [] : loaded.problems;
  expect(problems.map(({ path }) => path).toSorted()).toEqual([
    '--listen',
    '--ops',
    '--status-page',
    '--upstream',
  ]);
  expect(problems.every(({ file, line }) => file === 'command line' && line === null)).toBe(true);
});
