import { runH2load } from './h2load.ts';
import type { Load } from './load.ts';
import { cpuMicroseconds } from './usage.ts';
import { runWrk } from './wrk.ts';

/** What one round of load found out about one process. */
export interface Sample {
  readonly cpuMicrosecondsPerRequest: number;
  readonly requestsPerSecond: number;
  readonly requests: number;
  /** Replies that the scenario does not allow, and sockets that failed. */
  readonly errors: number;
}

/** Puts a load on a process and divides the processor time that it took by the requests. */
export async function measure(load: Load): Promise<Sample> {
  const before = cpuMicroseconds(load.pid);
  const summary = await (load.scenario.protocol === 'h2' ? runH2load(load) : runWrk(load));
  const spent = cpuMicroseconds(load.pid) - before;
  const { requests, microseconds, badStatuses, socketErrors } = summary;
  if (requests === 0) throw new Error(`no request was answered on port ${load.port}`);
  const unexpected = load.scenario.expects === 'success' ? badStatuses : requests - badStatuses;
  return {
    cpuMicrosecondsPerRequest: spent / requests,
    requestsPerSecond: requests / (microseconds / 1e6),
    requests,
    errors: unexpected + socketErrors,
  };
}
