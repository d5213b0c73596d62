import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from './launch.ts';
import { type SceneServer, startSceneServer } from './scene-server.ts';

/** A page that is open, and the server that it came from: one of each for every test. */
export interface Visit {
  readonly page: Page;
  readonly server: SceneServer;
  /** What the server was asked so far, `METHOD target`. */
  requests(): readonly string[];
}

type Visiting = {
  /** `script` runs in the page before its own. */
  visit(path: string, options?: BrowserContextOptions, script?: string): Promise<Visit>;
};

/** Registers tests that run in one Chromium; all are skipped, and say why, where there is none. */
export function inChromium(
  name: string,
  register: (open: {
    test(name: string, run: (visiting: Visiting) => Promise<void>): void;
  }) => void,
): void {
  const title = CHROMIUM === undefined ? `${name} (${NO_CHROMIUM})` : name;
  describe.skipIf(CHROMIUM === undefined)(title, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser.close());

    const visit: Visiting['visit'] = async (path, options, script) => {
      const server = await startSceneServer();
      onTestFinished(() => server[Symbol.asyncDispose]());
      const context = await browser.newContext(options);
      onTestFinished(() => {
        // Chromium may take its time over a page that is on its way elsewhere while its clock stands
        // still; what is left of it goes with the browser. A failure to close fails no page.
        void context.close().catch(() => undefined);
      });
      if (script !== undefined) await context.addInitScript(script);
      const page = await context.newPage();
      await page.clock.install();
      await page.goto(`${server.url}${path}`);
      return { page, server, requests: () => server.requests };
    };
    register({
      test: (sentence, run) => test(sentence, { timeout: 60_000 }, () => run({ visit })),
    });
  });
}
