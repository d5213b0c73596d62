import type { Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import { belief, REPORTED } from '../answer/samples.ts';
import type { Visit } from './chromium.ts';

/** What waiting pages are told during an outage, and after it. */
export const DOWN = { beliefs: [belief()], state: REPORTED };
export const UP = { beliefs: [belief('up')], state: REPORTED };
/** Where a page of the scenes goes back to. */
export const HOME = '/r/invoices?page=2';
const SAID = '[role=status]';

/** Lets the page's time pass until it listens. */
export async function listens({ page, server }: Visit): Promise<void> {
  await vi.waitFor(
    async () => {
      await page.clock.runFor(1000);
      expect(server.streams).toBe(1);
    },
    { timeout: 10_000, interval: 1 },
  );
}

/** Waits until the live line says this. */
export async function saidSoon(page: Page, text: string | RegExp): Promise<void> {
  await vi.waitFor(async () => expect(await page.locator(SAID).textContent()).toMatch(text), {
    timeout: 10_000,
    interval: 10,
  });
}
