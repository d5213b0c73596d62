import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from '../browser/launch.ts';
import { ask } from '../support/ask.ts';
import { startProgram } from '../support/program.ts';
import { certificatePath } from '../support/secure-upstream.ts';
import { startUpstream } from '../support/upstream.ts';

const PAGE =
  '<!doctype html><link rel="icon" href="data:,"><title>Invoices</title><h1>Invoices</h1>';
const PATIENT = { timeout: 20_000, interval: 20 };
const tls = `tls: { cert: ${certificatePath('server')}, key: ${certificatePath('server-key')} }`;
const KINDS = [
  { protocol: 'http/1.1', listen: '127.0.0.1:0' },
  { protocol: 'h2', listen: `{ address: 127.0.0.1:0, ${tls} }` },
];

let browser: Browser;
const title = CHROMIUM === undefined ? `a page that waits (${NO_CHROMIUM})` : 'a page that waits';

describe.skipIf(CHROMIUM === undefined)(title, () => {
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  test.for(KINDS)(
    'through $protocol it is told of the recovery, and comes back by one GET',
    async ({ protocol, listen }) => {
      const app = await startUpstream((request, response) => {
        asked.push(`${request.method} ${request.url}`);
        response.setHeader('content-type', 'text/html').end(PAGE);
      });
      const asked: string[] = [];
      await app.refuse();
      const { url, opsUrl } = await startProgram({
        settings: `listen: ${listen}
ops: 127.0.0.1:0
brand: { name: ChargeOver }
upstreams: { app: { endpoints: ["${app.url}"], probe: { every: 200ms } } }
store: memory
`,
      });
      const streams = async () => (await ask(`${opsUrl}/metrics`)).text;
      await vi.waitFor(async () => {
        const { text } = await ask(`${opsUrl}/api/upstreams`);
        expect(text).toContain('"verdict":"down"');
      }, PATIENT);

      const { page, protocols } = await open(`${url}/invoices?page=2`);
      expect(await page.textContent('h1')).toBe('Sorry, ChargeOver is unavailable');
      await page.clock.runFor(3_000);
      await vi.waitFor(
        async () => expect(await streams()).toContain('candor_event_streams 1'),
        PATIENT,
      );
      // Chromium tells of a reply some time after the gateway has sent its head.
      const expected = ['Document', 'EventSource'].map((type) => `${type} ${protocol}`);
      await vi.waitFor(() => expect(protocols).toEqual(expected), PATIENT);
      await app.accept();
      await page.waitForSelector('.said:has-text("ChargeOver is back. This page will reload in")');
      await page.clock.runFor(3_000);
      await page.waitForSelector('h1:has-text("Invoices")');
      expect(page.url()).toBe(`${url}/invoices?page=2`);
      expect(asked).toEqual(['GET /invoices?page=2']);
      await vi.waitFor(
        async () => expect(await streams()).toContain('candor_event_streams 0'),
        PATIENT,
      );
    },
  );
});

/** Opens a page whose time the test sets; `protocols` are those by which it has got its replies. */
async function open(url: string): Promise<{ page: Page; protocols: readonly string[] }> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  onTestFinished(() => void context.close().catch(() => undefined)); // It goes with the browser.
  const page = await context.newPage();
  const protocols: string[] = [];
  const devtools = await context.newCDPSession(page);
  devtools.on('Network.responseReceived', ({ type, response }) => {
    if (response.url.startsWith('http')) protocols.push(`${type} ${response.protocol}`);
  });
  await devtools.send('Network.enable');
  await page.clock.install();
  await page.goto(url);
  return { page, protocols };
}
