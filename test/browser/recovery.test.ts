import type { Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import { belief } from '../answer/samples.ts';
import { inChromium, type Visit } from './chromium.ts';
import { DOWN, HOME, listens, saidSoon, UP } from './live-page.ts';

const RELAPSE =
  "ChargeOver started to come back but is still having problems. We'll keep watching.";

async function postTo(visit: (path: string) => Promise<Visit>, scene: string): Promise<Visit> {
  const visited = await visit(`/form/${scene}`);
  await visited.page.fill('input', 'twelve dollars');
  await visited.page.click('button');
  await visited.page.waitForSelector('h1');
  return visited;
}

function posts({ requests }: Visit): number {
  return requests().filter((line) => line.startsWith('POST')).length;
}

function pagesOf({ requests }: Visit): readonly string[] {
  return requests().filter((line) => !line.includes('/_candor/'));
}

/** Puts the tab into the background, or back before the reader's eyes. */
async function look(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(
    `Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
     document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`,
  );
}

inChromium('pages that come back', (open) => {
  open.test(
    'a page says that the upstream is back, and goes to its own address by GET',
    async ({ visit }) => {
      const visited = await visit('/scene/outage');
      const { page, server } = visited;
      await listens(visited);
      server.tell(DOWN);
      server.tell(UP);
      await saidSoon(page, 'ChargeOver is back. This page will reload in 7 seconds.');
      expect(await page.title()).toBe('ChargeOver is back – ChargeOver');
      expect(await page.locator('.primary').textContent()).toBe('Continue now');
      expect(await page.evaluate('document.activeElement === document.body')).toBe(true);
      await page.clock.runFor(5_000);
      expect(page.url()).toContain('/scene/outage');
      await page.clock.runFor(2_000);
      await page.waitForURL(`**${HOME}`);
      expect(pagesOf(visited)).toEqual(['GET /scene/outage', `GET ${HOME}`]);
    },
  );

  open.test('one second is one second', async ({ visit }) => {
    const visited = await visit('/scene/outage');
    await listens(visited);
    visited.server.tell({ ...UP, reloadAfterMs: 1000 });
    await saidSoon(visited.page, 'ChargeOver is back. This page will reload in 1 second.');
  });

  open.test(
    'a form that was not sent is never sent again, by recovery or by F5, and Back has what was typed',
    async ({ visit }) => {
      const visited = await postTo(visit, 'outage-post');
      const { page, server } = visited;
      await listens(visited);
      server.tell(UP);
      await saidSoon(page, 'ChargeOver is back. Your request was not sent, so you can try again.');
      await page.clock.runFor(120_000);
      expect(page.url()).toContain('/r/invoices/17/edit?tab=2');
      await page.reload();
      expect(pagesOf(visited).at(-1)).toBe('GET /r/invoices/17/edit?tab=2');
      expect(posts(visited)).toBe(1);
      await page.goBack();
      expect(await page.inputValue('input')).toBe('twelve dollars');
    },
  );

  open.test('a payment of unknown outcome stays where it is', async ({ visit }) => {
    const visited = await postTo(visit, 'outcome-unknown-payment');
    const { page, server } = visited;
    await listens(visited);
    server.tell(UP);
    await saidSoon(
      page,
      'ChargeOver is back. Check whether your request went through before you try again.',
    );
    await page.clock.runFor(120_000);
    expect(await page.locator('h1').textContent()).toBe(
      "We can't tell if your payment went through",
    );
    expect(posts(visited)).toBe(1);
  });

  open.test('the way back to the form is the way back, with what was typed', async ({ visit }) => {
    const visited = await postTo(visit, 'outcome-unknown');
    await visited.page.click('.primary');
    await visited.page.waitForURL('**/form/outcome-unknown');
    expect(await visited.page.inputValue('input')).toBe('twelve dollars');
    expect(posts(visited)).toBe(1);
  });

  open.test(
    'a sign-in page moves on by GET, and never sends the password again',
    async ({ visit }) => {
      const visited = await postTo(visit, 'sign-in');
      const { page, server, requests } = visited;
      await listens(visited);
      server.tell(UP);
      await saidSoon(page, /^ChargeOver is back/);
      await page.clock.runFor(20_000);
      await vi.waitFor(() => expect(requests()).toContain('GET /login'), { timeout: 10_000 });
      expect(posts(visited)).toBe(1);
    },
  );

  open.test(
    'switched off when it is back, it waits for the reader, and on again it reloads',
    async ({ visit }) => {
      const visited = await visit('/scene/outage');
      const { page, server } = visited;
      await listens(visited);
      server.tell(UP);
      await saidSoon(page, /will reload/);
      await page.click('#live');
      await saidSoon(page, 'ChargeOver is back. Reload when you are ready.');
      await page.clock.runFor(60_000);
      expect(page.url()).toContain('/scene/outage');
      await page.click('#live');
      await listens(visited);
      await saidSoon(page, /will reload/);
      await page.clock.runFor(8_000);
      await page.waitForURL(`**${HOME}`);
    },
  );

  open.test('a doubt that passes leaves it to the reader', async ({ visit }) => {
    const visited = await visit('/scene/suspect');
    await listens(visited);
    visited.server.tell(UP);
    await saidSoon(visited.page, 'ChargeOver is back. Reload when you are ready.');
  });

  open.test('a relapse is told, takes everything back, and nothing reloads', async ({ visit }) => {
    const visited = await visit('/scene/outage');
    const { page, server } = visited;
    await listens(visited);
    server.tell(UP);
    await saidSoon(page, /^ChargeOver is back/);
    server.tell(DOWN);
    await saidSoon(page, RELAPSE);
    expect(await page.title()).toBe('Sorry, ChargeOver is unavailable – ChargeOver');
    expect(await page.locator('.primary').textContent()).toBe('Check again');
    await page.clock.runFor(60_000);
    expect(page.url()).toContain('/scene/outage');
    server.tell(UP);
    await saidSoon(page, /will reload/);
  });

  open.test('who has a place keeps it through a doubt', async ({ visit }) => {
    const visited = await visit('/scene/outage');
    const { page, server } = visited;
    await listens(visited);
    server.tell(UP);
    await saidSoon(page, /will reload in 7 seconds/);
    server.tell({ ...DOWN, beliefs: [belief('suspect')], reloadAfterMs: 6000 });
    await page.clock.runFor(7_000);
    await page.waitForURL(`**${HOME}`);
  });

  open.test(
    'a tab that nobody sees is told nothing, and reloads when it is looked at',
    async ({ visit }) => {
      const visited = await visit('/scene/outage');
      const { page, server } = visited;
      await listens(visited);
      server.tell(UP);
      await saidSoon(page, /will reload/);
      await look(page, true);
      await vi.waitFor(() => expect(server.streams).toBe(0));
      await page.clock.runFor(60_000);
      expect(page.url()).toContain('/scene/outage');
      await look(page, false);
      await page.clock.runFor(2_000);
      await page.waitForURL(`**${HOME}`);
      // It asked before it left, and said that it had its place.
      expect(visited.requests()).toContain('GET /_candor/events?upstream=app&lang=en&wait=0');
    },
  );

  open.test(
    'after three reloads of one tab in ten minutes only the link is left',
    async ({ visit }) => {
      const visited = await visit('/scene/outage');
      const { page, server } = visited;
      await page.evaluate(
        `sessionStorage.setItem('candor-reloads', JSON.stringify([9, 3, 2].map((n) => Date.now() - n * 6e4)))`,
      );
      await listens(visited);
      server.tell(UP);
      await saidSoon(page, 'ChargeOver is back. Reload when you are ready.');
      await page.clock.runFor(300_000);
      expect(page.url()).toContain('/scene/outage');
    },
  );

  for (const { ago, seconds } of [
    { ago: [10], seconds: 20 },
    { ago: [70, 10], seconds: 50 },
    { ago: [610, 70, 10], seconds: 110 },
  ]) {
    open.test(
      `after ${ago.length} reloads, the last 10 s ago, it waits ${seconds} s`,
      async ({ visit }) => {
        const visited = await visit('/scene/outage');
        const { page, server } = visited;
        await listens(visited);
        await page.evaluate(
          `sessionStorage.setItem('candor-reloads', JSON.stringify(${JSON.stringify(ago)}.map((n) => Date.now() - n * 1e3)))`,
        );
        server.tell(UP);
        await saidSoon(page, new RegExp(`will reload in (${seconds}|${seconds - 1}) seconds`));
      },
    );
  }

  open.test(
    'a browser that is offline when its turn comes waits until it is not',
    async ({ visit }) => {
      const visited = await visit('/scene/outage');
      const { page, server } = visited;
      await listens(visited);
      server.tell(UP);
      await saidSoon(page, /will reload/);
      await page.context().setOffline(true);
      await page.clock.runFor(10_000);
      expect(page.url()).toContain('/scene/outage');
      await page.context().setOffline(false);
      await page.clock.runFor(2_000);
      await page.waitForURL(`**${HOME}`);
    },
  );

  open.test('where nothing can be remembered, nothing reloads by itself', async ({ visit }) => {
    const withoutStorage = `Object.defineProperty(window, 'sessionStorage', {
      get() { throw new DOMException('denied', 'SecurityError'); } })`;
    const visited = await visit('/scene/outage', {}, withoutStorage);
    await listens(visited);
    visited.server.tell(UP);
    await saidSoon(visited.page, 'ChargeOver is back. Reload when you are ready.');
  });
});
