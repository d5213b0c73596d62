import { expect, test } from 'vitest';
import { CALM, faultOf } from './calm-world.ts';
import { breachesOf } from './invariants.ts';
import { simulate } from './simulate.ts';
import type { WorldPlan } from './world-plan.ts';

interface Script {
  readonly name: string;
  readonly world: Partial<WorldPlan>;
  /** What is believed, one after the other; a verdict whose cause changes is told once. */
  readonly states: readonly string[];
  readonly incidents: number;
  readonly causes?: readonly string[];
}

const FOUND_AND_MENDED = ['suspect', 'down', 'recovering', 'up'];
const page = { ...CALM.probe, kind: 'page' } as const;
const swarm = { ...CALM.discovery, kind: 'swarm_events' } as const;
const dns = { ...CALM.discovery, kind: 'dns' } as const;

const SCRIPTS: readonly Script[] = [
  { name: 'nothing', world: {}, states: [], incidents: 0 },
  {
    name: 'one of three killed',
    world: { faults: [faultOf('killed', 20_000, 10_000, { targets: 1 })] },
    states: [],
    incidents: 0,
  },
  {
    name: 'all killed',
    world: { faults: [faultOf('killed', 20_000, 10_000)] },
    states: FOUND_AND_MENDED,
    incidents: 1,
  },
  {
    name: 'all killed, and nobody asks',
    world: { rate: 0.1, isEven: true, faults: [faultOf('killed', 21_000, 6_000)] },
    states: FOUND_AND_MENDED,
    incidents: 1,
  },
  {
    name: 'nobody there',
    world: { faults: [faultOf('vanished', 20_000, 10_000)] },
    states: FOUND_AND_MENDED,
    incidents: 1,
    causes: ['connection_timeout'],
  },
  {
    name: 'the service removed, in a Swarm that tells of it',
    world: { discovery: swarm, faults: [faultOf('removed', 20_000, 10_000)] },
    // That is certain at once.
    states: ['down', 'recovering', 'up'],
    incidents: 1,
    // What becomes of those that are gone does not take the place of the cause that they are gone.
    causes: ['no_endpoints'],
  },
  {
    name: 'all hung, and connections accepted',
    world: { responseMs: 2_000, faults: [faultOf('hung', 20_000, 10_000)] },
    states: FOUND_AND_MENDED,
    incidents: 1,
    causes: ['response_timeout'],
  },
  {
    name: 'replies that are 503s',
    world: { faults: [faultOf('unavailable', 20_000, 10_000)] },
    states: FOUND_AND_MENDED,
    incidents: 1,
    causes: ['upstream_status'],
  },
  {
    name: 'a slow start after the end',
    world: { probe: page, faults: [faultOf('restart', 20_000, 10_000)] },
    states: FOUND_AND_MENDED,
    incidents: 1,
  },
  {
    name: 'a rolling deploy',
    world: { discovery: dns, faults: [faultOf('rolling', 20_000, 15_000)] },
    states: [],
    incidents: 0,
  },
  {
    name: 'a resolver that does not answer',
    world: { discovery: dns, faults: [faultOf('resolver', 10_000, 40_000)] },
    states: [],
    incidents: 0,
  },
  {
    name: 'health pages that fail while requests succeed',
    world: { probe: page, faults: [faultOf('sick_page', 10_000, 40_000)] },
    states: [],
    incidents: 0,
  },
  {
    name: 'a wall clock that jumps forth and back',
    world: {
      faults: [faultOf('jump_forth', 20_000, 3_600_000), faultOf('jump_back', 40_000, 7_200_000)],
    },
    states: [],
    incidents: 0,
  },
];

test.for(SCRIPTS)('$name: $states', async ({ world, states, incidents, causes }) => {
  const history = await simulate({ ...CALM, ...world });
  const told = history.chronicle.turns.map(({ belief }) => belief.verdict.state);
  expect(told.filter((state, index) => state !== told[index - 1])).toEqual(states);
  expect(history.incidentCount).toBe(incidents);
  if (causes !== undefined) expect(history.incidents[0]?.causes).toEqual(causes);
  expect(breachesOf(history)).toEqual([]);
});

test('flapping is one incident with interruptions', async () => {
  const faults = [faultOf('flapping', 10_000, 40_000)];
  const history = await simulate({ ...CALM, lengthMs: 120_000, faults });
  const [incident] = history.incidents;
  expect(history.incidentCount).toBe(1);
  expect(incident?.interruptions.length).toBeGreaterThan(2);
  expect(incident?.resolvedAt).not.toBeNull();
  expect(breachesOf(history)).toEqual([]);
});

test('a blip whose connects time out two seconds later is no outage then', async () => {
  const faults = [faultOf('vanished', 20_000, 300)];
  const history = await simulate({ ...CALM, endpoints: 1, rate: 300, holdMs: 0, faults });
  expect(history.incidentCount).toBe(0);
  // Those that were sent within the blip fail, and nobody else is answered in their place for long.
  const { failed, answered } = history.chronicle.counts;
  expect(failed + answered).toBeLessThan(2 * 0.3 * 300);
});

test('probes that are lost end no recovery in which requests succeed', async () => {
  const weather = { ...CALM.weather, probeLoss: 0.1 };
  // The third recovery has to hold for four seconds, of which hardly any is without a lost probe.
  const faults = [20_000, 30_000, 40_000].map((at) => faultOf('killed', at, 4_000));
  const history = await simulate({ ...CALM, endpoints: 1, rate: 50, weather, faults });
  const relapses = history.chronicle.turns.filter(
    ({ at, belief }) => at > 44_500 && belief.verdict.state === 'down',
  );
  expect(relapses).toEqual([]);
  expect(history.chronicle.turns.at(-1)?.belief.verdict.state).toBe('up');
});
