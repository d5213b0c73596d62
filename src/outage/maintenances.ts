import { randomBytes } from 'node:crypto';
import { type ActKind, type Actor, ITSELF } from './acts.ts';
import { bypassToken } from './bypass-token.ts';
import {
  type KeptMaintenance,
  type Maintenance,
  type MaintenanceWish,
  maintenanceFrom,
} from './maintenance.ts';
import type { Belief } from './verdict.ts';

/** Where planned work outlives the program. Neither is waited for. */
export interface MaintenanceKeeper {
  put(kept: KeptMaintenance): void;
  drop(id: string): void;
}

/** What has been done about planned work. */
export interface MaintenanceChange {
  readonly what: Extract<ActKind, `maintenance_${string}` | 'bypass_issued'>;
  readonly maintenance: Maintenance;
  readonly who: Actor;
  readonly why: string | null;
}

/** What the switch is given. */
export interface MaintenancesDeps {
  readonly clock: {
    /** Milliseconds since the epoch. May jump. */
    now(): number;
    /** Calls back once, unless it is cancelled by what it returns. */
    after(delayMs: number, call: () => void): () => void;
  };
  readonly keeper: MaintenanceKeeper;
  /** Called after each change, with the change in effect. */
  readonly onChange: (change: MaintenanceChange) => void;
}

/** Expiry is looked at again so often, since the clock may be set meanwhile. */
const LOOK_MS = 30_000;
const EXPIRED = { what: 'maintenance_expired', who: ITSELF, why: null } as const;

/**
 * The planned work that is on: declared by people, and laid over what is believed.
 *
 * It is no state of the verdict machine, which goes on observing. An upstream's own work counts before
 * that of all upstreams.
 */
export class Maintenances {
  readonly #deps: MaintenancesDeps;
  /** By upstream; null is that of all. */
  readonly #on = new Map<string | null, KeptMaintenance>();
  /** What was laid over a belief last, so that the same work over the same belief is the same object. */
  readonly #laid = new WeakMap<Belief, Belief>();
  #cancel: (() => void) | null = null;

  constructor(deps: MaintenancesDeps) {
    this.#deps = deps;
  }

  /** False nearly always: what asks no more than this costs nothing. */
  get isAny(): boolean {
    return this.#on.size > 0;
  }

  /** All that is on, in the order in which it was declared. */
  list(): readonly Maintenance[] {
    return [...this.#on.values()].map(({ maintenance }) => maintenance);
  }

  /** The work that an upstream is closed for, or null. */
  of(upstream: string): KeptMaintenance | null {
    return this.#on.get(upstream) ?? this.#on.get(null) ?? null;
  }

  /** The work of this id, or null. */
  find(id: string): KeptMaintenance | null {
    return [...this.#on.values()].find(({ maintenance }) => maintenance.id === id) ?? null;
  }

  /** True for trouble that began in planned work which is still on: it is expected, and wakes nobody. */
  isExpected({
    upstream,
    startedAt,
  }: {
    readonly upstream: string;
    readonly startedAt: number;
  }): boolean {
    return [this.#on.get(upstream), this.#on.get(null)].some(
      (kept) => kept !== undefined && kept.maintenance.startedAt <= startedAt,
    );
  }

  /** A belief with the work laid over it that its upstream is closed for; the belief itself where there is none. */
  over(belief: Belief): Belief {
    const maintenance = this.of(belief.upstream)?.maintenance;
    if (maintenance === undefined) return belief;
    const before = this.#laid.get(belief);
    if (before?.maintenance === maintenance) return before;
    const laid = { ...belief, maintenance };
    this.#laid.set(belief, laid);
    return laid;
  }

  /** Declares work, or changes that which is on; what is wrong with the wish comes back in words. */
  declare(wish: MaintenanceWish, who: Actor): KeptMaintenance | { readonly fault: string } {
    const now = this.#deps.clock.now();
    const before = this.#on.get(wish.upstream);
    const maintenance = maintenanceFrom(wish, {
      id: before?.maintenance.id ?? randomBytes(6).toString('hex'),
      startedAt: before?.maintenance.startedAt ?? now,
      by: before?.maintenance.by ?? who.name ?? who.through,
      now,
    });
    if ('fault' in maintenance) return maintenance;
    const kept = { maintenance, key: before?.key ?? randomBytes(32) };
    this.#on.set(wish.upstream, kept);
    this.#deps.keeper.put(kept);
    this.#watch();
    const what = before === undefined ? 'maintenance_declared' : 'maintenance_changed';
    this.#deps.onChange({ what, maintenance, who, why: maintenance.reason });
    return kept;
  }

  /** Ends the work of an upstream, or (null) that of all; null where there was none. */
  end(upstream: string | null, who: Actor, why: string | null = null): Maintenance | null {
    return this.#end(upstream, { what: 'maintenance_ended', who, why });
  }

  /** A token that lets its bearer past the work of an upstream, or (null) of all; null where there is none. */
  issueBypass(upstream: string | null, who: Actor): string | null {
    const kept = this.#on.get(upstream);
    if (kept === undefined) return null;
    const { maintenance } = kept;
    this.#deps.onChange({ what: 'bypass_issued', maintenance, who, why: null });
    return bypassToken(kept);
  }

  /** Takes up again what was on when the program ended; what has expired since is told as expired. */
  restore(kept: readonly KeptMaintenance[]): void {
    for (const each of kept) this.#on.set(each.maintenance.upstream, each);
    this.#look();
  }

  /** Watches no more. */
  [Symbol.dispose](): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #end(upstream: string | null, done: Omit<MaintenanceChange, 'maintenance'>): Maintenance | null {
    const kept = this.#on.get(upstream);
    if (kept === undefined) return null;
    const { maintenance } = kept;
    this.#on.delete(upstream);
    this.#deps.keeper.drop(maintenance.id);
    this.#deps.onChange({ ...done, maintenance });
    return maintenance;
  }

  #look(): void {
    const now = this.#deps.clock.now();
    for (const { upstream, expiresAt } of this.list()) {
      if (expiresAt <= now) this.#end(upstream, EXPIRED);
    }
    this.#watch();
  }

  #watch(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (!this.isAny) return;
    const soonest = Math.min(...this.list().map(({ expiresAt }) => expiresAt));
    const left = Math.max(1, soonest - this.#deps.clock.now());
    this.#cancel = this.#deps.clock.after(Math.min(LOOK_MS, left), () => this.#look());
  }
}
