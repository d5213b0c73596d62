/**
 * Makes docs/screenshots/console-*.png: the console eight minutes into an outage, in real Chromium.
 *
 * `node scripts/console-screenshots.ts [FOLDER]`
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CONSOLE_NOW, startConsole } from '../test/browser/console-server.ts';
import { launchChromium } from '../test/browser/launch.ts';

const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 320, colorScheme: 'light' },
] as const;

const [folder = 'docs/screenshots'] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
// The page is made by this very process, and says how long ago things were.
Date.now = () => CONSOLE_NOW;
await using ops = await startConsole();
const browser = await launchChromium();
for (const { width, colorScheme } of LOOKS) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  const page = await context.newPage();
  await page.goto(`${ops.url}/?when=outage&as=browser`);
  await page.getByText('● Live').waitFor();
  // What lies outside of the window is not painted in frames.
  const height = await page.evaluate('document.documentElement.scrollHeight');
  await page.setViewportSize({ width, height: Number(height) });
  await page.waitForTimeout(200);
  const path = join(folder, `console-${width}-${colorScheme}.png`);
  await page.screenshot({ path, fullPage: true });
  await context.close();
}
await browser.close();
