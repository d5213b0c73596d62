import type { Server } from './server.ts';
import type { WorldPlan } from './world-plan.ts';

/**
 * How it is: `well`, every endpoint serves every request; `out`, no request can be served; `ill`, what
 * is between.
 */
type Level = 'well' | 'ill' | 'out';

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
  /** Of requests that are sent anywhere, the share that would be served. */
  readonly share: number;
  /** Of an outage. */
  readonly sign: Sign | null;
  readonly areProbesTrue: boolean;
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
    const share = shareOf(scene);
    const { areProbesTrue } = scene;
    const isClear = !scene.isResolverOut && areProbesTrue;
    const isSame = last?.level === level && last.share === share && last.sign === sign;
    if (isSame && last.isClear === isClear && last.areProbesTrue === areProbesTrue) return;
    if (last !== undefined) last.to = at;
    if (last?.from === at) this.stretches.pop();
    const to = Number.POSITIVE_INFINITY;
    this.stretches.push({ from: at, to, level, share, sign, areProbesTrue, isClear });
  }

  /** No more is known after that time. */
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

/** One that discovery does not list is not there, also for those who still know it. */
function shareOf({ servers }: Scene): number {
  const shares = servers.map(({ isListed, condition: { mode, share } }) => {
    if (!isListed) return 0;
    return mode === 'serving' ? 1 : 1 - share;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function signOf({ plan, servers, isRemoved, isResolverOut }: Scene): Sign {
  const listed = servers.filter(({ isListed }) => isListed);
  if (listed.length === 0 && !isResolverOut) return isRemoved ? 'removed' : 'unlisted';
  const isGone = ({ condition: { mode } }: Server) => mode === 'killed' || mode === 'vanished';
  if (servers.every(isGone)) return 'unreachable';
  return plan.probe.kind === 'page' ? 'page' : 'requests';
}
