import type { ProbeDesk } from './probe-desk.ts';
import type { Registry } from './registry.ts';
import { type Condition, type Mode, type Server, WELL } from './server.ts';
import type { Truth } from './truth.ts';
import type { WorldClock } from './world-clock.ts';
import type { Fault, FaultKind, WorldPlan } from './world-plan.ts';

/** What a fault does to a server for a time. */
interface Effect {
  readonly mode?: Mode;
  readonly share?: number;
  readonly slowMs?: number;
  readonly isPageSick?: boolean;
  readonly isUnlisted?: boolean;
}

/** What a fault does to the world: from `from` to `to`, counted from its beginning, to some of its servers. */
interface Spell {
  readonly from: number;
  readonly to: number;
  readonly servers: readonly Server[];
  readonly effect: Effect;
}

/** Worst first: of two faults of one server, that is what its clients feel. */
const WORST: readonly Mode[] = ['killed', 'vanished', 'hung', 'reset', 'unavailable', 'serving'];

const EFFECTS: Readonly<Partial<Record<FaultKind, (fault: Fault) => Effect>>> = {
  killed: () => ({ mode: 'killed' }),
  vanished: () => ({ mode: 'vanished' }),
  unlisted: () => ({ mode: 'killed', isUnlisted: true }),
  removed: () => ({ mode: 'killed', isUnlisted: true }),
  hung: ({ share }) => ({ mode: 'hung', share }),
  reset: ({ share }) => ({ mode: 'reset', share }),
  unavailable: ({ share }) => ({ mode: 'unavailable', share }),
  slow: ({ share }) => ({ slowMs: 1_000 * share }),
  sick_page: () => ({ isPageSick: true }),
};

/** A flapping application is there as long as it is not. */
const FLAPS_MS = 2_000;

interface Parts {
  readonly plan: WorldPlan;
  readonly clock: WorldClock;
  readonly servers: readonly Server[];
  readonly registry: Registry;
  readonly desk: ProbeDesk;
  readonly truth: Truth;
}

/** Lets the faults of a plan begin and end, and writes down how it truly is. */
export class Troubles {
  readonly #parts: Parts;
  readonly #spells = new Map<Server, Set<Effect>>();
  #outResolvers = 0;
  #removals = 0;
  #losses = 0;
  #slowPages = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    for (const server of parts.servers) this.#spells.set(server, new Set());
    for (const fault of parts.plan.faults) this.#schedule(fault);
    this.#arrange();
  }

  #schedule(fault: Fault): void {
    const { clock, plan, desk } = this.#parts;
    const { kind, at, forMs, share } = fault;
    const { weather } = plan;
    switch (kind) {
      case 'jump_forth':
        return this.#at(at, () => clock.jump(forMs));
      case 'jump_back':
        return this.#at(at, () => clock.jump(-forMs));
      case 'resolver':
        return this.#during(fault, (step) => (this.#outResolvers += step));
      case 'lossy':
        return this.#during(fault, (step) => {
          this.#losses += step;
          desk.loss = this.#losses > 0 ? share : weather.probeLoss;
        });
      case 'slow_pages':
        return this.#during(fault, (step) => {
          this.#slowPages += step;
          desk.slowPages = this.#slowPages > 0 ? share : weather.slowPages;
        });
      case 'removed':
        this.#during(fault, (step) => (this.#removals += step));
    }
    for (const spell of spellsOf(fault, this.#parts.servers)) this.#cast(fault.at, spell);
  }

  #cast(at: number, { from, to, servers, effect }: Spell): void {
    this.#at(at + from, () => {
      for (const server of servers) this.#spells.get(server)?.add(effect);
    });
    this.#at(at + to, () => {
      for (const server of servers) this.#spells.get(server)?.delete(effect);
    });
  }

  #during({ at, forMs }: Fault, change: (step: 1 | -1) => void): void {
    this.#at(at, () => change(1));
    this.#at(at + forMs, () => change(-1));
  }

  #at(dueAt: number, change: () => void): void {
    const happen = () => {
      change();
      this.#arrange();
    };
    this.#parts.clock.at(dueAt, { happen });
  }

  /** Has the world look as the spells want it that are on it at this moment. */
  #arrange(): void {
    const { plan, servers, registry, truth, clock } = this.#parts;
    let isOther = false;
    for (const [server, effects] of this.#spells) {
      const isStatic = plan.discovery.kind === 'static';
      const isListed = isStatic || ![...effects].some(({ isUnlisted }) => isUnlisted);
      isOther ||= isListed !== server.isListed;
      server.isListed = isListed;
      server.change(conditionOf(effects));
    }
    registry.isOut = this.#outResolvers > 0;
    registry.isRemoved = this.#removals > 0;
    if (isOther) registry.changed();
    const { probeLoss, slowPages } = plan.weather;
    truth.note(clock.monotonic(), {
      plan,
      servers,
      isResolverOut: registry.isOut,
      isRemoved: registry.isRemoved && plan.discovery.kind !== 'dns',
      areProbesTrue: this.#losses + this.#slowPages + probeLoss + slowPages === 0,
    });
  }
}

function conditionOf(effects: ReadonlySet<Effect>): Condition {
  let condition = WELL;
  for (const { mode = 'serving', share = 1, slowMs = 0, isPageSick = false } of effects) {
    const isWorse = WORST.indexOf(mode) < WORST.indexOf(condition.mode);
    condition = {
      mode: isWorse ? mode : condition.mode,
      share: isWorse ? share : condition.share,
      slowMs: condition.slowMs + slowMs,
      isPageSick: condition.isPageSick || isPageSick,
    };
  }
  return condition;
}

function spellsOf(fault: Fault, all: readonly Server[]): Spell[] {
  const { kind, forMs, first, targets } = fault;
  const servers = all.filter((_, index) => (index - first + all.length) % all.length < targets);
  const killed = { mode: 'killed' } as const;
  switch (kind) {
    case 'removed':
      return [{ from: 0, to: forMs, servers: all, effect: { ...killed, isUnlisted: true } }];
    case 'restart':
      return [
        { from: 0, to: forMs / 2, servers, effect: killed },
        { from: forMs / 2, to: forMs, servers, effect: { mode: 'unavailable' } },
      ];
    case 'rolling':
      return all.map((server, index) => ({
        from: (index * forMs) / all.length,
        to: ((index + 1) * forMs) / all.length,
        servers: [server],
        effect: { ...killed, isUnlisted: true },
      }));
    case 'flapping':
      return Array.from({ length: Math.ceil(forMs / FLAPS_MS / 2) }, (_, index) => ({
        from: 2 * index * FLAPS_MS,
        to: Math.min(forMs, (2 * index + 1) * FLAPS_MS),
        servers,
        effect: { mode: 'killed' },
      }));
    default: {
      const effect = EFFECTS[kind]?.(fault);
      return effect === undefined ? [] : [{ from: 0, to: forMs, servers, effect: { ...effect } }];
    }
  }
}
