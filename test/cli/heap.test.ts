import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { NONE_AMONG_THE_OLD, TO_GROW_AT_ONCE, TO_STAY_WARM } from '../../src/cli/heap.ts';

// V8 says nothing of a setting that it does not know, and another version may have other ones.
test('the runtime knows the settings of the heap', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--v8-options']);
  for (const flag of [...NONE_AMONG_THE_OLD, ...TO_STAY_WARM, ...TO_GROW_AT_ONCE]) {
    const name = flag.replace('--no-', '--').replace(/=.*/, '');
    expect(stdout).toContain(`  ${name} (`);
  }
});

test('what is queued by process.nextTick keeps its shape through collections that find none', async () => {
  const heap = new URL('../../src/cli/heap.ts', import.meta.url).href;
  const setUp = `(await import(${JSON.stringify(heap)})).setUpHeap();`;

  const [kept, lost] = await Promise.all([costOfTicks(setUp), costOfTicks('')]);

  expect(kept).toBeLessThan(lost / 2);
});

/** CPU time of a `process.nextTick` after full collections, in ns, at best. */
async function costOfTicks(before: string): Promise<number> {
  const script = `${before}
    async function cost() {
      const start = process.cpuUsage();
      for (let turn = 0; turn < 1_000; turn += 1) {
        for (let tick = 0; tick < 100; tick += 1) process.nextTick(() => undefined);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return process.cpuUsage(start).user / 100;
    }
    for (let warm = 0; warm < 3; warm += 1) await cost();
    // Out of a timer: a promise is settled by what is queued.
    for (let left = 10; left > 0; left -= 1) await new Promise((resolve) => setTimeout(() => resolve(gc())));
    const costs = [];
    while (costs.length < 3) costs.push(await cost());
    console.log(Math.min(...costs));`;
  const args = ['--expose-gc', '--input-type=module', '--eval', script];
  return Number((await promisify(execFile)(process.execPath, args)).stdout);
}
