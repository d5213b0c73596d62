import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import { belief, incident, published, SINCE, update } from '../answer/samples.ts';
import { inChromium } from './chromium.ts';
import { DOWN, listens, saidSoon, UP } from './live-page.ts';

async function headedSoon(page: Page, text: string): Promise<void> {
  await vi.waitFor(async () => expect(await page.locator('h1').textContent()).toBe(text), {
    timeout: 10_000,
    interval: 10,
  });
}

inChromium('live pages', (open) => {
  open.test('a page listens once it is seen, and asks nobody else', async ({ visit }) => {
    const visited = await visit('/scene/outage');
    const { page, server, requests } = visited;
    const listening = 'GET /_candor/events?upstream=app&lang=en';
    server.tell(DOWN);
    await listens(visited);
    await page.waitForSelector('li');
    await page.clock.runFor(120_000);
    expect(requests()).toEqual(['GET /scene/outage', listening]);
    // A connection may be dead without a word.
    await page.clock.fastForward(181_000);
    await vi.waitFor(() => expect(requests().slice(2)).toEqual([listening]));
  });

  open.test('a stream that says nothing is opened again', async ({ visit }) => {
    const visited = await visit('/scene/outage');
    await listens(visited);
    await visited.page.clock.runFor(26_000);
    await vi.waitFor(() => expect(visited.requests()).toHaveLength(3));
  });

  open.test('switched off, it asks nothing, promises nothing, and remembers', async ({ visit }) => {
    const visited = await visit('/scene/outage');
    const { page, server, requests } = visited;
    await listens(visited);
    const promise = page.locator('.while-live');
    expect(await promise.isVisible()).toBe(true);
    await page.click('#live');
    await vi.waitFor(() => expect(server.streams).toBe(0));
    const before = requests().length;
    await page.clock.runFor(300_000);
    expect(requests()).toHaveLength(before);
    expect(await promise.isVisible()).toBe(false);
    await page.reload();
    expect([await page.isChecked('#live'), await promise.isVisible()]).toEqual([false, false]);
  });

  open.test(
    'new updates are put on top, and announced at most twice a minute',
    async ({ visit }) => {
      const visited = await visit('/scene/outage-unreported');
      const { page, server } = visited;
      await listens(visited);
      const updates = [
        update('identified', 'A deployment removed the <b>servers</b>.', SINCE + 600_000),
        update('investigating', 'We are looking.', SINCE + 300_000),
      ];
      const tell = () =>
        server.tell({ ...DOWN, state: published({ incidents: [incident({ updates })] }) });
      tell();
      await headedSoon(page, 'Sorry, ChargeOver is unavailable');
      await page.clock.runFor(10);
      await saidSoon(page, 'New update: Identified. A deployment removed the <b>servers</b>.');
      expect(await page.locator('li > p').allTextContents()).toEqual([
        'A deployment removed the <b>servers</b>.',
        'We are looking.',
      ]);
      expect(await page.locator('#none').isVisible()).toBe(false);
      expect(await page.locator('.lead').textContent()).toContain(
        'The ChargeOver team knows about it',
      );

      for (const text of ['First.', 'Second.']) {
        updates.unshift(update('monitoring', text, SINCE + 700_000 + updates.length));
        tell();
      }
      await vi.waitFor(async () => expect(await page.locator('li').count()).toBe(4));
      await page.clock.runFor(20_000);
      await saidSoon(page, /Identified/);
      await page.clock.runFor(11_000);
      await saidSoon(page, 'New update: Monitoring. Second.');
    },
  );

  open.test(
    'a doubt that becomes an outage is said in place, and then may reload',
    async ({ visit }) => {
      const visited = await visit('/scene/suspect');
      const { page, server } = visited;
      await listens(visited);
      server.tell(DOWN);
      await headedSoon(page, 'Sorry, ChargeOver is unavailable');
      expect(await page.title()).toBe('Sorry, ChargeOver is unavailable – ChargeOver');
      expect(await page.locator('.while-live').textContent()).toContain(
        'will reload when ChargeOver is back',
      );
      // And what is known to be out is not put in doubt again.
      server.tell({ ...DOWN, beliefs: [belief('suspect')] });
      server.tell({
        ...DOWN,
        state: published({ incidents: [incident({ state: 'monitoring' })] }),
      });
      await vi.waitFor(async () =>
        expect(await page.locator('.lead').textContent()).toContain('a fix is in place'),
      );
      expect(await page.locator('h1').textContent()).toBe('Sorry, ChargeOver is unavailable');
    },
  );

  open.test('what is new moves neither the focus nor what is being read', async ({ visit }) => {
    const visited = await visit('/scene/outage', { viewport: { width: 400, height: 500 } });
    const { page, server } = visited;
    await listens(visited);
    await page.locator('.help a').focus();
    await page.locator('.help').scrollIntoViewIfNeeded();
    const place = () =>
      page.locator('.help').evaluate((help) => Math.round(help.getBoundingClientRect().top));
    const before = await place();
    const updates = ['Second.', 'First.'].map((text, index) =>
      update('identified', text, SINCE + 600_000 - index),
    );
    server.tell({ ...DOWN, state: published({ incidents: [incident({ updates })] }) });
    await vi.waitFor(async () => expect(await page.locator('li').count()).toBeGreaterThan(2));
    expect(await page.evaluate(`document.activeElement.closest('.help') !== null`)).toBe(true);
    await vi.waitFor(async () => expect(Math.abs((await place()) - before)).toBeLessThanOrEqual(1));
  });

  open.test('no state of the live line has a fault that axe can find', async ({ visit }) => {
    const visited = await visit('/scene/outage');
    const { page, server } = visited;
    await listens(visited);
    // By the debugger's protocol, which the page's policy does not bind.
    await page.evaluate(axe.source);
    const faults = () =>
      page.evaluate(
        `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + nodes[0].html))`,
      );
    server.tell(UP);
    await saidSoon(page, /will reload/);
    expect(await faults()).toEqual([]);
    server.tell(DOWN);
    await saidSoon(page, /started to come back/);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await faults()).toEqual([]);
  });
});
