import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { CALM, faultOf } from './calm-world.ts';
import { simulate } from './simulate.ts';

setFlagsFromString('--expose-gc');
// The flag makes it a global of each context that comes after it.
const collect = runInNewContext('gc') as () => void;

test('memory grows neither with requests nor with outages', { timeout: 60_000 }, async () => {
  const HOUR_MS = 3_600_000;
  const lengthMs = 12 * HOUR_MS;
  // Each is an incident of its own, because more than five minutes lie between two of them.
  const faults = [...Array(Math.floor(lengthMs / 370_000)).keys()].map((index) =>
    faultOf('killed', 5_000 + index * 370_000, 8_000),
  );
  const heap: number[] = [];
  const look = () => {
    collect();
    heap.push(process.memoryUsage().heapUsed);
  };
  const plan = { ...CALM, lengthMs, faults };
  const lookAt = [lengthMs / 4, lengthMs - 1];
  const { chronicle, incidents, incidentCount } = await simulate(plan, {
    isBrief: true,
    lookAt,
    look,
  });

  expect(incidentCount).toBe(faults.length);
  expect(incidents.length).toBeLessThanOrEqual(100);
  expect(chronicle.counts.requests).toBeGreaterThan(400_000);
  const [early = 0, late = 0] = heap;
  expect(late - early).toBeLessThan(1_000_000);
});
