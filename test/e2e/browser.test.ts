import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from '../browser/launch.ts';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { openProgram, type Program } from '../support/program.ts';
import { openUpstream, type TestUpstream } from '../support/upstream.ts';

const FORM = `<!doctype html><title>Form</title><h1>New invoice</h1>
<form method="post" action="/invoices"><input name="company" value="Acme"><button>Create</button></form>`;

const parts = new AsyncDisposableStack();
let program: Program;
let upstream: TestUpstream;
let browser: Browser;
/** Pages of two other origins: the first is listed under `cors`. */
let portals: readonly [string, string];
let posts = 0;

const title = CHROMIUM === undefined ? `a browser (${NO_CHROMIUM})` : 'a browser';

describe.skipIf(CHROMIUM === undefined)(title, () => {
  beforeAll(async () => {
    upstream = parts.use(await openUpstream('serve'));
    portals = [await openPortal(), await openPortal()];
    program = parts.use(
      await openProgram({
        settings: `listen: 127.0.0.1:0
ops: 127.0.0.1:0
brand: { name: ChargeOver }
statusPage: { url: "http://127.0.0.1:9" }
upstreams:
  app: { endpoints: ["${upstream.url}"], probe: { every: 200ms } }
routes:
  - { path: /api/, upstream: app, errors: chargeover, cors: ["${portals[0]}"] }
  - { upstream: app }
errors: { chargeover: { code: "{status}", message: "{message}", response: false } }
store: memory
`,
      }),
    );
    browser = await launchChromium();
    parts.defer(() => browser.close());
  });
  afterAll(() => parts.disposeAsync());
  beforeEach(() => {
    posts = 0;
    upstream.behave((request, response) => {
      if (request.method === 'POST') posts += 1;
      response.setHeader('content-type', 'text/html').end(FORM);
    });
  });

  test('a form that was posted during the outage is not posted by a reload after it', async () => {
    const page = await open(`${program.url}/invoices`);
    await upstream.refuse();
    await until('down');
    await page.click('button');
    await page.waitForSelector('h1#outage_unreported');
    expect(await page.locator('main').innerText()).toContain('Your request was not sent');
    await upstream.accept();
    await until('up');
    await page.reload();
    expect(await page.locator('h1').innerText()).toBe('New invoice');
    expect(posts).toBe(0);
  });

  describe('during an outage', () => {
    beforeAll(async () => {
      await upstream.refuse();
      await until('down');
    });

    test('a script of a listed origin reads status, Retry-After and body behind a preflight; of another it reads nothing', async () => {
      const script = `fetch('${program.url}/api/v3/customer', {
        method: 'POST', headers: { 'content-type': 'application/json', 'x-custom': '1' }, body: '{}',
      }).then(async (reply) => ({
        status: reply.status, wait: reply.headers.get('retry-after'),
        disposition: reply.headers.get('candor-disposition'), body: await reply.json(),
      }), (error) => ({ error: error.message }))`;
      const listed = await (await open(portals[0])).evaluate(script);
      expect(listed).toEqual({
        status: 503,
        wait: expect.stringMatching(/^\d\d$/),
        disposition: 'not_processed; retry-safe=?1; reason=outage',
        body: expect.objectContaining({ code: 503, response: false }),
      });
      const other = await (await open(portals[1])).evaluate(script);
      expect(other).toEqual({ error: 'Failed to fetch' });
    });

    test('a simple request of any origin can read the answer, and that it is one', async () => {
      const page = await open(portals[1]);
      const read = await page.evaluate(
        `fetch('${program.url}/data').then((reply) => [reply.status, reply.headers.get('link')])`,
      );
      expect(read).toEqual([503, '<http://127.0.0.1:9/>; rel="status"']);
    });

    test('the page logs no error, and asks for nothing but its own paths', async () => {
      const page = await (await browser.newContext()).newPage();
      onTestFinished(() => page.context().close());
      const errors: string[] = [];
      const asked: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (line) => {
        // The browser's own line about the status of the page itself.
        if (line.type() === 'error' && !line.text().includes('503')) errors.push(line.text());
      });
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await page.goto(`${program.url}/invoices`);
      await page.waitForSelector('.toggle:visible');
      expect(errors).toEqual([]);
      expect(asked.filter((path) => !path.startsWith('/_candor/'))).toEqual(['/invoices']);
    });

    test('a WebSocket that is refused in the outage closes, and a script is told so', async () => {
      const page = await open(portals[0]);
      const code = await page.evaluate(
        `new Promise((closed) => {
          new WebSocket('${program.url.replace('http', 'ws')}/ws').onclose = ({ code }) => closed(code);
        })`,
      );
      expect(code).toBe(1006);
    });
  });
});

async function until(wanted: string): Promise<void> {
  await eventually(async () => {
    const { text } = await ask(`${program.opsUrl}/api/upstreams`);
    return JSON.parse(text).upstreams[0].verdict === wanted ? true : undefined;
  }, 10_000);
}

async function open(url: string): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** A page of an origin of its own. */
async function openPortal(): Promise<string> {
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>Portal</title>'),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  parts.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  // The address of a TCP server that listens is an object.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
