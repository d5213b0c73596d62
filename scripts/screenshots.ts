/**
 * Makes docs/screenshots/: the pages of UX.md, section 4, in real Chromium.
 *
 * `node scripts/screenshots.ts [FOLDER [NAME …]]`: every page at 320 and 1280 px in light colours; those that
 * are met first, or each page that is named, in all widths and colours; and the page of an outage in other
 * languages, and in the moment in which all is well again.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { belief, NOW, REPORTED } from '../test/answer/samples.ts';
import { SCENES } from '../test/answer/scenes.ts';
import { launchChromium } from '../test/browser/launch.ts';
import { startSceneServer } from '../test/browser/scene-server.ts';

interface Look {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
}

const TWO: readonly Look[] = [
  { width: 1280, colorScheme: 'light' },
  { width: 320, colorScheme: 'light' },
];
const ALL: readonly Look[] = [
  ...TWO,
  { width: 768, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 320, colorScheme: 'dark' },
];
const MET_FIRST = ['outage', 'outcome-unknown-payment', 'sign-in'];
const LANGUAGES = ['ar', 'de', 'ja'];

const [folder = 'docs/screenshots', ...names] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
await using server = await startSceneServer();
const browser = await launchChromium();
for (const { name } of SCENES) {
  if (names.length > 0 && !names.includes(name)) continue;
  const isWhole = names.length > 0 || MET_FIRST.includes(name);
  await shoot(name, `/scene/${name}`, { looks: isWhole ? ALL : TWO });
}
if (names.length === 0) {
  for (const language of LANGUAGES) {
    await shoot(`outage-${language}`, `/${language}/outage`, { looks: TWO });
  }
  await shoot('recovered', '/scene/outage', { looks: TWO, when: afterRecovery });
}
await browser.close();

async function shoot(
  name: string,
  path: string,
  { looks, when }: { looks: readonly Look[]; when?: (page: Page) => Promise<void> },
): Promise<void> {
  for (const { width, colorScheme } of looks) {
    const context = await browser.newContext({
      viewport: { width, height: 640 },
      colorScheme,
      timezoneId: 'America/Chicago',
    });
    const page = await context.newPage();
    await page.clock.setFixedTime(NOW);
    await page.goto(server.url + path);
    await when?.(page);
    const file = join(folder, `${name}-${width}-${colorScheme}.png`);
    await page.screenshot({ path: file, fullPage: true });
    await context.close();
  }
}

/** The page has heard that all is well, and says when it reloads. */
async function afterRecovery(page: Page): Promise<void> {
  server.tell({ beliefs: [belief('up')], state: REPORTED, reloadAfterMs: 8_000 });
  await page.getByRole('status').filter({ hasText: 'is back' }).waitFor();
}
