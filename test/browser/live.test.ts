import type { Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import { belief, incident, published, REPORTED, SINCE, update } from '../answer/samples.ts';
import { inChromium, type Visit } from './chromium.ts';

const DOWN = { beliefs: [belief()], state: REPORTED };
const UP = { beliefs: [belief('up')], state: REPORTED };
const SAID = '[role=status]';
const HOME = '/r/invoices?page=2';

/** Lets the page's time pass until it has asked once more: in small steps, since its time-out runs as well. */
async function nextPoll({ page, requests }: Visit): Promise<void> {
  const polls = (): number => requests().filter((line) => line.includes('status.json')).length;
  const before = polls();
  await vi.waitFor(
    async () => {
      await page.clock.runFor(1500);
      expect(polls()).toBeGreaterThan(before);
    },
    { timeout: 30_000, interval: 1 },
  );
}

async function saidSoon(page: Page, text: string | RegExp): Promise<void> {
  await vi.waitFor(async () => expect(await page.locator(SAID).textContent()).toMatch(text), {
    timeout: 10_000,
  });
}

async function postTo(visit: (path: string) => Promise<Visit>, scene: string): Promise<Visit> {
  const visited = await visit(`/form/${scene}`);
  await visited.page.click('button');
  await visited.page.waitForSelector('h1');
  return visited;
}

function posts({ requests }: Visit): number {
  return requests().filter((line) => line.startsWith('POST')).length;
}

inChromium('live pages', (open) => {
  open.test(
    'a page says that the upstream is back, and goes to its own address by GET',
    async ({ visit }) => {
      const visited = await visit('/scene/outage');
      const { page, server, requests } = visited;
      server.tell(DOWN);
      await nextPoll(visited);
      expect(await page.locator(SAID).textContent()).not.toContain('back');
      server.tell(UP);
      await nextPoll(visited);
      await saidSoon(page, /^ChargeOver is back\. This page will reload in \d+ seconds\.$/);
      expect(await page.title()).toBe('ChargeOver is back – ChargeOver');
      expect(await page.locator('.primary').textContent()).toBe('Continue now');
      await page.clock.runFor(20_000);
      await page.waitForURL(`**${HOME}`);
      expect(requests().filter((line) => !line.includes('/_candor/status.json'))).toEqual([
        'GET /scene/outage',
        `GET ${HOME}`,
      ]);
    },
  );

  open.test('a page does not ask before its time, and only the gateway', async ({ visit }) => {
    const { page, requests } = await visit('/scene/outage');
    await page.clock.runFor(14_000);
    expect(requests()).toEqual(['GET /scene/outage']);
  });

  open.test(
    'a form that was not sent is never sent again, by recovery or by F5',
    async ({ visit }) => {
      const visited = await postTo(visit, 'outage-post');
      const { page, server, requests } = visited;
      server.tell(UP);
      await nextPoll(visited);
      await saidSoon(page, 'ChargeOver is back. Your request was not sent, so you can try again.');
      await page.clock.runFor(120_000);
      expect(page.url()).toContain('/r/invoices/17/edit?tab=2');
      await page.reload();
      const pages = requests().filter((asked) => !asked.includes('/_candor/'));
      expect(pages.at(-1)).toBe('GET /r/invoices/17/edit?tab=2');
      expect(posts(visited)).toBe(1);
    },
  );

  open.test('a payment of unknown outcome stays where it is', async ({ visit }) => {
    const visited = await postTo(visit, 'outcome-unknown-payment');
    const { page, server } = visited;
    server.tell(UP);
    await nextPoll(visited);
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

  open.test('the way back to the form is the way back', async ({ visit }) => {
    const visited = await postTo(visit, 'outcome-unknown');
    await visited.page.click('.primary');
    await visited.page.waitForURL('**/form/outcome-unknown');
    expect(posts(visited)).toBe(1);
  });

  open.test(
    'a sign-in page moves on by GET, and never sends the password again',
    async ({ visit }) => {
      const visited = await postTo(visit, 'sign-in');
      const { page, server, requests } = visited;
      server.tell(UP);
      await nextPoll(visited);
      await saidSoon(page, /^ChargeOver is back/);
      await page.clock.runFor(20_000);
      // The page may ask once more how things are while it is being left.
      await vi.waitFor(() => expect(requests()).toContain('GET /login'), { timeout: 10_000 });
      expect(posts(visited)).toBe(1);
    },
  );

  open.test('switched off, it asks nothing, promises nothing, and remembers', async ({ visit }) => {
    const { page, requests } = await visit('/scene/outage');
    const promise = page.locator('.while-live');
    expect(await promise.isVisible()).toBe(true);
    await page.click('#live');
    await page.clock.runFor(300_000);
    expect(requests()).toEqual(['GET /scene/outage']);
    expect(await promise.isVisible()).toBe(false);
    await page.reload();
    expect([await page.isChecked('#live'), await promise.isVisible()]).toEqual([false, false]);
  });

  open.test('a new update is announced and put on top', async ({ visit }) => {
    const visited = await visit('/scene/outage-unreported');
    const updates = [
      update('identified', 'A deployment removed the <b>servers</b>.', SINCE + 600_000),
      update('investigating', 'We are looking.', SINCE + 300_000),
    ];
    visited.server.tell({ ...DOWN, state: published({ incidents: [incident({ updates })] }) });
    await nextPoll(visited);
    const { page } = visited;
    await saidSoon(page, 'New update: Identified. A deployment removed the <b>servers</b>.');
    expect(await page.locator('li > p').allTextContents()).toEqual([
      'A deployment removed the <b>servers</b>.',
      'We are looking.',
    ]);
    expect(await page.locator('#none').isVisible()).toBe(false);
    expect(await page.locator('.lead').textContent()).toContain(
      'The ChargeOver team knows about it',
    );
  });

  open.test('a doubt that becomes an outage is said in place', async ({ visit }) => {
    const visited = await visit('/scene/suspect');
    const { page, server } = visited;
    server.tell(DOWN);
    await nextPoll(visited);
    await vi.waitFor(
      async () =>
        expect(await page.locator('h1').textContent()).toBe('Sorry, ChargeOver is unavailable'),
      { timeout: 10_000 },
    );
    expect(await page.title()).toBe('Sorry, ChargeOver is unavailable – ChargeOver');
    expect(await page.locator('.while-live').textContent()).toContain(
      'will reload when ChargeOver is back',
    );
  });

  open.test('a gateway out of reach is not an outage', async ({ visit }) => {
    const visited = await visit('/scene/outage');
    const { page, server } = visited;
    server.tell(null);
    await nextPoll(visited);
    await saidSoon(page, "We can't get updates right now. Trying again.");
    server.tell(DOWN);
    await nextPoll(visited);
    await saidSoon(page, /^(?!We can't)/);
  });

  open.test('a relapse is told, and nothing reloads', async ({ visit }) => {
    const visited = await postTo(visit, 'outage-post');
    const { page, server } = visited;
    server.tell(UP);
    await nextPoll(visited);
    await saidSoon(page, /^ChargeOver is back/);
    server.tell(DOWN);
    await nextPoll(visited);
    await saidSoon(
      page,
      "ChargeOver started to come back but is still having problems. We'll keep watching.",
    );
  });

  open.test('after three reloads of one tab only the link is left', async ({ visit }) => {
    const visited = await visit('/scene/outage');
    const { page, server } = visited;
    await page.evaluate(
      `sessionStorage.setItem('candor-reloads', JSON.stringify([1, 2, 3].map((n) => Date.now() - n * 1e4)))`,
    );
    server.tell(UP);
    await nextPoll(visited);
    await saidSoon(page, 'ChargeOver is back. Reload when you are ready.');
    await page.clock.runFor(300_000);
    expect(page.url()).toContain('/scene/outage');
  });
});
