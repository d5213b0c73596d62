import { promisify } from 'node:util';
import { brotliCompress, deflate, gunzipSync, gzip, zstdCompress } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, form, type Got } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { openProgram, type Program } from '../support/program.ts';
import { openUpstream, type TestUpstream } from '../support/upstream.ts';
import { headingOf } from './expect-answer.ts';

const SENTENCE = 'The credentials that you provided are not correct.';
const PAGE = `<!doctype html><title>Sign in</title><p>${SENTENCE}</p>`;
const SIGN_IN = form({ email: 'a@example.com', password: 'secret' }, { 'accept-encoding': 'gzip' });
const CODINGS = {
  identity: async (text: string) => Buffer.from(text),
  gzip: promisify(gzip),
  deflate: promisify(deflate),
  br: promisify(brotliCompress),
  zstd: promisify(zstdCompress),
} as const;

const parts = new AsyncDisposableStack();
let program: Program;
let login: TestUpstream;
let backend: TestUpstream;

beforeAll(async () => {
  login = parts.use(await openUpstream('serve'));
  backend = parts.use(await openUpstream('serve'));
  program = parts.use(
    await openProgram({
      settings: `listen: 127.0.0.1:0
ops: 127.0.0.1:0
brand: { name: ChargeOver }
upstreams:
  app: { endpoints: ["${backend.url}"], probe: { path: /healthz, every: 200ms } }
  login: { endpoints: ["${login.url}"] }
routes:
  - { path: /held/login, upstream: login, misleading: [held] }
  - { path: /login, upstream: login, misleading: [credentials, redirected] }
  - { path: /unruled, upstream: login }
  - { upstream: app }
misleading:
  credentials: { status: [200, 401, 403, 422], body: "${SENTENCE}", dependsOn: [app] }
  redirected: { redirect: "/login?error=*", dependsOn: [app] }
  held: { status: [200], body: "${SENTENCE}", dependsOn: [app], holdBack: [POST] }
store: memory
`,
    }),
  );
});
afterAll(() => parts.disposeAsync());
beforeEach(() => login.behave('serve'));

async function until(wanted: string): Promise<void> {
  await eventually(async () => {
    const { text } = await ask(`${program.opsUrl}/api/upstreams`);
    return JSON.parse(text).upstreams[0].verdict === wanted ? true : undefined;
  }, 10_000);
}

/** The login site replies so. */
function reply(status: number, body: Buffer | string, fields = {}): void {
  login.behave((_request, response) =>
    response
      .writeHead(status, {
        'Content-Type': 'text/html',
        'Set-Cookie': ['failures=3', 'lang=en'],
        ETag: '"x"',
        ...fields,
      })
      .end(body),
  );
}

const direct = (path = '/login') => ask(`${login.url}${path}`, SIGN_IN);
const through = (path = '/login') => ask(`${program.url}${path}`, SIGN_IN);

function expectSignInPage(answer: Got): void {
  const { 'content-encoding': coding = 'identity' } = answer.headers;
  // Whatever the replaced reply was coded in, the answer is in what the client takes.
  expect(['identity', 'gzip']).toContain(coding);
  const text = (coding === 'gzip' ? gunzipSync(answer.body) : answer.body).toString('utf8');
  const got = { ...answer, text };
  expect(got.status).toBe(503);
  expect(headingOf(got)).toBe("You can't sign in right now");
  expect(got.text).not.toContain(SENTENCE);
  expect(got.headers['set-cookie']).toBeUndefined();
  expect(got.headers.etag).toBeUndefined();
  expect(got.headers.location).toBeUndefined();
}

/** Fields and body, without the time of day and what belongs to one connection. */
function whole({ status, reasonPhrase, rawHeaders, body }: Got): unknown {
  const own = /^(?:date|connection|keep-alive|transfer-encoding)$/i;
  const fields = rawHeaders.flatMap((name, index) =>
    index % 2 === 1 || own.test(name) ? [] : [[name, rawHeaders[index + 1]]],
  );
  return { status, reasonPhrase, fields, body: body.toString('base64') };
}

describe('while the application is well', () => {
  test.for(Object.entries(CODINGS))(
    'a wrong password passes byte for byte: %s',
    async ([coding, encode]) => {
      const body = await encode(PAGE);
      reply(200, body, coding === 'identity' ? {} : { 'Content-Encoding': coding });
      expect(whole(await through())).toEqual(whole(await direct()));
    },
  );

  test.for([200, 401, 403, 422])('the same holds for status %i', async (status) => {
    reply(status, PAGE, { 'WWW-Authenticate': 'Basic realm="x"' });
    expect(whole(await through())).toEqual(whole(await direct()));
  });

  test('a redirect that means a wrong password passes', async () => {
    reply(302, '', { Location: '/login?error=credentials' });
    expect(whole(await through())).toEqual(whole(await direct()));
  });
});

describe('while the application is gone', () => {
  beforeAll(async () => {
    await backend.refuse();
    await until('down');
  });
  afterAll(async () => {
    await backend.accept();
    await until('up');
  });

  test.for(Object.entries(CODINGS))(
    'the sentence is found and replaced: %s',
    async ([coding, encode]) => {
      const body = await encode(PAGE);
      reply(401, body, coding === 'identity' ? {} : { 'Content-Encoding': coding });
      expectSignInPage(await through());
    },
  );

  test('a redirect that means the same is replaced; another one passes', async () => {
    reply(302, '', { Location: 'http://www.example.com/login?error=credentials' });
    expectSignInPage(await through());
    reply(302, '', { Location: '/login' });
    expect(whole(await through())).toEqual(whole(await direct()));
  });

  test.for([
    {
      name: 'another sentence',
      status: 200,
      body: '<p>Your account is closed.</p>',
      path: '/login',
    },
    { name: 'a status that the rule does not name', status: 500, body: PAGE, path: '/login' },
    { name: 'a route without the rule', status: 200, body: PAGE, path: '/unruled' },
    {
      name: 'a body that is longer than what is looked into',
      status: 200,
      body: `${'x'.repeat(300_000)}${PAGE}`,
      path: '/login',
    },
  ])('$name passes byte for byte', async ({ status, body, path }) => {
    reply(status, body);
    expect(whole(await through(path))).toEqual(whole(await direct(path)));
  });

  test('a sign-in that is held back never reaches the login site, whose form still does', async () => {
    reply(200, PAGE);
    const before = login.requests;
    const held = await through('/held/login');
    expectSignInPage(held);
    expect(held.headers['candor-disposition']).toBe('not_processed; retry-safe=?1; reason=outage');
    expect(login.requests).toBe(before);
    login.behave('serve');
    expect((await ask(`${program.url}/held/login`)).status).toBe(200);
  });

  test('a script gets 503 and never 401', async () => {
    reply(401, JSON.stringify({ error: SENTENCE }), { 'Content-Type': 'application/json' });
    const got = await ask(`${program.url}/login`, {
      ...SIGN_IN,
      headers: { ...SIGN_IN.headers, accept: 'application/json' },
    });
    expect(got.status).toBe(503);
    expect(JSON.parse(got.text).type).toBe('/_candor/problems/sign-in-unavailable');
  });

  test('each that was replaced is in the log with its rule and evidence, and is counted', async () => {
    reply(401, PAGE);
    const from = program.lines.length;
    const got = await through();
    const line = await eventually(() =>
      program.lines.slice(from).find(({ reference }) => reference === got.headers['x-request-id']),
    );
    expect(line).toMatchObject({
      sign_in: true,
      rule: 'credentials',
      evidence: expect.stringMatching(/^(?:verdict|verdict_at_request|probe)$/),
      received: 401,
      status: 503,
    });
    const { text } = await ask(`${program.opsUrl}/metrics`);
    expect(text).toMatch(
      /^candor_misleading_replies_replaced_total\{rule="credentials",evidence="\w+",upstream="app"\} [1-9]/m,
    );
    expect(text).toMatch(
      /^candor_misleading_replies_replaced_total\{rule="held",evidence="held_back",upstream="app"\} 1$/m,
    );
  });

  test('each is kept with the incident that it belongs to, and nothing of the reply with it', async () => {
    reply(401, PAGE);
    await through();
    const { text } = await ask(`${program.opsUrl}/api/incidents`);
    const [incident] = JSON.parse(text).incidents;
    expect(incident).toMatchObject({ upstream: 'app', resolvedAt: null });
    expect(incident.misleadingReplies.count).toBeGreaterThan(0);
    expect(incident.misleadingReplies.latest.at(-1)).toMatchObject({
      rule: 'credentials',
      matched: 'text',
      source: 'verdict',
      upstream: 'app',
      cause: expect.any(String),
      evidenceAt: incident.startedAt,
      checkMs: null,
    });
    expect(text).not.toContain(SENTENCE);
  });
});
