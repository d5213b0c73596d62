import { onTestFinished } from 'vitest';
import type { Actor } from '../../src/outage/acts.ts';
import type { KeptMaintenance, MaintenanceWish } from '../../src/outage/maintenance.ts';
import { Maintenances, type MaintenancesDeps } from '../../src/outage/maintenances.ts';
import { SYSTEM_CLOCK } from '../../src/upstream/clock.ts';

/** Who declares planned work in tests. */
export const OPERATOR: Actor = { name: 'dana', through: 'loopback' };

/** The switch for planned work by the system's clock, kept nowhere. It watches until the running test is over. */
export function testMaintenances(
  onChange: MaintenancesDeps['onChange'] = () => undefined,
): Maintenances {
  const keeper = { put: () => undefined, drop: () => undefined };
  const maintenances = new Maintenances({ clock: SYSTEM_CLOCK, keeper, onChange });
  onTestFinished(() => maintenances[Symbol.dispose]());
  return maintenances;
}

/** Planned work of all upstreams, without a message and without a planned end. */
export function wish(over: Partial<MaintenanceWish> = {}): MaintenanceWish {
  const planned = { upstream: null, reason: 'database upgrade', message: null };
  return { ...planned, endsAt: null, expiresAt: null, ...over };
}

/** Declares it. Throws what is wrong with the wish. */
export function declare(
  maintenances: Maintenances,
  over: Partial<MaintenanceWish> = {},
): KeptMaintenance {
  const kept = maintenances.declare(wish(over), OPERATOR);
  if ('fault' in kept) throw new Error(kept.fault);
  return kept;
}
