import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AS, ask, form, type Got } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { openDemo, type RunningDemo } from './demo.ts';
import { expectAnswer, headingOf } from './expect-answer.ts';

let demo: RunningDemo;
beforeAll(async () => {
  demo = await openDemo();
});
afterAll(() => demo?.program[Symbol.asyncDispose]());

const WRONG = form({ email: 'demo@example.com', password: 'wrong' });
const RIGHT = form({ email: 'demo@example.com', password: 'demo' });

describe('while all is well', () => {
  test('both endpoints serve, and nothing of the gateway is on the page', async () => {
    const names = new Set<unknown>();
    for (let count = 0; count < 6; count += 1) {
      const home = await demo.get('/', AS.browser);
      expect(home.status).toBe(200);
      expect(home.headers['candor-disposition']).toBeUndefined();
      names.add(home.headers['served-by']);
    }
    expect(names).toEqual(new Set(['app-1', 'app-2']));
  });

  test('a wrong password is answered byte for byte as the login site answers it', async () => {
    const direct = await ask(`${demo.addresses.loginSite}/login`, WRONG);
    const through = await ask(`${demo.program.url}/login`, WRONG);
    expect(through.text).toContain('The credentials that you provided are not correct.');
    expect(through.body.equals(direct.body)).toBe(true);
    expect(endToEnd(through)).toEqual(endToEnd(direct));
  });

  test('the same holds for a compressed reply, and for the JSON of a script', async () => {
    for (const headers of [{ 'accept-encoding': 'gzip' }, { accept: 'application/json' }]) {
      const wrong = form({ email: 'demo@example.com', password: 'wrong' }, headers);
      const direct = await ask(`${demo.addresses.loginSite}/login`, wrong);
      const through = await ask(`${demo.program.url}/login`, wrong);
      expect(through.body.equals(direct.body)).toBe(true);
      expect(endToEnd(through)).toEqual(endToEnd(direct));
    }
  });

  test('the right password signs in', async () => {
    const got = await ask(`${demo.program.url}/login`, RIGHT);
    expect(got).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(got.headers['set-cookie']?.[0]).toMatch(/^session=/);
  });
});

describe('while the application is gone', () => {
  beforeAll(() => demo.breakFor('gone'));
  afterAll(() => demo.mend());

  test('a browser gets a page, and it says that the status page is silent', async () => {
    const page = await eventually(async () => {
      const got = await demo.get('/invoices?page=2', AS.browser);
      return got.text.includes('mention a problem yet') ? got : undefined;
    });
    expectAnswer(page);
    expect(headingOf(page)).toBe('Sorry, ChargeOver is unavailable');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['retry-after']).toMatch(/^(?:3\d|4\d|5\d|60)$/);
    expect(page.reasonPhrase).toMatch(/^ChargeOver outage - see http/);
    expect(page.text).toContain(page.headers['x-request-id']);
    expect(page.text).toContain('href="/invoices?page=2"');
    expect(page.text).toContain('Nothing has been posted yet.');
    expect(page.text).not.toContain('http-equiv="refresh"');
    expect(page.body.length).toBeLessThan(24 * 1024);
  });

  test("the SDK gets the API's own envelope", async () => {
    const got = await demo.get('/api/v3/customer', AS.sdk);
    expectAnswer(got);
    expect(got.headers['content-type']).toBe('application/json');
    const reference = got.headers['x-request-id'];
    const statusPage = /<([^>]+)>/.exec(String(got.headers.link))?.[1];
    expect(got.text).toBe(
      `{"code":503,"status":"Error","message":"ChargeOver is unavailable. Nothing was sent, so it is safe to try again. See ${statusPage} (ref ${reference})",` +
        `"details":{"reason":"outage","disposition":"not_processed","retry_safe":true,"retry_after":${got.headers['retry-after']},` +
        `"status_page":"${statusPage}","reference":"${reference}","incident_status":null,"incident_url":null},"response":false}`,
    );
  });

  test('curl gets short lines of text, a script JSON, an XML client XML', async () => {
    const text = await demo.get('/invoices', AS.curl);
    expectAnswer(text);
    expect(text.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text.text).toMatch(
      /^ChargeOver is unavailable \(503\)\.\nNothing was sent to ChargeOver\. It is safe to try again in about \d+ seconds\.\nDown since [^\n]+ The status page is silent\.\nStatus: http[^\n]+\nReference: [^\n]+\n$/,
    );
    expect(Math.max(...text.text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(78);

    const json = await demo.get('/invoices', AS.fetch);
    expectAnswer(json);
    expect(json.headers['content-type']).toBe('application/json');
    const problem = JSON.parse(json.text);
    expect(problem).toMatchObject({
      type: '/_candor/problems/not-processed',
      title: 'ChargeOver is unavailable',
      status: 503,
      outage: {
        reason: 'outage',
        verdict: 'down',
        reported: false,
        component: 'Main Application',
        disposition: 'not_processed',
        retrySafe: true,
        retryAfter: Number(json.headers['retry-after']),
        reference: json.headers['x-request-id'],
        incident: null,
      },
    });

    const xml = await demo.get('/invoices', AS.xml);
    expectAnswer(xml);
    expect(xml.headers['content-type']).toBe('application/problem+xml');
    expect(xml.text).toContain('<problem xmlns="urn:ietf:rfc:7807"><type>/_candor/problems/not-');
  });

  test('HEAD gets the fields of GET and no body', async () => {
    const get = await demo.get('/', AS.browser);
    const head = await ask(`${demo.program.url}/`, { method: 'HEAD', headers: AS.browser });
    expect(head).toMatchObject({ status: 503, text: '' });
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect(head.headers['content-type']).toBe(get.headers['content-type']);
  });

  test('a sign-in is told the truth: 503, no cookie, no blame', async () => {
    const direct = await ask(`${demo.addresses.loginSite}/login`, RIGHT);
    expect(direct.text).toContain('The credentials that you provided are not correct.');
    expect(direct.headers['set-cookie']).toBeDefined();

    const page = await ask(`${demo.program.url}/login`, RIGHT);
    expectAnswer(page);
    expect(headingOf(page)).toBe("You can't sign in right now");
    expect(page.text).not.toContain('are not correct');
    expect(page.headers['candor-disposition']).toBe('unknown; retry-safe=?1; reason=outage');

    const asScript = form({ email: 'x', password: 'y' }, { accept: 'application/json' });
    const script = await ask(`${demo.program.url}/login`, asScript);
    expectAnswer(script);
    expect(JSON.parse(script.text)).toMatchObject({
      type: '/_candor/problems/sign-in-unavailable',
      outage: { reason: 'outage', retrySafe: true },
    });
    const form200 = await demo.get('/login', AS.browser);
    expect(form200.status).toBe(200);
  });

  test('health checks stay 200: the own one, that of the route, those of ops', async () => {
    expect((await demo.get('/_candor/healthz')).status).toBe(200);
    expect((await demo.get('/healthz')).status).toBe(200);
    expect((await ask(`${demo.program.opsUrl}/healthz`)).status).toBe(200);
    expect((await ask(`${demo.program.opsUrl}/readyz`)).status).toBe(200);
  });

  test('status.json tells the same to whoever asks, from any origin', async () => {
    const got = await demo.get('/_candor/status.json?upstream=app', {
      origin: 'https://a.example',
    });
    expect(got.status).toBe(200);
    expect(got.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': 'no-store',
    });
    expect(got.headers['set-cookie']).toBeUndefined();
    const told = JSON.parse(got.text);
    expect(told).toMatchObject({
      outage: { reason: 'outage', verdict: 'down', component: 'Main Application' },
      heading: 'Sorry, ChargeOver is unavailable',
      nextPollMs: expect.any(Number),
    });
    expect(got.body.length).toBeLessThan(4_096);
    for (const url of demo.addresses.endpoints) expect(got.text).not.toContain(new URL(url).host);
  });

  test('a WebSocket is refused with JSON, and the connection ends', async () => {
    const got = await demo.get('/ws', {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
    });
    expectAnswer(got);
    expect(got.headers.connection).toBe('close');
    expect(JSON.parse(got.text).outage.reason).toBe('outage');
  });

  test('what is posted on the status page stands on the page within its poll', async () => {
    await demo.command('incident?status=investigating&text=We+look+into+it.');
    const page = await eventually(async () => {
      const got = await demo.get('/', AS.browser);
      return got.text.includes('We look into it.') ? got : undefined;
    }, 4_000);
    expect(page.text).toContain('Investigating');
    expect(page.text).toContain('The ChargeOver team knows about it and has posted updates below.');
    const { outage } = JSON.parse((await demo.get('/', AS.fetch)).text);
    expect(outage).toMatchObject({ reported: true, incident: { status: 'investigating' } });
    const { details } = JSON.parse((await demo.get('/api/v3/customer', AS.sdk)).text);
    expect(details).toMatchObject({ incident_status: 'investigating' });
    expect(details.incident_url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/incidents\//);
    await demo.command('incident?status=resolved');
  });

  test('the ops API tells what is believed, and the metrics count what was answered', async () => {
    const before = await answersCounted();
    await demo.get('/', AS.browser);
    await demo.get('/', AS.browser);
    const { upstreams } = JSON.parse((await ask(`${demo.program.opsUrl}/api/upstreams`)).text);
    const app = upstreams.find(({ name }: { name: string }) => name === 'app');
    expect(app).toMatchObject({
      name: 'app',
      component: 'Main Application',
      verdict: 'down',
      cause: 'connection_refused',
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      endpoints: demo.addresses.endpoints.map((url) =>
        expect.objectContaining({ url, setAside: expect.any(Boolean) }),
      ),
    });
    expect(Date.now() - Date.parse(app.since)).toBeLessThan(15_000);
    expect((await answersCounted()) - before).toBe(2);
  });
});

/** Answers to people about the outage of the application, as the metrics count them. */
async function answersCounted(): Promise<number> {
  const { text } = await ask(`${demo.program.opsUrl}/metrics`);
  return text
    .split('\n')
    .filter((line) => /^candor_answers_total\{.*upstream="app".*client_kind="person"/.test(line))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** The fields of a reply that are neither this hop's own nor the time of day. */
function endToEnd({ rawHeaders }: Got): string[][] {
  const fields = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
  );
  const own = ['date', 'connection', 'keep-alive', 'transfer-encoding'];
  return fields
    .filter(([name = '']) => !own.includes(name.toLowerCase()))
    .map(([name = '', value = '']) => [name, value.replace(/failed_sign_ins=\d+/, 'failures')]);
}
