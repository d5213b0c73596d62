import type { Scenario } from './scenarios.ts';

/** One load to put on one process. */
export interface Load {
  readonly pid: number;
  readonly port: number;
  readonly scenario: Scenario;
  readonly seconds: number;
  /** The core that the load generator is pinned to. */
  readonly core: number;
  /** Where the load generator's script is written. */
  readonly folder: string;
  /** Lua that makes each request of wrk anew; by default all are the same. */
  readonly requestScript?: string;
}

/** What a load generator counted. */
export interface LoadSummary {
  readonly requests: number;
  readonly microseconds: number;
  readonly badStatuses: number;
  readonly socketErrors: number;
}
