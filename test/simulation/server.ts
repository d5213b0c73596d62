import type { Cause } from '../../src/outage/cause.ts';
import type { Chance } from './chance.ts';
import type { WorldPlan } from './world-plan.ts';

/** What a server does with whoever comes. */
export type Mode = 'serving' | 'killed' | 'vanished' | 'hung' | 'reset' | 'unavailable';

/** How something that was sent ends; `waits`: as long as nothing changes, it does not. */
export type Ending =
  | { readonly kind: 'served'; readonly afterMs: number }
  | {
      readonly kind: 'failed';
      readonly afterMs: number;
      readonly cause: Cause;
      readonly isSent: boolean;
    }
  | { readonly kind: 'waits' };

/** Who waits for a reply. */
export interface Waiter {
  /** The server hung, and goes on: it replies to all whom it let wait. */
  thawed(): void;
  /** The server is no more, and its connections with it. */
  cut(): void;
}

/** The state of a server, as far as faults decide it. */
export interface Condition {
  readonly mode: Mode;
  /** The share of the requests that get to feel it. */
  readonly share: number;
  readonly slowMs: number;
  readonly isPageSick: boolean;
}

/** A server without a fault. */
export const WELL: Condition = { mode: 'serving', share: 1, slowMs: 0, isPageSick: false };

/** What a failure on the way takes; a refusal and a reset come at once. */
const AT_ONCE_MS = 1;

const WAITS: Ending = { kind: 'waits' };
const REFUSED: Ending = {
  kind: 'failed',
  afterMs: AT_ONCE_MS,
  cause: 'connection_refused',
  isSent: false,
};
const RESET: Ending = {
  kind: 'failed',
  afterMs: AT_ONCE_MS,
  cause: 'connection_reset',
  isSent: true,
};

/** One endpoint of the application. */
export class Server {
  readonly url: string;
  condition: Condition = WELL;
  isListed = true;
  readonly #plan: WorldPlan;
  readonly #chance: Chance;
  readonly #waiting = new Set<Waiter>();

  constructor(url: string, plan: WorldPlan, chance: Chance) {
    this.url = url;
    this.#plan = plan;
    this.#chance = chance;
  }

  change(condition: Condition): void {
    const before = this.condition;
    this.condition = condition;
    const isGone = condition.mode === 'killed' || condition.mode === 'vanished';
    const wasGone = before.mode === 'killed' || before.mode === 'vanished';
    if (isGone && !wasGone) {
      for (const waiter of [...this.#waiting]) waiter.cut();
    } else if (before.mode === 'hung' && condition.mode !== 'hung') {
      for (const waiter of this.#waiting) waiter.thawed();
    }
  }

  wait(waiter: Waiter): void {
    this.#waiting.add(waiter);
  }

  leave(waiter: Waiter): void {
    this.#waiting.delete(waiter);
  }

  /** What becomes of a request that is sent to it. */
  request(): Ending {
    switch (this.#modeOfThisTime()) {
      case 'serving':
        return { kind: 'served', afterMs: this.latencyMs() };
      case 'killed':
        return REFUSED;
      case 'vanished':
        return {
          kind: 'failed',
          afterMs: this.#plan.connectMs,
          cause: 'connection_timeout',
          isSent: false,
        };
      case 'hung':
        return WAITS;
      case 'reset':
        return RESET;
      case 'unavailable':
        return { kind: 'failed', afterMs: AT_ONCE_MS, cause: 'upstream_status', isSent: true };
    }
  }

  /** How long the application takes for one reply. */
  latencyMs(): number {
    return this.#plan.latencyMs * (1 + this.#chance()) + this.condition.slowMs;
  }

  /** What becomes of a probe: of its connection, or of its health page. */
  probe(): Ending {
    const { kind, timeoutMs } = this.#plan.probe;
    const mode = this.#modeOfThisTime();
    if (mode === 'killed') return REFUSED;
    if (mode === 'vanished') {
      return { kind: 'failed', afterMs: timeoutMs, cause: 'connection_timeout', isSent: false };
    }
    if (kind === 'connect') return { kind: 'served', afterMs: AT_ONCE_MS };
    if (mode === 'hung') return WAITS;
    if (mode === 'reset') return RESET;
    if (mode === 'unavailable' || this.condition.isPageSick) {
      return { kind: 'failed', afterMs: AT_ONCE_MS, cause: 'probe_failed', isSent: true };
    }
    return { kind: 'served', afterMs: AT_ONCE_MS };
  }

  #modeOfThisTime(): Mode {
    const { mode, share } = this.condition;
    return share === 1 || this.#chance() < share ? mode : 'serving';
  }
}
