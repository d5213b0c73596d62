import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from '../browser/launch.ts';
import { openUpstream } from '../support/upstream.ts';
import { type Outage, openOutage } from './outage.ts';

/**
 * What a page's own code sees in Chromium, from the gateway's origin and from another one. The pages stand
 * for an application that was loaded before the outage began.
 */

const title = CHROMIUM === undefined ? `Chromium (${NO_CHROMIUM})` : 'Chromium';

describe.skipIf(CHROMIUM === undefined)(title, () => {
  const parts = new AsyncDisposableStack();
  let browser: Browser;
  let outage: Outage;
  let origin: string;

  beforeAll(async () => {
    const portal = parts.use(await openUpstream((_, response) => response.end(PORTAL)));
    origin = `http://localhost:${portal.port}`;
    outage = parts.use(await openOutage({ cors: [origin] }));
    browser = parts.adopt(await launchChromium(), (opened) => opened.close());
  });
  afterAll(() => parts.disposeAsync());

  /** A page of the gateway's origin, or of another one, with an address to call. */
  async function open(where: 'here' | 'elsewhere'): Promise<Page> {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    if (where === 'here') {
      // What `/app` answers is the outage's own page, with its own policy: an application takes its place.
      // Not for the other origin: where requests are intercepted, preflights are answered by the interceptor.
      await page.route(`${outage.url}/app`, (route) =>
        route.fulfill({ body: PORTAL, contentType: 'text/html' }),
      );
    }
    await page.goto(where === 'here' ? `${outage.url}/app` : `${origin}/`);
    return page;
  }

  test('a navigation shows the page, with nothing loaded from elsewhere', async () => {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const reply = await page.goto(`${outage.url}/invoices`);
    expect(reply?.status()).toBe(503);
    expect(await page.locator('h1').textContent()).toBe('Sorry, ChargeOver is unavailable');
    expect(await page.locator('main').textContent()).toContain('We are currently investigating');
    expect(asked.filter((url) => !url.startsWith(`${outage.url}/`))).toEqual([]);
  });

  test('a form that is sent gets the page that says that it was not', async () => {
    const page = await open('here');
    await page.locator('input').fill('Acme');
    await page.locator('button').click();
    await page.waitForSelector('.box');
    expect(await page.locator('.box h2').textContent()).toBe('Your request was not sent');
    await page.goBack();
    expect(await page.locator('input').inputValue()).toBe('Acme');
  });

  test.for(['here', 'elsewhere'] as const)(
    'fetch from %s reads status, fields and problem',
    async (where) => {
      const page = await open(where);
      const read = await page.evaluate(fetching(`${outage.url}/api/v3/customer`));
      expect(read).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d\d$/) });
      expect(JSON.parse((read as { text: string }).text)).toMatchObject({
        code: 503,
        status: 'Error',
      });
    },
  );

  test('a preflight of a listed origin is granted, so that the script can read the 503', async () => {
    const page = await open('elsewhere');
    const read = await page.evaluate(
      fetching(`${outage.url}/api/v3/customer`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'x-own': '1' },
        body: '{}',
      }),
    );
    expect(read).toMatchObject({ status: 503 });
  });

  test('one of an address that lists no origin fails, and a simple request is read', async () => {
    const page = await open('elsewhere');
    const url = `${outage.url}/customers`;
    const put = fetching(url, { method: 'PUT', body: '{}' });
    expect(await page.evaluate(put)).toEqual({ error: 'Failed to fetch' });
    expect(await page.evaluate(fetching(url))).toMatchObject({ status: 503 });
  });

  test('XMLHttpRequest sees the status and the JSON that it asked for', async () => {
    const page = await open('here');
    const read = await page.evaluate(`new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open('GET', '/customers');
      request.setRequestHeader('Accept', 'application/json');
      request.onloadend = () => resolve([request.status, JSON.parse(request.responseText).outage.reason]);
      request.send();
    })`);
    expect(read).toEqual([503, 'outage']);
  });

  test('an EventSource gets the outage as an event, and stays open', async () => {
    const page = await open('here');
    const read = await page.evaluate(`new Promise((resolve) => {
      const source = new EventSource('/stream');
      source.addEventListener('outage', ({ data }) => {
        setTimeout(() => {
          resolve([JSON.parse(data).reason, source.readyState !== EventSource.CLOSED]);
          source.close();
        });
      });
    })`);
    expect(read).toEqual(['outage', true]);
  });

  test('a WebSocket closes with 1006, the one code that a script is told', async () => {
    const page = await open('here');
    const code = await page.evaluate(`new Promise((resolve) => {
      new WebSocket(location.origin.replace('http', 'ws') + '/socket').onclose = (event) => resolve(event.code);
    })`);
    expect(code).toBe(1006);
  });

  test('an image shows its alternative text, a script and a style do nothing', async () => {
    const page = await open('here');
    const read = await page.evaluate(`(async () => {
      const failed = (element) => new Promise((resolve) => {
        element.onload = () => resolve('loaded');
        element.onerror = () => resolve('failed');
        document.body.append(element);
      });
      const make = (name, values) => Object.assign(document.createElement(name), values);
      return [
        await failed(make('img', { src: '/logo.png', alt: 'Logo' })),
        await failed(make('script', { src: '/app.js' })),
        await failed(make('link', { rel: 'stylesheet', href: '/app.css' })),
      ];
    })()`);
    expect(read).toEqual(['failed', 'failed', 'failed']);
  });

  test('a frame shows the compact page, whose links leave it', async () => {
    const page = await open('here');
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('iframe'), { src: '/widget' }))`,
    );
    const frame = page.frameLocator('iframe');
    await frame.locator('h1').waitFor();
    expect(await frame.locator('h1').textContent()).toBe('Sorry, ChargeOver is unavailable');
    expect(await frame.locator('.primary').getAttribute('target')).toBe('_blank');
    expect(await frame.locator('.updates').count()).toBe(0);
  });

  test.for(['here', 'elsewhere'] as const)(
    'a gRPC-Web client on a page %s is told UNAVAILABLE',
    async (where) => {
      const page = await open(where);
      const library = fileURLToPath(import.meta.resolve('grpc-web'));
      await page.evaluate(`globalThis.exports = {}; ${await readFile(library, 'utf8')}`);
      const read = await page.evaluate(`new Promise((resolve) => {
      const { GrpcWebClientBase, MethodDescriptor, MethodType } = globalThis.exports;
      const bytes = () => new Uint8Array();
      const method = new MethodDescriptor('/billing.Invoices/Get', MethodType.UNARY, Object, Object, bytes, bytes);
      new GrpcWebClientBase().rpcCall('${outage.url}/billing.Invoices/Get', {}, {}, method, (error) =>
        resolve({ code: error.code, message: error.message }));
    })`);
      expect(read).toEqual({
        code: 14,
        message: expect.stringMatching(/^ChargeOver is unavailable\. Nothing was sent\. ref /),
      });
    },
  );
});

/** Reads one address with fetch, as a script of the page. */
function fetching(url: string, init: object = {}): string {
  return `fetch(${JSON.stringify(url)}, ${JSON.stringify(init)}).then(
    async (reply) => ({ status: reply.status, retryAfter: reply.headers.get('retry-after'), text: await reply.text() }),
    (error) => ({ error: error.message }),
  )`;
}

const PORTAL =
  '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Portal</title>' +
  '<form method="post" action="/invoices"><input name="company"><button>Save</button></form></html>';
