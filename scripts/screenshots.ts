/**
 * Makes docs/screenshots/: the pages of UX.md, section 4, in real Chromium.
 *
 * `node scripts/screenshots.ts [FOLDER [NAME …]]`: every page at 1280 px in light colours, and the page of
 * an outage, or each page that is named, in all widths and colours.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { NOW } from '../test/answer/samples.ts';
import { SCENES } from '../test/answer/scenes.ts';
import { launchChromium } from '../test/browser/launch.ts';
import { startSceneServer } from '../test/browser/scene-server.ts';

const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 768, colorScheme: 'light' },
  { width: 320, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
] as const;

const [folder = 'docs/screenshots', ...names] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
await using server = await startSceneServer();
const browser = await launchChromium();
for (const { name } of SCENES) {
  if (names.length > 0 && !names.includes(name)) continue;
  const isWhole = names.length > 0 || name === 'outage';
  for (const { width, colorScheme } of LOOKS.slice(0, isWhole ? LOOKS.length : 1)) {
    const context = await browser.newContext({
      viewport: { width, height: 640 },
      colorScheme,
      timezoneId: 'America/Chicago',
    });
    const page = await context.newPage();
    await page.clock.setFixedTime(NOW);
    await page.goto(`${server.url}/scene/${name}`);
    const path = join(folder, `${name}-${width}-${colorScheme}.png`);
    await page.screenshot({ path, fullPage: true });
    await context.close();
  }
}
await browser.close();
