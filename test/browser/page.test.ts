import axe from 'axe-core';
import { expect } from 'vitest';
import { SCENES } from '../answer/scenes.ts';
import { inChromium } from './chromium.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const LOOKS = [
  { width: 320, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const;
/** The rules whose outcome depends on the window and the colours; the others are run once a page. */
const LOOK_RULES = ['color-contrast', 'target-size', 'link-in-text-block'];

/** Runs axe in the page, and returns its violations; rules that passed prove that it ran. */
function runAxe(options: object): string {
  return `axe.run(${JSON.stringify(options)}).then(({ violations, passes }) => ({
    passes: passes.length,
    violations: violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')),
  }))`;
}

inChromium('pages', (open) => {
  for (const { name } of SCENES) {
    open.test(`${name} has no fault that axe can find, and fits its window`, async ({ visit }) => {
      const { page } = await visit(`/scene/${name}`);
      // By the debugger's protocol, which the page's policy does not bind.
      await page.evaluate(axe.source);
      for (const [index, { width, colorScheme }] of LOOKS.entries()) {
        const look = `${width} ${colorScheme}`;
        await page.setViewportSize({ width, height: 700 });
        await page.emulateMedia({ colorScheme });
        const { violations, passes } = await page.evaluate<{
          violations: string[];
          passes: number;
        }>(runAxe({ runOnly: index === 0 ? TAGS : LOOK_RULES }));
        expect(violations, look).toEqual([]);
        expect(passes, look).toBeGreaterThan(index === 0 ? 15 : 0);
        const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(over, look).toBeLessThanOrEqual(0);
      }
    });
  }

  for (const locale of ['longer', 'mirrored', 'ar']) {
    open.test(
      `pages whose language is ${locale} fit a narrow window, without a fault`,
      async ({ visit }) => {
        const { page, server } = await visit(`/${locale}/outage`);
        for (const { name } of SCENES) {
          await page.goto(`${server.url}/${locale}/${name}`);
          await page.setViewportSize({ width: 320, height: 700 });
          const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          expect(over, name).toBeLessThanOrEqual(0);
        }
        await page.goto(`${server.url}/${locale}/outage-post`);
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<{ violations: string[] }>(
          runAxe({ runOnly: TAGS }),
        );
        expect(violations).toEqual([]);
        expect(await page.locator('main').textContent()).not.toMatch(/\b(the|updates)\b/);
      },
    );
  }

  open.test('every language fits a narrow window', async ({ visit }) => {
    const { page, server } = await visit('/de/outage');
    await page.setViewportSize({ width: 320, height: 700 });
    for (const locale of ['de', 'es', 'fr', 'ja', 'pt']) {
      for (const name of ['outage-post', 'outcome-unknown-payment', 'sign-in', 'maintenance']) {
        await page.goto(`${server.url}/${locale}/${name}`);
        const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(over, `${locale}/${name}`).toBeLessThanOrEqual(0);
      }
    }
  });

  open.test('buttons are 44 px high, and the focus is seen', async ({ visit }) => {
    const { page } = await visit('/scene/outage');
    for (const button of await page.locator('.button').all()) {
      expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    }
    await page.keyboard.press('Tab');
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
  });

  open.test('without script the page has all its facts, and nothing dead', async ({ visit }) => {
    const { page, requests } = await visit('/scene/outage', { javaScriptEnabled: false });
    const text = await page.locator('main').textContent();
    expect(text).toContain('This page does not update by itself. Select “Check again”');
    for (const selector of ['.while-live', '.toggle', '#live']) {
      expect(await page.locator(selector).isVisible(), selector).toBe(false);
    }
    expect(requests()).toEqual(['GET /scene/outage']);
  });

  open.test('on paper there are facts and addresses, no buttons', async ({ visit }) => {
    const { page } = await visit('/scene/outage');
    await page.emulateMedia({ media: 'print' });
    const shown = await Promise.all(
      ['.primary', '.toggle', '.said'].map((selector) => page.locator(selector).isVisible()),
    );
    expect(shown).toEqual([false, false, false]);
    const after = await page.evaluate(
      `getComputedStyle(document.querySelector('a[href^="http"]'), '::after').content`,
    );
    expect(after).toContain('https://status.chargeover.com/');
  });

  open.test('in forced colours the main button keeps an edge', async ({ visit }) => {
    const { page } = await visit('/scene/outage');
    await page.emulateMedia({ forcedColors: 'active' });
    const edge = await page.evaluate(
      `getComputedStyle(document.querySelector('.primary')).borderTopWidth`,
    );
    expect(edge).toBe('2px');
  });
});
