import { ratioTo, type Table } from './results.ts';
import type { ScenarioKey } from './scenarios.ts';

/** One sentence of what must hold, and what was measured. */
export interface Limit {
  readonly promise: string;
  /** null: not measured in this run. */
  readonly measured: string | null;
  readonly holds: boolean;
  /** What is tried for, and does not fail the run. */
  readonly isAim?: boolean;
}

interface RatioLimit {
  readonly scenario: ScenarioKey;
  readonly to: string;
  /** Candor's processor time a request as a multiple of the other's. */
  readonly atMost: number;
  readonly isAim?: boolean;
}

const RATIO_LIMITS: readonly RatioLimit[] = [
  { scenario: 'a', to: 'nginx', atMost: 1.6 },
  { scenario: 'a', to: 'http-proxy', atMost: 0.45 },
  { scenario: 'a', to: 'Caddy', atMost: 0.5 },
  { scenario: 'a', to: 'bare relay', atMost: 1.15 },
  { scenario: 'b', to: 'nginx', atMost: 0.5 },
  { scenario: 'b', to: 'bare server', atMost: 1.15 },
  { scenario: 'e', to: 'bare server', atMost: 1.3 },
  { scenario: 'e', to: 'bare server', atMost: 1.15, isAim: true },
  { scenario: 'f', to: 'bare server', atMost: 1.3 },
  { scenario: 'f', to: 'bare server', atMost: 1.15, isAim: true },
  { scenario: 'tls', to: 'Caddy', atMost: 1 },
  { scenario: 'tls', to: 'http-proxy', atMost: 1 },
  { scenario: 'tls', to: 'http-proxy-3', atMost: 1 },
  { scenario: 'tls', to: '@fastify/http-proxy', atMost: 1 },
  { scenario: 'tls', to: 'bare relay', atMost: 1 },
  { scenario: 'h2', to: 'Caddy', atMost: 1 },
  { scenario: 'h2', to: 'http-proxy-3', atMost: 1 },
  { scenario: 'h2', to: '@fastify/http-proxy', atMost: 1 },
  { scenario: 'h2', to: 'bare relay', atMost: 1 },
  { scenario: 'connect', to: 'nginx', atMost: 1.6 },
];

/** Scenarios that move much, and how many bytes a CPU second moves at least, as a multiple of nginx's. */
const BULK_LIMITS = [
  { scenario: 'c', what: 'bytes of replies', atLeast: 0.5 },
  { scenario: 'upload', what: 'bytes of uploads', atLeast: 0.5 },
] as const;

/** Every limit that compares processor time, with what was measured for it. */
export function ratioLimits(tables: readonly Table[]): Limit[] {
  const ratio = (scenario: ScenarioKey, to: string) =>
    ratioTo(
      tables.find((one) => one.scenario === scenario),
      to,
    );
  const cpu = RATIO_LIMITS.map(({ scenario, to, atMost, isAim = false }): Limit => {
    const found = ratio(scenario, to);
    const most = atMost === 1 ? `CPU less than ${to}'s` : `CPU at most ${atMost} × ${to}'s`;
    return {
      promise: `(${scenario}) ${most}`,
      measured: found === null ? null : `${found.toFixed(2)} ×`,
      holds: found === null || found <= atMost,
      isAim,
    };
  });
  const bulk = BULK_LIMITS.map(({ scenario, what, atLeast }): Limit => {
    const found = ratio(scenario, 'nginx');
    return {
      promise: `(${scenario}) ${what} a CPU second at least ${atLeast} × nginx's`,
      measured: found === null ? null : `${(1 / found).toFixed(2)} ×`,
      holds: found === null || 1 / found >= atLeast,
    };
  });
  return [...cpu, ...bulk];
}

/** Errors are part of the result: a proxy that fails fast is not a fast proxy. */
export function errorLimit(tables: readonly Table[]): Limit {
  const errors = tables
    .flatMap(({ rows }) => rows.filter(({ peer }) => peer === 'Candor'))
    .reduce((sum, row) => sum + row.errors, 0);
  return {
    promise: 'no reply of Candor but those that the scenario wants, no failed socket',
    measured: tables.length === 0 ? null : `${errors}`,
    holds: errors === 0,
  };
}
