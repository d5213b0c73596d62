import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { startProgram } from '../support/program.ts';
import { startUpstream } from '../support/upstream.ts';

/** In MiB. Enough for the program, and for many hundred heads of 14 KiB. */
const SMALL_HEAP = '--max-old-space-size=64 --max-semi-space-size=1';
const LARGE = Object.fromEntries(
  Array.from({ length: 150 }, (_, index) => [`x-long-${index}`, `${index}`.padStart(80, 'v')]),
);
const BATCH = 20;
/** A heap that is nearly full makes everything slow. */
const PATIENCE_MS = 15_000;
const MOST = 1_500;

test('where the heap is nearly full requests are answered as an overload, those that run end well, and the process lives', {
  timeout: 40_000,
}, async () => {
  const held: ServerResponse[] = [];
  const upstream = await startUpstream((_asked, response) => void held.push(response));
  const program = await startProgram({
    settings: `listen: 127.0.0.1:0
ops: 127.0.0.1:0
upstreams: { app: { endpoints: ["${upstream.url}"], timeouts: { response: 60s } } }
store: memory
`,
    env: { ...process.env, NODE_OPTIONS: SMALL_HEAP },
  });
  const replies: ReturnType<typeof ask>[] = [];
  const refused: string[] = [];

  while (refused.length === 0 && replies.length < MOST) {
    for (let count = 0; count < BATCH; count += 1) {
      const reply = ask(program.url, { headers: LARGE });
      void reply.then(({ status, headers }) => {
        if (status === 503) refused.push(String(headers['candor-disposition']));
      });
      replies.push(reply);
    }
    const all = () => held.length + refused.length >= replies.length || undefined;
    await eventually(all, PATIENCE_MS);
  }
  upstream.behave('serve');
  for (const response of held) response.end('served\n');
  const statuses = (await Promise.all(replies)).map(({ status }) => status);

  expect(refused[0]).toContain('not_processed; retry-safe=?1; reason=overload');
  expect(await program.logged('memory is short')).toMatchObject({ level: 'error' });
  expect(statuses.filter((status) => status === 200)).toHaveLength(held.length);
  await eventually(async () => (await ask(program.url)).status === 200 || undefined, PATIENCE_MS);
  await program.logged('memory is enough again');
  const { text } = await ask(`${program.opsUrl}/metrics`);
  expect(text).toMatch(/candor_limited_total\{limit="memory"\} [1-9]/);
  expect(text).toContain('candor_upstream_verdict{upstream="app",verdict="up"} 1');
});
