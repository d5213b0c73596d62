import { onTestFinished, test } from 'vitest';
import { runStorm } from '../../bench/fault-storm.ts';
import { FAULTS } from '../../bench/faulty-upstream.ts';
import { Processes } from '../../bench/processes.ts';

// The same with 10,000 requests for each fault: `node bench/faults.ts`.
test.for(FAULTS)(
  'each of 500 requests during a fault gets an honest answer, and the process lives: %s',
  { timeout: 60_000 },
  async (fault, { expect }) => {
    const processes = new Processes();
    onTestFinished(() => processes[Symbol.asyncDispose]());

    const storm = { fault, requests: 500, concurrency: 32 };
    const { answered, violations } = await runStorm(storm, processes);

    expect(violations).toEqual({});
    expect(answered).toBe(storm.requests);
  },
);
