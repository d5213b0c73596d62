import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCENES } from '../answer/scenes.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from './chromium.ts';
import { startSceneServer } from './scene-server.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const LOOKS = [
  { width: 320, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const;

if (CHROMIUM === undefined) console.warn(NO_CHROMIUM);

describe.skipIf(CHROMIUM === undefined)(`pages in Chromium${CHROMIUM ? '' : ` (${NO_CHROMIUM})`}`, () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startSceneServer>>;
  beforeAll(async () => {
    server = await startSceneServer();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  async function open(name: string, options: object = {}): Promise<Page & AsyncDisposable> {
    const context = await browser.newContext({ bypassCSP: false, ...options });
    const page = await context.newPage();
    await page.goto(`${server.url}/scene/${name}`);
    return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
  }

  test.for(SCENES)('$name has no fault that axe can find, and fits its window', async ({ name }) => {
    await using page = await open(name);
    for (const { width, colorScheme } of LOOKS) {
      await page.setViewportSize({ width, height: 700 });
      await page.emulateMedia({ colorScheme });
      // By the debugger's protocol, which the page's policy does not bind.
      const violations = await page.evaluate(
        async ([source, tags]) => {
          const scope = globalThis as unknown as { axe?: { run(o: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
          if (scope.axe === undefined) new Function(String(source))();
          const { violations: found } = await scope.axe!.run({ runOnly: tags });
          return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
        },
        [AXE, TAGS] as const,
      );
      expect(violations, `${width} ${colorScheme}`).toEqual([]);
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow, `${width} ${colorScheme}`).toBeLessThanOrEqual(0);
    }
  });
});
