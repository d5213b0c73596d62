import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bypassToken } from '../../src/outage/bypass-token.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { declare, OPERATOR } from '../support/maintenances.ts';
import { startUpstream } from '../support/upstream.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from './launch.ts';

let browser: Browser | null = null;
beforeAll(async () => {
  if (CHROMIUM !== undefined) browser = await launchChromium();
});
afterAll(() => browser?.close());

test('a browser goes past planned work by the button of a link, and no further than the work', async (context) => {
  if (browser === null) return context.skip(NO_CHROMIUM);
  const app = await startUpstream((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<h1>The application</h1><p>${request.headers.cookie ?? 'no cookie'}</p>`);
  });
  const { url, maintenances } = await startGateway(oneUpstream([app.url]), { isQuiet: true });
  const kept = declare(maintenances, { message: 'A faster database.' });
  const page = await browser.newPage();
  try {
    await page.goto(url);
    expect(await page.locator('.lead p').allTextContents()).toEqual([
      'A faster database.',
      "This work was planned. We don't have an end time yet.",
    ]);
    await page.goto(`${url}/_candor/bypass?token=${bypassToken(kept)}`);
    expect(await page.locator('h1').textContent()).toBe('Go past the planned work');
    expect(app.requests).toBe(0);
    await page.getByRole('button').click();
    await page.waitForURL(`${url}/`);
    expect(await page.locator('h1, p').allTextContents()).toEqual(['The application', 'no cookie']);
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.goto(`${url}/next`);
    expect(await page.locator('h1').textContent()).toBe('The application');

    maintenances.end(null, OPERATOR);
    declare(maintenances);
    await page.goto(url);
    expect(await page.locator('h1').textContent()).toContain('is closed for planned work');
  } finally {
    await page.close();
  }
});
