import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { NONE_AMONG_THE_OLD, TO_GROW_AT_ONCE, TO_STAY_WARM } from '../../src/cli/heap.ts';

/** As a script imports it. */
const HEAP = JSON.stringify(new URL('../../src/cli/heap.ts', import.meta.url).href);

// V8 says nothing of a setting that it does not know, and another version may have other ones.
test('the runtime knows the settings of the heap', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--v8-options']);
  for (const flag of [...NONE_AMONG_THE_OLD, ...TO_STAY_WARM, ...TO_GROW_AT_ONCE]) {
    const name = flag.replace('--no-', '--').replace(/=.*/, '');
    expect(stdout).toContain(`  ${name} (`);
  }
});

test('what is queued by process.nextTick keeps its shape through collections that find none', async () => {
  const setUp = `(await import(${HEAP})).setUpHeap();`;

  const [kept, lost] = await Promise.all([costOfTicks(setUp), costOfTicks('')]);

  expect(kept).toBeLessThan(lost / 2);
});

test('once a program has needed much space for young objects, it gets it back in one step', async () => {
  const output = await outputOf(`
    import { mock } from 'node:test';
    import { getHeapSpaceStatistics } from 'node:v8';
    mock.timers.enable({ apis: ['setInterval'] });
    (await import(${HEAP})).stayWarm(1);
    function mebibytes() {
      const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
      return Math.round((young.space_used_size + young.space_available_size) / 2 ** 20);
    }
    function steps() {
      gc({ type: 'major', flavor: 'last-resort' }); // As after a pause: the space shrinks to its least.
      const sizes = [mebibytes()];
      const kept = [];
      while (sizes.at(-1) < 16) {
        for (let many = 0; many < 1_000; many += 1) kept.push({ many, is: [many] });
        if (mebibytes() !== sizes.at(-1)) sizes.push(mebibytes());
      }
      return sizes;
    }
    mock.timers.tick(5_000);
    const before = steps();
    mock.timers.tick(5_000);
    console.log(JSON.stringify([before, steps()]));`);

  expect(JSON.parse(output)).toEqual([
    [1, 2, 4, 8, 16],
    [1, 16],
  ]);
});

/** CPU time of a `process.nextTick` after full collections, in ns, at best. */
async function costOfTicks(before: string): Promise<number> {
  const output = await outputOf(`${before}
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
    console.log(Math.min(...costs));`);
  return Number(output);
}

/** What a script prints that may collect. */
async function outputOf(script: string): Promise<string> {
  const args = ['--expose-gc', '--input-type=module', '--eval', script];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}
