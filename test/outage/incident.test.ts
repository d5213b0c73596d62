import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { followIncident, type Incident } from '../../src/outage/incident.ts';
import type { MachineState } from '../../src/outage/machine-state.ts';
import type { Belief } from '../../src/outage/verdict.ts';
import { DETECTION } from '../support/detection.ts';
import {
  connectOk,
  decidedEmpty,
  type Event,
  found,
  probeBad,
  requestBad,
  requestOk,
  START,
  statesOf,
} from './history.ts';

const { flapMs } = DETECTION;
const refused = (at: number) => [0, 300, 600].map((ms) => probeBad(at + ms));
const mended = (at: number, overMs = 1000) =>
  [0, overMs / 2, overMs].map((ms) => connectOk(at + ms));

/** The incidents that the events lead to, in the order in which they were opened. */
function incidentsOf(events: readonly Event[]): Incident[] {
  const incidents: Incident[] = [];
  let previous = beliefOf(null);
  for (const [index, state] of statesOf(events).entries()) {
    const belief = state.verdict === previous.verdict ? previous : beliefOf(state);
    if (belief === previous) continue;
    const at = START + (events[index]?.at ?? 0);
    const before = incidents.at(-1) ?? null;
    const after = followIncident(before, { belief, previous, at, flapMs });
    previous = belief;
    if (after === null || after === before) continue;
    if (after.startedAt === before?.startedAt) incidents.pop();
    incidents.push(after);
  }
  return incidents;
}

function beliefOf(state: MachineState | null): Belief {
  const verdict = state?.verdict ?? { state: 'up' };
  return { upstream: 'app', component: 'Main Application', verdict };
}

describe('an incident', () => {
  test('starts with the first failing signal and ends with the first success of the streak', () => {
    expect(incidentsOf([requestOk(0), ...refused(1000), ...mended(5000)])).toEqual([
      {
        id: '20231114T221321Z-app',
        upstream: 'app',
        components: ['Main Application'],
        startedAt: START + 1000,
        detectedAt: START + 1600,
        resolvedAt: START + 5000,
        causes: ['connection_refused'],
        interruptions: [],
        relapses: 0,
      },
    ]);
  });

  test('is none while there is only a suspicion', () => {
    expect(incidentsOf([probeBad(0), connectOk(300)])).toEqual([]);
  });

  test('is open until the recovery has held', () => {
    const [incident] = incidentsOf([...refused(0), connectOk(900), connectOk(1200)]);
    expect(incident?.resolvedAt).toBeNull();
  });

  test('names its causes in the order in which they came up, each once', () => {
    const events = [...refused(0), found(700, 0), connectOk(800), probeBad(900), found(1000, 2)];
    const [incident] = incidentsOf([...events, ...refused(1100)]);
    expect(incident?.causes).toEqual(['connection_refused', 'no_endpoints']);
  });

  test('has an interruption where a recovery did not hold', () => {
    const relapse = [connectOk(2000), connectOk(2500), probeBad(2600)];
    const incidents = incidentsOf([...refused(0), ...relapse, ...mended(5000, 2000)]);
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({
      startedAt: START,
      resolvedAt: START + 5000,
      interruptions: [{ from: START + 2000, to: START + 2600 }],
      relapses: 1,
    });
  });

  test('goes on where trouble comes back soon after its end', () => {
    const events = [...refused(0), ...mended(1000), ...refused(200_000), ...mended(250_000, 2000)];
    const incidents = incidentsOf(events);
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({
      startedAt: START,
      resolvedAt: START + 250_000,
      interruptions: [{ from: START + 1000, to: START + 200_000 }],
    });
  });

  test('is another one where trouble comes back long after its end', () => {
    const events = [...refused(0), ...mended(1000), decidedEmpty(400_000)];
    const [first, second] = incidentsOf(events);
    expect(first?.resolvedAt).toBe(START + 1000);
    expect(second).toMatchObject({ startedAt: START + 400_000, resolvedAt: null });
  });

  test('of an application that comes and goes for hours is one, and does not grow without end', () => {
    const turns = Array.from({ length: 500 }, (_, index) => [
      ...refused(index * 60_000),
      ...mended(index * 60_000 + 10_000, 31_000),
    ]);
    const incidents = incidentsOf(turns.flat());
    expect(incidents).toHaveLength(1);
    expect(incidents[0]?.relapses).toBe(499);
    expect(incidents[0]?.interruptions).toHaveLength(100);
  });
});

/** Outages and good times in turn, each with its length. */
const life = fc.array(
  fc.record({
    well: fc.oneof(
      fc.integer({ min: 2000, max: 60_000 }),
      fc.integer({ min: 40_000, max: 900_000 }),
    ),
    down: fc.integer({ min: 1000, max: 120_000 }),
    everyMs: fc.integer({ min: 200, max: 400 }),
  }),
  { minLength: 1, maxLength: 5 },
);

test('the incidents of a life are its outages, exact to one signal, and no two are of one', () => {
  fc.assert(
    fc.property(life, (turns) => {
      let at = 0;
      const events: Event[] = [];
      const outages: { from: number; to: number }[] = [];
      const signals = (make: (at: number) => Event, forMs: number, everyMs: number) => {
        for (const until = at + forMs; at < until; at += everyMs) events.push(make(at));
      };
      for (const { well, down, everyMs } of turns) {
        signals(connectOk, well, everyMs);
        const from = at;
        signals(probeBad, down, everyMs);
        outages.push({ from: START + from, to: START + at });
      }
      signals(connectOk, 60_000, 300);
      for (const incident of incidentsOf(events)) {
        expect(outages.map(({ from }) => from)).toContain(incident.startedAt);
        expect(outages.map(({ to }) => to)).toContain(incident.resolvedAt);
        for (const { from, to } of incident.interruptions) {
          expect(outages.map((outage) => outage.to)).toContain(from);
          expect(outages.map((outage) => outage.from)).toContain(to);
        }
      }
      const told = incidentsOf(events).map(({ relapses }) => 1 + relapses);
      expect(told.reduce((sum, count) => sum + count, 0)).toBe(outages.length);
      const gaps = outages.slice(1).map(({ from }, index) => from - (outages[index]?.to ?? 0));
      expect(told).toHaveLength(1 + gaps.filter((gapMs) => gapMs >= flapMs).length);
    }),
  );
});

test('whatever happens, the incidents of an upstream follow one another', () => {
  const cause = fc.constantFrom('connection_refused', 'upstream_status', 'response_timeout');
  const make = fc.oneof(
    fc.constantFrom(requestOk, connectOk, decidedEmpty),
    cause.map((why) => (at: number) => requestBad(at, why)),
    cause.map((why) => (at: number) => probeBad(at, why)),
    fc.nat({ max: 2 }).map((count) => (at: number) => found(at, count)),
  );
  const pause = fc.oneof(fc.nat({ max: 400 }), fc.nat({ max: 20_000 }), fc.nat({ max: 600_000 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(pause, make), { maxLength: 80 }), (steps) => {
      let at = 0;
      const events = steps.map(([pauseMs, one]) => {
        at += pauseMs;
        return one(at);
      });
      const incidents = incidentsOf(events);
      for (const [
        index,
        { startedAt, detectedAt, resolvedAt, interruptions },
      ] of incidents.entries()) {
        expect(startedAt).toBeLessThanOrEqual(detectedAt);
        expect(detectedAt).toBeLessThanOrEqual(resolvedAt ?? detectedAt);
        const times = interruptions.flatMap(({ from, to }) => [from, to]);
        expect(times).toEqual([...times].sort((one, two) => one - two));
        const next = incidents[index + 1];
        if (next === undefined) continue;
        expect(resolvedAt).not.toBeNull();
        expect(next.startedAt - (resolvedAt ?? 0)).toBeGreaterThanOrEqual(flapMs);
      }
    }),
  );
});
