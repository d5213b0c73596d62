import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from '../browser/launch.ts';
import { type Outage, openOutage } from './outage.ts';
import { commandIn, run } from './run-command.ts';

/** The same answers through HTTP/2: Chromium and curl over TLS, curl and nghttp by prior knowledge. */

const NGHTTP = await commandIn('nghttp');
const HAS_HTTP2 = (await run('curl', ['--version'])).stdout.includes('HTTP2');
const parts = new AsyncDisposableStack();
let outage: Outage;
beforeAll(async () => {
  outage = parts.use(await openOutage());
});
afterAll(() => parts.disposeAsync());

describe.skipIf(!HAS_HTTP2)(
  HAS_HTTP2 ? 'curl' : 'curl (skipped: none here that speaks HTTP/2)',
  () => {
    test.for([
      { name: 'over TLS', url: () => outage.secureUrl, flags: ['--http2', '--insecure'] },
      { name: 'by prior knowledge', url: () => outage.url, flags: ['--http2-prior-knowledge'] },
    ])('$name it prints what it prints over HTTP/1.1', async ({ url, flags }) => {
      const { stdout } = await run('curl', ['-si', ...flags, `${url()}/invoices`]);
      const [head = '', body] = stdout.split('\r\n\r\n');
      expect(head).toMatch(/^HTTP\/2 503/);
      expect(head).toContain('candor-disposition: not_processed; retry-safe=?1; reason=outage');
      expect(body).toMatch(
        /^ChargeOver is unavailable \(503\)\.\nNothing was sent to ChargeOver\./,
      );
    });

    test('a client that has HTTP/1.1 only is served on the same address', async () => {
      const { stdout } = await run('curl', ['-si', '--http1.1', '--insecure', outage.secureUrl]);
      expect(stdout).toMatch(/^HTTP\/1\.1 503 ChargeOver outage - see http/);
    });
  },
);

const nghttp = NGHTTP === undefined ? 'nghttp (skipped: it is not on this machine)' : 'nghttp';
describe.skipIf(NGHTTP === undefined)(nghttp, () => {
  test('many streams of one connection are answered, each for itself', async () => {
    const urls = Array.from({ length: 20 }, (_, index) => `${outage.url}/page-${index}`);
    const { stdout } = await run('nghttp', urls);
    expect(stdout.match(/ChargeOver is unavailable \(503\)\./g)).toHaveLength(20);
    expect(new Set(stdout.match(/Reference: \S+/g)).size).toBe(20);
  });
});

const title = CHROMIUM === undefined ? `Chromium (${NO_CHROMIUM})` : 'Chromium';
describe.skipIf(CHROMIUM === undefined)(title, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = parts.adopt(await launchChromium(), (opened) => opened.close());
  });

  async function open(path: string): Promise<Page> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(`${outage.secureUrl}${path}`);
    return page;
  }

  test('a page that waits is told of a posting by its stream, and goes on when all is well', async () => {
    const page = await open('/invoices?page=2');
    const protocol = `performance.getEntriesByType('navigation')[0].nextHopProtocol`;
    expect(await page.evaluate(protocol)).toBe('h2');
    expect(await page.locator('h1').textContent()).toBe('Sorry, ChargeOver is unavailable');
    outage.post('A faulty deployment has been found.');
    await page.locator('ol li', { hasText: 'A faulty deployment has been found.' }).waitFor();
    await outage.mend();
    await page.getByText('served').waitFor();
    expect(new URL(page.url()).search).toBe('?page=2');
    await outage.breakAgain();
  });

  test('its fetch reads the problem', async () => {
    const page = await open('/');
    const read = await page.evaluate(
      `fetch('/customers').then(async (reply) => [reply.status, (await reply.json()).outage.disposition])`,
    );
    expect(read).toEqual([503, 'not_processed']);
  });

  test('a WebSocket falls back to HTTP/1.1, and is refused there', async () => {
    const page = await open('/');
    const code = await page.evaluate(`new Promise((resolve) => {
      new WebSocket(location.origin.replace('http', 'ws') + '/socket').onclose = (event) => resolve(event.code);
    })`);
    expect(code).toBe(1006);
  });
});
