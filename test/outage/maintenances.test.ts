import { expect, test } from 'vitest';
import { bypassExpiry, bypassToken } from '../../src/outage/bypass-token.ts';
import type { KeptMaintenance } from '../../src/outage/maintenance.ts';
import { type MaintenanceChange, Maintenances } from '../../src/outage/maintenances.ts';
import type { Belief } from '../../src/outage/verdict.ts';
import { declare, OPERATOR, wish } from '../support/maintenances.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const HOUR = 3_600_000;
const UP: Belief = { upstream: 'app', component: null, verdict: { state: 'up' } };

function startSwitch() {
  const clock = new VirtualClock();
  const stored = new Map<string, KeptMaintenance>();
  const keeper = {
    put: (kept: KeptMaintenance) => void stored.set(kept.maintenance.id, kept),
    drop: (id: string) => void stored.delete(id),
  };
  const changes: MaintenanceChange[] = [];
  const deps = {
    clock,
    keeper,
    onChange: (change: MaintenanceChange) => void changes.push(change),
  };
  const maintenances = new Maintenances(deps);
  return { clock, stored, changes, maintenances, again: () => new Maintenances(deps) };
}

test.for([
  { name: 'no reason', over: { reason: '  ' }, fault: /reason is required/ },
  { name: 'a long reason', over: { reason: 'x'.repeat(301) }, fault: /reason has 301/ },
  { name: 'a long message', over: { message: 'x'.repeat(301) }, fault: /message has 301/ },
  { name: 'an end that has passed', over: { endsAt: 0 }, fault: /end has passed/ },
  { name: 'an expiry that has passed', over: { expiresAt: 0 }, fault: /before it begins/ },
])('$name is refused, and nothing is on', ({ over, fault }) => {
  const { maintenances } = startSwitch();
  const refused = maintenances.declare(wish(over), OPERATOR);
  expect(refused).toEqual({ fault: expect.stringMatching(fault) });
  expect(maintenances.isAny).toBe(false);
});

test('it expires after an hour, or with its planned end, or when it was told to', async () => {
  const { clock, maintenances, changes } = startSwitch();
  const start = clock.now();
  maintenances.declare(wish(), OPERATOR);
  maintenances.declare(wish({ upstream: 'a', endsAt: start + 2 * HOUR }), OPERATOR);
  const late = { upstream: 'b', endsAt: start + 2 * HOUR, expiresAt: start + 3 * HOUR };
  maintenances.declare(wish(late), OPERATOR);
  const ends: number[] = [];
  for (let minute = 0; minute < 200; minute += 1) {
    const before = maintenances.list().length;
    await clock.advance(60_000);
    if (maintenances.list().length < before) ends.push(minute + 1);
  }
  expect(ends).toEqual([60, 120, 180]);
  expect(changes.slice(3)).toMatchObject(
    [null, 'a', 'b'].map((upstream) => ({
      what: 'maintenance_expired',
      maintenance: { upstream },
      who: { name: null, through: 'itself' },
    })),
  );
});

test('each is over when it expires, the soonest first, and then nothing is watched', async () => {
  const { clock, maintenances, changes } = startSwitch();
  for (const seconds of [100, 10, 41]) {
    const expiresAt = clock.now() + seconds * 1_000;
    maintenances.declare(wish({ upstream: `${seconds}`, expiresAt }), OPERATOR);
  }
  const names = () => maintenances.list().map(({ upstream }) => upstream);
  await clock.advance(9_999);
  expect(names()).toEqual(['100', '10', '41']);
  await clock.advance(1);
  expect(names()).toEqual(['100', '41']);
  await clock.advance(31_000);
  expect(names()).toEqual(['100']);
  expect(clock.pending).toBe(1);
  await clock.advance(59_000);
  expect(names()).toEqual([]);
  expect(clock.pending).toBe(0);
  expect(changes.slice(3).map(({ maintenance }) => maintenance.upstream)).toEqual([
    '10',
    '41',
    '100',
  ]);
});

test('a clock that is set forth ends it within half a minute', async () => {
  const { clock, maintenances } = startSwitch();
  maintenances.declare(wish(), OPERATOR);
  clock.jump(2 * HOUR);
  await clock.advance(30_000);
  expect(maintenances.isAny).toBe(false);
});

test('what is not on has no link, no end and no id, and what is watched no longer has no timer', () => {
  const { clock, maintenances, changes } = startSwitch();
  const kept = declare(maintenances, { upstream: 'app' });
  declare(maintenances);
  expect(maintenances.find(kept.maintenance.id)).toBe(kept);
  expect(maintenances.find('0123456789ab')).toBeNull();
  expect(maintenances.issueBypass('login', OPERATOR)).toBeNull();
  expect(maintenances.end('login', OPERATOR)).toBeNull();
  expect(changes).toHaveLength(2);
  expect(clock.pending).toBe(1);
  maintenances[Symbol.dispose]();
  expect(clock.pending).toBe(0);
});

test('other words and another end are the same work, with the same links; its own counts before that of all', () => {
  const { maintenances, changes } = startSwitch();
  maintenances.declare(wish(), OPERATOR);
  const first = maintenances.declare(wish({ upstream: 'app' }), OPERATOR);
  const second = maintenances.declare(wish({ upstream: 'app', message: 'soon' }), OPERATOR);
  if ('fault' in first || 'fault' in second) throw new Error('refused');
  expect(second.maintenance).toEqual({ ...first.maintenance, message: 'soon' });
  expect(bypassExpiry(bypassToken(first), second, 0)).toBe(first.maintenance.expiresAt);
  expect(maintenances.of('app')?.maintenance.message).toBe('soon');
  expect(maintenances.of('login')?.maintenance.upstream).toBeNull();
  expect(changes.map(({ what }) => what)).toEqual([
    'maintenance_declared',
    'maintenance_declared',
    'maintenance_changed',
  ]);
  maintenances.end('app', OPERATOR);
  expect(maintenances.of('app')?.maintenance.upstream).toBeNull();
});

test('the same work over the same belief is the same object, and none over it is the belief itself', () => {
  const { maintenances } = startSwitch();
  expect(maintenances.over(UP)).toBe(UP);
  maintenances.declare(wish(), OPERATOR);
  const laid = maintenances.over(UP);
  expect(laid).toMatchObject({ verdict: UP.verdict, maintenance: { reason: 'database upgrade' } });
  expect(maintenances.over(UP)).toBe(laid);
  maintenances.declare(wish({ message: 'soon' }), OPERATOR);
  expect(maintenances.over(UP)).not.toBe(laid);
  maintenances.end(null, OPERATOR);
  expect(maintenances.over(UP)).toBe(UP);
});

test('trouble is expected that begins in planned work, for as long as the work is on', async () => {
  const { clock, maintenances } = startSwitch();
  const before = { upstream: 'app', startedAt: clock.now() };
  await clock.advance(1_000);
  maintenances.declare(wish(), OPERATOR);
  const within = { upstream: 'app', startedAt: clock.now() };
  await clock.advance(1_000);
  maintenances.declare(wish({ upstream: 'app' }), OPERATOR);
  const expected = () => [before, within].map((trouble) => maintenances.isExpected(trouble));
  expect(expected()).toEqual([false, true]);
  maintenances.end('app', OPERATOR);
  expect(expected()).toEqual([false, true]);
  maintenances.end(null, OPERATOR);
  expect(expected()).toEqual([false, false]);
});

test('it goes on after a restart, and what has expired meanwhile is over', async () => {
  const { clock, stored, maintenances, changes, again } = startSwitch();
  maintenances.declare(wish({ upstream: 'a' }), OPERATOR);
  maintenances.declare(wish({ upstream: 'b', expiresAt: clock.now() + 2 * HOUR }), OPERATOR);
  const kept = [...stored.values()];
  maintenances[Symbol.dispose]();
  await clock.advance(HOUR + 1);
  const restarted = again();
  restarted.restore(kept);
  expect(restarted.list().map(({ upstream }) => upstream)).toEqual(['b']);
  expect(changes.at(-1)).toMatchObject({
    what: 'maintenance_expired',
    maintenance: { upstream: 'a' },
  });
  expect([...stored.keys()]).toEqual([restarted.list()[0]?.id]);
});
