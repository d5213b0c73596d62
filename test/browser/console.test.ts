import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { OpsDeps } from '../../src/ops/deps.ts';
import { down, up } from '../ops/ops-server.ts';
import { REFERENCE, samplesUntil, startConsole } from './console-server.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from './launch.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const LOOKS = [
  { width: 320, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const;
const LOOK_RULES = ['color-contrast', 'target-size', 'link-in-text-block'];
const RUN_AXE = (options: object): string =>
  `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations.map(
    ({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`;

const name = CHROMIUM === undefined ? `the console (${NO_CHROMIUM})` : 'the console';
describe.skipIf(CHROMIUM === undefined)(name, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  async function visit(
    path: string,
    { deps = {}, token = null, ...options }: Visit = {},
  ): Promise<{ page: Page; violations: string[] }> {
    const ops = await startConsole(deps, token);
    const context = await browser.newContext(options);
    onTestFinished(async () => {
      await context.close();
      await ops[Symbol.asyncDispose]();
    });
    const page = await context.newPage();
    const violations: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') violations.push(message.text());
    });
    await page.goto(`${ops.url}${path}`);
    return { page, violations };
  }
  interface Visit extends BrowserContextOptions {
    readonly deps?: Partial<OpsDeps>;
    readonly token?: string | null;
  }

  test('axe finds no fault, and it fits its window, in every look', async () => {
    const whole = samplesUntil(Date.now());
    // Axe takes its time over each cell.
    const samples = { ...whole, steps: whole.steps.slice(-10) };
    const { page, violations } = await visit('/?when=outage&as=browser', { deps: { samples } });
    await page.locator('#steps summary').click();
    await page.getByText('Close for planned work').click();
    await page.evaluate(axe.source);
    for (const [index, { width, colorScheme }] of LOOKS.entries()) {
      const look = `${width} ${colorScheme}`;
      await page.setViewportSize({ width, height: 700 });
      await page.emulateMedia({ colorScheme });
      const runOnly = index === 0 ? TAGS : LOOK_RULES;
      expect(await page.evaluate(RUN_AXE({ runOnly })), look).toEqual([]);
      const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(over, look).toBeLessThanOrEqual(0);
    }
    expect(violations, 'of the policy').toEqual([]);
  });

  test('it tells of what changes within three seconds, and leaves what is open and focused', async () => {
    let upstreams = [down, up];
    const { page } = await visit('/', { deps: { upstreams: () => upstreams } });
    await page.getByText('● Live').waitFor();
    await page.locator('#steps summary').click();
    await page.getByRole('region', { name: 'Endpoints of login' }).focus();
    upstreams = [up];
    const changedAt = performance.now();
    await page.getByRole('heading', { name: 'Everything serves' }).waitFor();
    expect(performance.now() - changedAt).toBeLessThan(3_000);
    expect(await page.title()).toBe('Up – Candor');
    expect(await page.getByRole('status').textContent()).toBe('Up – Candor');
    expect(await page.locator('#steps').getAttribute('open')).not.toBeNull();
    const focused = await page.evaluate('document.activeElement.getAttribute("aria-label")');
    expect(focused).toBe('Endpoints of login');
  });

  test('without script all is there', async () => {
    const { page } = await visit('/', { javaScriptEnabled: false });
    const text = (await page.locator('body').textContent()) ?? '';
    for (const said of ['Main Application', 'Look at the last deployment', 'Read again', '143']) {
      expect(text).toContain(said);
    }
    await page.locator('#steps summary').click();
    expect(await page.locator('#steps table').isVisible()).toBe(true);
  });

  test('planned work is switched on and off by keyboard alone, without script', async () => {
    const { page } = await visit('/', { javaScriptEnabled: false });
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await page.getByText('Close for planned work').focus();
    await press('Enter', 'Tab', 'ArrowDown', 'Tab', '3', '0', 'Tab');
    await page.keyboard.type('database upgrade');
    await press('Tab', 'Tab', 'Enter');
    await page.getByRole('heading', { name: 'Close upstream app?' }).waitFor();
    await page.getByRole('button', { name: 'Switch on' }).focus();
    await press('Enter');
    const end = page.getByRole('button', { name: 'End it: app' });
    await end.focus();
    await press('Enter');
    await page.getByText('No planned work is on.').waitFor();
    await page.getByText('Maintenance ended, app').waitFor();
  });

  test('a payment is found by its reference, and ticked off with what was found', async () => {
    const { page } = await visit(`/?reference=${REFERENCE}`);
    const found = page.locator('#reference');
    expect(await found.textContent()).toContain('POST, unknown, a payment');
    const list = page.getByRole('region', { name: 'Unknown outcomes: To be looked at' });
    expect(await list.locator('tbody th').allTextContents()).toEqual(['Payment POST', 'PUT']);
    await page.getByText('● Live').waitFor();
    const note = page.getByLabel(`What was found: ${REFERENCE}`);
    await note.pressSequentially('charged once', { delay: 250 });
    expect(await note.inputValue(), 'what is typed outlasts what is told').toBe('charged once');
    await note.press('Enter');
    await page.getByText('Ticked off', { exact: true }).click();
    await page.getByText('charged once, loopback').waitFor();
    await page.getByRole('button', { name: `Take back: ${REFERENCE}` }).click();
    await page.getByRole('button', { name: `Tick off: ${REFERENCE}` }).waitFor();
  });

  test('a browser that is asked for the password gets in, with its frame and its stream', async () => {
    const token = 'a-token-of-some-length';
    const httpCredentials = { username: 'kim', password: token };
    const { page } = await visit('/?when=outage', { token, httpCredentials });
    await page.getByText('● Live').waitFor();
    await page.frameLocator('iframe').getByText('ChargeOver is unavailable').first().waitFor();
  });
});
