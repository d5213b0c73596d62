import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startStatusPage } from '../../src/demo/status-page.ts';
import { AS, ask, form, type Got } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { openProgram, type Program } from '../support/program.ts';
import { openUpstream, type TestUpstream } from '../support/upstream.ts';
import { expectAnswer, headingOf } from './expect-answer.ts';

/** What has hurt other gateways: `shared/PITFALLS.md`, section 2, on the running program. */

const parts = new AsyncDisposableStack();
let program: Program;
let upstream: TestUpstream;

beforeAll(async () => {
  upstream = parts.use(await openUpstream('serve'));
  const gone = parts.use(await openUpstream('serve'));
  const statusPage = parts.use(await startStatusPage({ host: '127.0.0.1', port: 0 }));
  await gone.refuse();
  program = parts.use(
    await openProgram({
      settings: `listen: 127.0.0.1:0
ops: 127.0.0.1:0
brand: { name: ChargeOver }
statusPage: { url: "${statusPage.url}", poll: 1s }
upstreams:
  app: { endpoints: ["${upstream.url}"] }
  gone: { endpoints: ["${gone.url}"] }
  nameless: { discover: { dns: tasks.app.invalid, port: 80, every: 200ms } }
routes:
  - { host: gone.example.com, path: /healthz, upstream: gone, kind: healthcheck }
  - { host: gone.example.com, upstream: gone }
  - { host: nameless.example.com, upstream: nameless }
  - { host: own.example.com, upstream: app, answers: own-failures-only }
  - { host: app.example.com, upstream: app }
store: memory
`,
    }),
  );
  await eventually(async () => {
    const { text } = await ask(`${program.opsUrl}/api/upstreams`);
    const { upstreams } = JSON.parse(text);
    return upstreams[1].verdict === 'down' && upstreams[2].verdict === 'down' ? true : undefined;
  });
});
afterAll(() => parts.disposeAsync());
beforeEach(() => upstream.behave('serve'));

interface To {
  readonly host: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly path?: string;
}

function to({ host, headers = {}, method = 'GET', path = '/' }: To): Promise<Got> {
  return ask(`${program.url}${path}`, { method, headers: { host, ...headers } });
}

const GONE = 'gone.example.com';
const APP = 'app.example.com';

/** An application that replies so, with fields of its own. */
function replying(status: number, type: string, body: string, fields = {}): RequestListener {
  return (_request, response) =>
    response.writeHead(status, { 'content-type': type, ...fields }).end(body);
}

describe('an answer of ours', () => {
  test.for(Object.entries(AS))('is never 200: %s', async ([, headers]) => {
    expectAnswer(await to({ host: GONE, headers }));
  });

  test.for(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY'])(
    'comes for any method, and is no 405: %s',
    async (method) => {
      const got = await to({ host: GONE, method, headers: AS.browser });
      expectAnswer(got);
      expect(headingOf(got)).toBe('Sorry, ChargeOver is unavailable');
    },
  );

  test('is stored by nobody and differs by what was asked', async () => {
    const { headers } = await to({ host: GONE, headers: AS.browser });
    expect(headers['cache-control']).toBe('no-store');
    for (const name of ['Accept', 'Accept-Language', 'Origin', 'Sec-Fetch-Mode']) {
      expect(headers.vary).toContain(name);
    }
  });

  test('spreads its Retry-After over 30 to 60 s', async () => {
    const all = await Promise.all(Array.from({ length: 40 }, () => to({ host: GONE })));
    const waits = all.map(({ headers }) => Number(headers['retry-after']));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60);
    expect(new Set(waits).size).toBeGreaterThan(5);
  });

  test.for([
    { accept: 'application/json', type: 'application/json' },
    { accept: 'application/problem+json', type: 'application/problem+json' },
    { accept: 'application/vnd.api+json', type: 'application/json' },
    { accept: 'text/html;q=0.2, application/json', type: 'application/json' },
    { accept: 'application/xml', type: 'application/problem+xml' },
    { accept: 'text/html', type: 'text/html; charset=utf-8' },
    { accept: 'x/<script>alert(1)</script>', type: 'text/plain; charset=utf-8' },
    { accept: 'image/*', type: undefined },
  ])('comes in the form that Accept names: $accept', async ({ accept, type }) => {
    const got = await to({ host: GONE, headers: { accept } });
    expect([got.status, got.headers['content-type']]).toEqual([503, type]);
    expect(got.text).not.toContain('<script>alert');
  });

  test("is chosen by Accept before the request's own Content-Type", async () => {
    const headers = { accept: 'text/html', 'content-type': 'application/json' };
    const got = await to({ host: GONE, headers, method: 'POST' });
    expect(got.headers['content-type']).toBe('text/html; charset=utf-8');
  });

  test('says by its fields who sent it; what is relayed has none of them', async () => {
    const ours = await to({ host: GONE });
    expect(ours.headers['candor-disposition']).toContain('reason=outage');
    upstream.behave(replying(500, 'text/html', '<h1>Our own fault</h1>'));
    const { headers } = await to({ host: APP });
    for (const name of ['candor-disposition', 'proxy-status', 'link', 'retry-after']) {
      expect(headers[name]).toBeUndefined();
    }
  });

  test('reflects nothing that the client sent unescaped', async () => {
    const evil = `"><script>alert(1)</script>`;
    const got = await to({
      host: GONE,
      path: `/${encodeURI(evil)}?q=${evil.replaceAll(' ', '')}`,
      headers: { ...AS.browser, referer: `http://${GONE}/${evil}`, 'x-request-id': evil },
      method: 'POST',
    });
    expectAnswer(got);
    expect(got.text).not.toContain('alert(1)</script>');
  });
});

describe("the application's own replies", () => {
  test.for([400, 401, 403, 404, 405, 410, 422, 429, 500, 501, 505, 507])(
    'of status %i are never touched',
    async (status) => {
      const body = `<h1>Our own ${status}</h1>`;
      upstream.behave(replying(status, 'text/html', body, { 'WWW-Authenticate': 'Basic' }));
      const got = await to({ host: APP, headers: AS.browser });
      expect(got).toMatchObject({ status, text: body });
      expect(got.headers['www-authenticate']).toBe('Basic');
    },
  );

  test.for([502, 503, 504])(
    'of status %i in JSON reach programs, with what is missing added',
    async (status) => {
      const body = '{"error":"busy"}';
      upstream.behave(replying(status, 'application/json', body, { 'Retry-After': '7' }));
      const got = await to({ host: APP, headers: AS.fetch });
      expect(got).toMatchObject({ status, text: body });
      expect(got.headers['retry-after']).toBe('7');
      expect(got.headers.link).toContain('rel="status"');
      expect(got.headers['proxy-status']).toContain(`received-status=${status}`);
    },
  );

  test('that are generic are replaced, and what they said that still holds is kept', async () => {
    const fields = {
      'Retry-After': '17',
      'Access-Control-Allow-Origin': 'https://portal.example.com',
      'Set-Cookie': 'lb=1',
    };
    upstream.behave(replying(503, 'text/html', '<h1>503 Service Unavailable</h1>', fields));
    const got = await to({ host: APP, headers: AS.browser });
    expectAnswer(got);
    expect(got.headers['retry-after']).toBe('17');
    expect(got.headers['access-control-allow-origin']).toBe('https://portal.example.com');
    expect(got.text).not.toContain('503 Service Unavailable');
  });

  test('all pass where the route says own-failures-only', async () => {
    upstream.behave(replying(503, 'text/html', '<h1>503</h1>', { 'Set-Cookie': 'lb=1' }));
    const got = await to({ host: 'own.example.com', headers: AS.browser });
    expect(got).toMatchObject({ status: 503, text: '<h1>503</h1>' });
    expect(got.headers['set-cookie']).toEqual(['lb=1']);
  });

  test('are counted as relayed by their class, answers of ours apart', async () => {
    const count = async (pattern: RegExp) => {
      const { text } = await ask(`${program.opsUrl}/metrics`);
      const lines = text.split('\n').filter((line) => pattern.test(line));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    };
    const relayed = /^candor_requests_relayed_total\{.*"5xx"/;
    const answered = /^candor_answers_total\{upstream="gone"/;
    const before = [await count(relayed), await count(answered)] as const;
    upstream.behave(replying(500, 'text/html', 'ours'));
    await to({ host: APP });
    await to({ host: GONE });
    await to({ host: GONE });
    expect([await count(relayed), await count(answered)]).toEqual([before[0] + 1, before[1] + 2]);
  });
});

describe('an upstream without endpoints', () => {
  test.for(Object.entries(AS))('is 503, never 404 or 500: %s', async ([, headers]) => {
    const got = await to({ host: 'nameless.example.com', headers });
    expectAnswer(got);
    expect(`${JSON.stringify(got.headers)}${got.text}`).not.toContain('invalid');
  });

  test('is told apart from an address that no route leads to, which is 404', async () => {
    const got = await to({ host: 'other.example.com', headers: AS.browser });
    expect(got.status).toBe(404);
    expect(headingOf(got)).toBe('There is nothing at this address');
    expect(got.headers['candor-disposition']).toContain('reason=unknown_route');
    expect(got.headers['retry-after']).toBeUndefined();
    expect(got.text).not.toContain('status page');
  });
});

test('a health check of a route is 200 during the outage, for HEAD as well', async () => {
  for (const method of ['GET', 'HEAD']) {
    expect((await to({ host: GONE, path: '/healthz', method })).status).toBe(200);
  }
  expectAnswer(await to({ host: GONE, path: '/healthz', ...form({}) }));
});
