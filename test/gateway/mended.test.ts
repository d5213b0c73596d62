import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { startUpstream } from '../support/upstream.ts';

/** 20 requests a second. */
const PAUSE_MS = 50;

test.for([
  { name: 'just after a trial began to hang', waitMs: 100 },
  { name: 'in the middle of one', waitMs: 1_500 },
])(
  'an application that hung and is mended $name serves within a second',
  { timeout: 60_000 },
  async ({ waitMs }) => {
    const app = await startUpstream('hang');
    const probe = { path: '/healthz' };
    const timeouts = { response: '4s' }; // A trial waits for three.
    const { url, upstream } = await startGateway(oneUpstream([app.url], { probe, timeouts }));
    const load = new AbortController();
    const served: number[] = [];
    const asked: Promise<void>[] = [];
    const askAgain = async () => {
      const { status } = await ask(url);
      if (status === 200) served.push(performance.now());
    };
    const clients = (async () => {
      while (!load.signal.aborted) {
        asked.push(askAgain());
        await delay(PAUSE_MS);
      }
    })();

    const state = () => upstream().belief.verdict.state;
    while (state() !== 'down') await upstream().changed();
    // Hung requests, and not only the page: a trial that waits for its reply.
    const requests = upstream().counts.failures;
    while (requests.response_timeout === 0) await delay(20);
    while (upstream().counts.outstanding === 0) await delay(5);
    await delay(waitMs);
    expect(state()).toBe('down');
    expect(served).toEqual([]);
    app.behave('serve');
    const mendedAt = performance.now();
    while (served.length === 0) await delay(5);
    const tookMs = (served[0] ?? 0) - mendedAt;
    while (state() !== 'up') await upstream().changed();
    load.abort();
    await clients;
    await Promise.all(asked);

    expect(tookMs).toBeLessThan(1_000);
    console.log(`first reply ${tookMs.toFixed(0)} ms after the mend`);
  },
);
