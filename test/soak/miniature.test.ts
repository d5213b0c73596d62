import { expect, test } from 'vitest';
import { CLIENTS } from '../../bench/honest-answer.ts';
import { contentOf } from './content.ts';
import type { Plan } from './plan.ts';
import { reportOf } from './report.ts';
import { soak } from './soak.ts';
import type { Actor } from './traffic.ts';

/** A whole soak in three seconds; the long one runs by `npm run soak`. */
const PLAN: Plan = {
  seed: 1,
  lengthMs: 3_000,
  faults: [
    { kind: 'refuse', upstream: 'app', targets: [0, 1, 2], at: 300, forMs: 300 },
    { kind: 'reset_after', upstream: 'api', targets: [0, 1], at: 300, forMs: 500 },
    { kind: 'break_off', upstream: 'files', targets: [0], at: 300, forMs: 300 },
  ],
  acts: [{ kind: 'reload', upstream: 'app', at: 200, forMs: 0 }],
};
const CROWD = { visitors: 8, carriers: 2, listeners: 1, tunnellers: 2, rush: 4 };
/** An endpoint lies about each of these, and the findings that it must come to. */
const LIES = [
  ['lie-lose', 'lost write'],
  ['lie-double', 'doubled write'],
  ['lie-deny', 'denied write'],
  ['lie-garble', 'damaged reply'],
] as const;

/** Asks for what the endpoints lie about, after the last fault. */
async function meetLiars({ line, chronicle }: Actor, end: AbortSignal): Promise<void> {
  await new Promise((resolve) => end.addEventListener('abort', resolve));
  for (const [id] of LIES) {
    const isWrite = id !== 'lie-garble';
    const client = CLIENTS.find(({ method }) => method === (isWrite ? 'POST' : 'GET'));
    if (client === undefined) throw new Error('there is no such client');
    const content = contentOf(id, 100);
    const asking = {
      ...{ id, client, isChunked: false, leavesAfterMs: null },
      path: `/${isWrite ? 'write' : 'page'}/${id}/100`,
      body: isWrite ? content : null,
      expected: isWrite ? Buffer.from(id) : content,
    };
    chronicle.take('app', line.name, asking, await line.ask(asking));
  }
}

const HOLDS = 'in a soak everything holds, but for what endpoints lie about, and each lie is found';

test(HOLDS, { timeout: 60_000 }, async () => {
  const { checks, findings, counts } = reportOf(await soak(PLAN, CROWD, [meetLiars]));

  const found = findings.map(({ kind, detail }) => [
    /lie-[a-z]+/.exec(detail)?.[0] ?? detail,
    kind,
  ]);
  expect(found.toSorted()).toEqual(LIES.map(([id, kind]) => [id, kind]).toSorted());
  const failed = checks.filter(({ holds }) => !holds);
  expect(failed).toHaveLength(LIES.length);
  expect(counts['requests: reply']).toBeGreaterThan(40);
  expect(counts['requests: answer']).toBeGreaterThan(0);
  expect(counts['requests: broken_off']).toBeGreaterThan(0);
  expect(counts['writes: unknown']).toBeGreaterThan(0);
  expect(counts['tunnels: messages']).toBeGreaterThan(0);
});
