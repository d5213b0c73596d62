import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startStatusPage } from '../../src/demo/status-page.ts';
import { AS, ask, form } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { openProgram, type Program } from '../support/program.ts';
import { openUpstream, type TestUpstream } from '../support/upstream.ts';
import { expectAnswer, headingOf, wordsOf } from './expect-answer.ts';

/** The examples of `shared/UX.md`, section 10, that must pass. */

const PORTAL = 'https://portal.example.com';
const parts = new AsyncDisposableStack();
let program: Program;
let upstream: TestUpstream;

beforeAll(async () => {
  upstream = parts.use(await openUpstream('serve'));
  const statusPage = parts.use(await startStatusPage({ host: '127.0.0.1', port: 0 }));
  program = parts.use(
    await openProgram({
      settings: `listen: 127.0.0.1:0
ops: 127.0.0.1:0
brand: { name: ChargeOver, support: "mailto:support@example.com" }
statusPage: { url: "${statusPage.url}", poll: 500ms }
upstreams:
  app:
    endpoints: ["${upstream.url}"]
    component: Main Application
    probe: { path: /healthz, every: 200ms, timeout: 500ms }
    timeouts: { response: 1s }
routes:
  - { path: /r/pay, method: [POST], upstream: app, payment: true }
  - { path: /api/, upstream: app, errors: chargeover, cors: ["${PORTAL}"] }
  - { upstream: app }
errors:
  chargeover: { code: "{status}", status: Error, message: "{message}", response: false }
store: memory
`,
    }),
  );
});
afterAll(() => parts.disposeAsync());

async function until(wanted: string): Promise<void> {
  await eventually(async () => {
    const { text } = await ask(`${program.opsUrl}/api/upstreams`);
    return JSON.parse(text).upstreams[0].verdict === wanted ? true : undefined;
  }, 20_000); // A hang is over five seconds after its last failed request, and trouble that comes back has to stay away longer.
}

/** From now on, what the upstream does, with a count of the forms that it is sent. */
function counting(behaviour: 'serve' | 'hang'): { readonly posts: number } {
  const counted = { posts: 0 };
  upstream.behave((request, response) => {
    if (request.method === 'POST') counted.posts += 1;
    if (behaviour === 'serve') response.end('served\n');
  });
  return counted;
}

/** Served again, and the gateway certain of it. */
async function comeBack(): Promise<void> {
  upstream.behave('serve');
  await upstream.refuse();
  await upstream.accept();
  await until('up');
}

/** A connection refused, and the gateway certain of it. */
async function goDown(): Promise<void> {
  await upstream.refuse();
  await until('down');
}

const INVOICE = form(
  { company: 'Acme', amount: '12' },
  { referer: 'http://app.example.com/invoices?page=2', host: 'app.example.com' },
);

test('a relayed reply gets no CORS fields', async () => {
  const headers = { ...AS.fetch, origin: PORTAL };
  const relayed = await ask(`${program.url}/api/v3/customer`, { headers });
  expect(relayed.status).toBe(200);
  expect(relayed.headers['access-control-allow-origin']).toBeUndefined();
});

describe('during an outage', () => {
  beforeAll(goDown);
  afterAll(comeBack);

  test("the PHP SDK's message is the envelope's", async () => {
    const read = await ask(`${program.url}/api/v3/customer`, { headers: AS.sdk });
    expectAnswer(read);
    expect(JSON.parse(read.text)).toEqual({
      code: 503,
      status: 'Error',
      message: expect.stringMatching(
        /^ChargeOver is unavailable\. Nothing was sent, so it is safe to try again\. See http\S+ \(ref \S+\)$/,
      ),
      response: false,
    });
  });

  test('a preflight of a listed origin is granted during the outage, and no other', async () => {
    const preflight = (origin: string, path = '/api/v3/customer') =>
      ask(`${program.url}${path}`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'content-type,x-custom',
        },
      });
    const granted = await preflight(PORTAL);
    expect(granted.status).toBe(204);
    expect(granted.headers).toMatchObject({
      'access-control-allow-origin': PORTAL,
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'content-type,x-custom',
      'access-control-max-age': '0',
    });
    expect(granted.headers['content-length']).toBeUndefined();
    expectAnswer(await preflight('https://other.example.com'));
    expectAnswer(await preflight(PORTAL, '/elsewhere'));
  });

  test('an answer to a request with an Origin can be read by its script', async () => {
    const headers = { ...AS.fetch, origin: PORTAL };
    const answer = await ask(`${program.url}/api/v3/customer`, { headers });
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': PORTAL,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers':
        'Retry-After, Candor-Disposition, X-Request-Id, Link, Proxy-Status',
    });
  });

  test('a request that says Expect: 100-continue gets the final answer at once', async () => {
    const answer = await ask(`${program.url}/invoices`, {
      ...INVOICE,
      headers: { ...INVOICE.headers, expect: '100-continue' },
    });
    expectAnswer(answer);
  });

  test('what is asked with Range or If-None-Match is answered whole', async () => {
    const answer = await ask(`${program.url}/`, {
      headers: { ...AS.browser, range: 'bytes=0-10', 'if-none-match': '*' },
    });
    expectAnswer(answer);
  });
});

describe('one after the other', () => {
  afterEach(comeBack);

  test('a form that is posted during an outage is not sent, and the page says so', async () => {
    const counted = counting('serve');
    await goDown();
    const page = await ask(`${program.url}/invoices`, INVOICE);
    expectAnswer(page);
    expect(headingOf(page)).toBe('Sorry, ChargeOver is unavailable');
    expect(page.text).toContain('Your request was not sent');
    expect(wordsOf(page)).toContain('so nothing was saved or charged.');
    expect(page.text).not.toContain('Acme');
    expect(page.headers['candor-disposition']).toBe('not_processed; retry-safe=?1; reason=outage');
    // Where the page leads to, by GET: the form.
    expect(page.text).toContain('href="/invoices?page=2"');
    await upstream.accept();
    await until('up');
    expect((await ask(`${program.url}/invoices?page=2`)).status).toBe(200);
    expect(counted.posts).toBe(0);
  });

  test('a form that is posted while the application hangs is not what tries whether it still does', async () => {
    const counted = counting('hang');
    await Promise.all(
      Array.from({ length: 4 }, () => ask(`${program.url}/`, { headers: AS.browser })),
    );
    await until('down');
    for (let count = 0; count < 3; count += 1) {
      const page = await ask(`${program.url}/invoices`, INVOICE);
      expectAnswer(page);
      expect(page.text).toContain('Your request was not sent');
    }
    expect(counted.posts).toBe(0);
  });

  test('a payment that was sent and not answered: 504, no Retry-After, and the advice not to pay again', async () => {
    const counted = counting('hang');
    const page = await ask(
      `${program.url}/r/pay`,
      form({ invoice: '1002', card: '4111111111111111' }),
    );
    expectAnswer(page, 504);
    expect(headingOf(page)).toBe("We can't tell if your payment went through");
    expect(wordsOf(page)).toContain("Don't pay again yet");
    expect(page.text).not.toContain('4111');
    expect(page.headers['retry-after']).toBeUndefined();
    expect(page.headers['candor-disposition']).toBe('unknown; retry-safe=?0; reason=outage');
    expect(page.headers['proxy-status']).toBe('candor; error=http_response_timeout');
    expect(page.reasonPhrase).toMatch(/^No answer, outcome unknown - see http/);
    expect(counted.posts).toBe(1);
  });

  test("the SDK's message about a write that may have been processed says to look it up first", async () => {
    upstream.behave('hang');
    const write = await ask(`${program.url}/api/v3/customer`, {
      method: 'POST',
      headers: { ...AS.sdk, 'content-length': '2' },
      body: '{}',
    });
    expectAnswer(write, 504);
    expect(JSON.parse(write.text)).toMatchObject({
      code: 504,
      message: expect.stringMatching(
        /^ChargeOver did not answer\. The request may have been processed: look it up, for example by external_key, before sending it again\. See http\S+ \(ref \S+\)$/,
      ),
    });
  });

  test('a recovery that fails is not told as one', async () => {
    await goDown();
    upstream.behave('reset');
    await upstream.accept();
    for (let count = 0; count < 20; count += 1) {
      const page = await ask(`${program.url}/`, { headers: AS.browser });
      expect([502, 503]).toContain(page.status);
      expectAnswer(page, page.status);
    }
  });
});
