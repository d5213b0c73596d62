/** Makes docs/screenshots/: each page of UX.md section 4 in real Chromium, by `node scripts/screenshots.ts [folder [name …]]`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SCENES } from '../test/answer/scenes.ts';
import { launchChromium } from '../test/browser/launch.ts';
import { startSceneServer } from '../test/browser/scene-server.ts';

const [folder = 'docs/screenshots', ...names] = process.argv.slice(2);
const SHOTS = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 768, colorScheme: 'light' },
  { width: 320, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
] as const;

mkdirSync(folder, { recursive: true });
await using server = await startSceneServer();
const browser = await launchChromium();
for (const { name } of SCENES) {
  if (names.length > 0 && !names.includes(name)) continue;
  for (const { width, colorScheme } of SHOTS) {
    const page = await browser.newPage({ viewport: { width, height: 640 }, colorScheme });
    await page.goto(`${server.url}/scene/${name}`);
    await page.screenshot({
      path: join(folder, `${name}-${width}-${colorScheme}.png`),
      fullPage: true,
    });
    await page.close();
  }
}
await browser.close();
