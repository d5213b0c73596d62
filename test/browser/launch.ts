import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATHS = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Where the system's Chromium is; undefined when there is none. */
export const CHROMIUM = PATHS.find((path) => path !== '' && existsSync(path));

/** Why page tests are skipped, for their output. */
export const NO_CHROMIUM = 'skipped: no Chromium on this machine (CHROMIUM may name its path)';

/** Starts the system's Chromium without a window. */
export async function launchChromium(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error(NO_CHROMIUM);
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--font-render-hinting=none',
    ],
  });
}
