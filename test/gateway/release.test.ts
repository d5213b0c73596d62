import { expect, test } from 'vitest';
import { Release } from '../../src/gateway/release.ts';
import type { Verdict } from '../../src/outage/verdict.ts';

type State = Verdict['state'];

/** A release whose time and requests the test sets; `down` when it begins. */
function releaseOf(verdict: State = 'down', hasServed = true) {
  const world = { now: 1_000_000, succeeded: 0, failed: 0, hasServed };
  const pure = new Release(verdict, {
    random: () => 0.5,
    recent: () => world,
    hasServed: () => world.hasServed,
  });
  const release = {
    get isOn() {
      return pure.isOn;
    },
    get isStopped() {
      return pure.isStopped;
    },
    take: () => pure.take(world.now),
    look: () => pure.look(world.now),
    keep: (leftMs: number) => pure.keep(leftMs),
    check: () => pure.check(world.now),
  };
  const after = (...states: readonly State[]) => {
    for (const state of states) pure.follow(state, world.now);
    return release;
  };
  const relapse = () => {
    release.take();
    Object.assign(world, { succeeded: 7, failed: 3 });
    release.check();
    Object.assign(world, { succeeded: 0, failed: 0 });
  };
  return { release, world, after, relapse };
}

test.for<{ name: string; verdicts: readonly State[]; isOn: boolean; takes: number | null }>([
  { name: 'an outage', verdicts: ['down'], isOn: false, takes: null },
  { name: 'a recovery that has to hold', verdicts: ['recovering'], isOn: false, takes: null },
  { name: 'the verdict up', verdicts: ['recovering', 'up'], isOn: true, takes: 1500 },
  { name: 'a doubt after it', verdicts: ['recovering', 'up', 'suspect'], isOn: true, takes: null },
  { name: 'a doubt that passed', verdicts: ['up', 'suspect', 'up'], isOn: true, takes: 1500 },
  { name: 'a second outage', verdicts: ['up', 'suspect', 'down'], isOn: false, takes: null },
  { name: 'a doubt before all', verdicts: ['suspect'], isOn: false, takes: null },
])('after $name a page that asks for a place gets $takes', ({ verdicts, isOn, takes }) => {
  const { after } = releaseOf();
  const release = after(...verdicts);
  expect(release.isOn).toBe(isOn);
  expect([release.look(), release.take()]).toEqual([takes, takes]);
});

test('who has a place keeps it through a doubt, and loses it with the outage', () => {
  const { after } = releaseOf();
  expect(after('up').keep(40_000)).toBe(40_000);
  expect(after('suspect').keep(39_000.4)).toBe(39_000);
  expect(after('up').keep(12)).toBe(1000);
  expect(after('down').keep(30_000)).toBeNull();
});

test('a doubt that passes does not begin the slots again', () => {
  const { after, world, release } = releaseOf();
  after('up');
  for (let page = 0; page < 50; page += 1) release.take();
  world.now += 500;
  expect(after('suspect', 'up').take()).toBe(11_000);
});

test.for([
  { succeeded: 0, failed: 9, isStopped: false, why: 'too few to say anything' },
  { succeeded: 8, failed: 2, isStopped: false, why: 'no more than a fifth' },
  { succeeded: 7, failed: 3, isStopped: true, why: 'more than a fifth' },
  { succeeded: 80, failed: 20, isStopped: false, why: 'no more than a fifth' },
  { succeeded: 79, failed: 21, isStopped: true, why: 'more than a fifth' },
])('$failed failed beside $succeeded: $why', ({ isStopped, why: _, ...recent }) => {
  const { after, world, release } = releaseOf();
  after('up').take();
  Object.assign(world, recent);
  expect(release.check()).toBe(isStopped);
  expect(release.isStopped).toBe(isStopped);
  expect(release.keep(5000)).toBe(isStopped ? null : 5000);
  expect(release.take() === null).toBe(isStopped);
});

test('requests that fail before anybody was released, or long after, stop nothing', () => {
  const { after, world, release } = releaseOf();
  Object.assign(world, { failed: 100 });
  after('up');
  expect(release.check()).toBe(false);
  release.take();
  world.now += 12_000;
  expect(release.check()).toBe(false);
});

test('requests that fail long after the recovery stop nothing, however many still ask', () => {
  const { after, world, release } = releaseOf();
  after('up').take();
  world.now += 140_000;
  release.take();
  Object.assign(world, { failed: 100 });
  expect([release.check(), release.isStopped]).toEqual([false, false]);
});

test('a stopped release begins again after a pause that doubles each time', () => {
  const { after, world, release, relapse } = releaseOf();
  after('up');
  for (const pauseMs of [15_000, 30_000, 60_000, 120_000, 120_000]) {
    relapse();
    world.now += pauseMs - 1;
    expect([release.check(), release.take()]).toEqual([false, null]);
    world.now += 1;
    expect([release.check(), release.take()]).toEqual([true, 1500]);
  }
  world.now += 60_000;
  release.check();
  relapse();
  world.now += 15_000;
  expect(release.check()).toBe(true);
});

test('a stopped release waits for the verdict and for requests that do not fail', () => {
  const { after, world, release, relapse } = releaseOf();
  after('up');
  relapse();
  after('suspect');
  world.now += 60_000;
  expect(release.check()).toBe(false);
  after('up');
  Object.assign(world, { failed: 10 });
  expect(release.check()).toBe(false);
  Object.assign(world, { failed: 0 });
  expect(release.check()).toBe(true);
});

test('what is believed well at the start is not back before it has served', () => {
  const { release, world, after } = releaseOf('up', false);
  after('up');
  expect([release.isOn, release.check()]).toEqual([false, false]);
  world.hasServed = true;
  expect([release.check(), release.isOn]).toEqual([true, true]);
});
