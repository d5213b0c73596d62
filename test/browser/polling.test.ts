import type { Request } from 'playwright-core';
import { expect, vi } from 'vitest';
import { belief, REPORTED } from '../answer/samples.ts';
import { inChromium, type Visit } from './chromium.ts';

const DOWN = { beliefs: [belief()], state: REPORTED };
const UP = { beliefs: [belief('up')], state: REPORTED };
const SAID = '[role=status]';
const WITHOUT_STREAMS = 'delete window.EventSource';

function polls({ requests }: Visit): number {
  return requests().filter((line) => line.includes('status.json')).length;
}

/** Lets the page's time pass until it asks once more, and says how much that was; the reply has come then. */
async function nextPoll({ page }: Visit): Promise<number> {
  let passed = 0;
  let asked: Request | null = null;
  const note = (request: Request): void => {
    if (request.url().includes('status.json')) asked ??= request;
  };
  page.on('request', note);
  const poll = await vi.waitFor(
    async () => {
      await page.clock.runFor(2000);
      passed += 2;
      if (asked === null) throw new Error('the page has not asked');
      return asked as Request; // Set by `note`, which the compiler does not follow.
    },
    // Slow enough that its time does not run out while a reply is on its way.
    { timeout: 30_000, interval: 20 },
  );
  page.off('request', note);
  await poll.response();
  return passed;
}

async function saidSoon({ page }: Visit, text: string | RegExp): Promise<void> {
  await vi.waitFor(async () => expect(await page.locator(SAID).textContent()).toMatch(text), {
    timeout: 10_000,
    interval: 10,
  });
}

inChromium('pages that poll', (open) => {
  open.test(
    'without EventSource a page asks as often as it is told to, and moves on',
    async ({ visit }) => {
      const visited = await visit('/scene/outage', {}, WITHOUT_STREAMS);
      const { page, server, requests } = visited;
      expect(await nextPoll(visited)).toBeLessThanOrEqual(6);
      // 21 s, as the reply says.
      expect(await nextPoll(visited)).toBeGreaterThanOrEqual(20);
      server.tell(UP);
      await nextPoll(visited);
      await saidSoon(visited, /will reload in 7 seconds/);
      await page.clock.runFor(8_000);
      await page.waitForURL('**/r/invoices?page=2');
      expect(requests()).toContain('GET /_candor/status.json?upstream=app&lang=en');
    },
  );

  open.test('who has waited for long asks less often', async ({ visit }) => {
    const visited = await visit('/scene/outage', {}, WITHOUT_STREAMS);
    await nextPoll(visited);
    await visited.page.clock.fastForward(31 * 60_000);
    await nextPoll(visited);
    expect(await nextPoll(visited)).toBeGreaterThanOrEqual(40);
  });

  open.test(
    'a page that has a place says so when it asks again, and hears of a relapse',
    async ({ visit }) => {
      const visited = await visit('/scene/outage', {}, WITHOUT_STREAMS);
      visited.server.tell({ ...UP, reloadAfterMs: 100_000 });
      await nextPoll(visited);
      await saidSoon(visited, /will reload in 100 seconds/);
      visited.server.tell(DOWN);
      await nextPoll(visited);
      await saidSoon(visited, /^ChargeOver started to come back/);
      const left = /&wait=(\d+)$/.exec(visited.requests().at(-1) ?? '')?.[1];
      expect(Number(left)).toBeGreaterThan(88_000);
      expect(Number(left)).toBeLessThan(96_000);
    },
  );

  open.test('a stream that is refused makes the page poll', async ({ visit }) => {
    const visited = await visit('/scene/outage');
    visited.server.refuseStreams();
    await nextPoll(visited);
    await nextPoll(visited);
    expect(visited.requests().filter((line) => line.includes('events'))).toHaveLength(1);
    expect(await visited.page.locator(SAID).textContent()).not.toContain("can't get updates");
  });

  open.test(
    'a gateway out of reach is not an outage: three tries to listen, then it polls',
    async ({ visit }) => {
      const visited = await visit('/scene/outage');
      const { server, requests } = visited;
      server.tell(null);
      await vi.waitFor(
        async () => {
          await visited.page.clock.runFor(2000);
          const said = await visited.page.locator(SAID).textContent();
          expect(said).toBe("We can't get updates right now. Trying again.");
        },
        { timeout: 30_000, interval: 1 },
      );
      await nextPoll(visited);
      const tries = requests().filter((line) => line.includes('events')).length;
      // Chromium itself sends a request again whose kept-alive connection has ended.
      expect([3, 4]).toContain(tries);
      server.tell(DOWN);
      await nextPoll(visited);
      await saidSoon(visited, /^(?!We can't)/);
    },
  );

  open.test('offline, it says so, and asks soon after', async ({ visit }) => {
    const visited = await visit('/scene/outage', {}, WITHOUT_STREAMS);
    const { page } = visited;
    await page.context().setOffline(true);
    await saidSoon(visited, /^You seem to be offline/);
    await page.context().setOffline(false);
    expect(await nextPoll(visited)).toBeLessThanOrEqual(6);
    await saidSoon(visited, /^$/);
  });

  open.test('a tab that is looked at again asks within three seconds', async ({ visit }) => {
    const visited = await visit('/scene/outage', {}, WITHOUT_STREAMS);
    const { page } = visited;
    await nextPoll(visited);
    const show = (isHidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
         document.dispatchEvent(new Event('visibilitychange'))`,
      );
    await show(true);
    const before = polls(visited);
    await page.clock.runFor(300_000);
    expect(polls(visited)).toBe(before);
    await show(false);
    expect(await nextPoll(visited)).toBeLessThanOrEqual(6);
  });
});
