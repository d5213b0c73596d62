import type { Server } from './server.ts';
import type { WorldPlan } from './world-plan.ts';

/**
 * How it is: `well`, every endpoint serves every request; `out`, no request can be served; `ill`, what
 * is between.
 */
export type Level = 'well' | 'ill' | 'out';

/**
 * How an outage can be known: from discovery that lists nothing (`removed` where somebody wanted it),
 * from connections, from health pages, or from requests alone.
 */
export type Sign = 'removed' | 'unlisted' | 'unreachable' | 'page' | 'requests';

/** A time in which nothing changed. */
export interface Stretch {
  readonly from: number;
  to: number;
  readonly level: Level;
  /** Of an outage. */
  readonly sign: Sign | null;
  /** Probes and discovery tell it as it is. */
  readonly isClear: boolean;
}

/** What is asked to know how it is. */
export interface Scene {
  readonly plan: WorldPlan;
  readonly servers: readonly Server[];
  readonly isResolverOut: boolean;
  readonly isRemoved: boolean;
  readonly areProbesTrue: boolean;
}

/** The true history of a world, as a row of stretches without a gap. */
export class Truth {
  readonly stretches: Stretch[] = [];

  /** It is so from that time on. */
  note(at: number, scene: Scene): void {
    const last = this.stretches.at(-1);
    const level = levelOf(scene);
    const sign = level === 'out' ? signOf(scene) : null;
    const isClear = !scene.isResolverOut && scene.areProbesTrue;
    if (last?.level === level && last.sign === sign && last.isClear === isClear) return;
    if (last !== undefined) last.to = at;
    if (last?.from === at) this.stretches.pop();
    this.stretches.push({ from: at, to: Number.POSITIVE_INFINITY, level, sign, isClear });
  }

  end(at: number): void {
    const last = this.stretches.at(-1);
    if (last !== undefined) last.to = at;
  }
}

function levelOf({ servers }: Scene): Level {
  const listed = servers.filter(({ isListed }) => isListed);
  if (listed.every(({ condition }) => condition.mode !== 'serving' && condition.share === 1)) {
    return 'out';
  }
  const isWell = ({ isListed, condition }: Server) =>
    isListed && condition.mode === 'serving' && condition.slowMs === 0 && !condition.isPageSick;
  return servers.every(isWell) ? 'well' : 'ill';
}

function signOf({ plan, servers, isRemoved, isResolverOut }: Scene): Sign {
  const listed = servers.filter(({ isListed }) => isListed);
  if (listed.length === 0 && !isResolverOut) return isRemoved ? 'removed' : 'unlisted';
  const isGone = ({ condition: { mode } }: Server) => mode === 'killed' || mode === 'vanished';
  if (servers.every(isGone)) return 'unreachable';
  return plan.probe.kind === 'page' ? 'page' : 'requests';
}
