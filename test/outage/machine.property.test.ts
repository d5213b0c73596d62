import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CAUSES, isUnreachable } from '../../src/outage/cause.ts';

import { DETECTION } from '../support/detection.ts';
import {
  connectOk,
  decidedEmpty,
  type Event,
  found,
  pageOk,
  probeBad,
  requestBad,
  requestOk,
  resolverBad,
  START,
  sent,
  statesOf,
} from './history.ts';

const cause = fc.constantFrom(...CAUSES.filter((one) => one !== 'no_endpoints'));
const makers = fc.oneof(
  fc.constant(sent),
  fc.constant(requestOk),
  cause.map((one) => (at: number) => requestBad(at, one)),
  fc.constant(connectOk),
  fc.constant(pageOk),
  cause.map((one) => (at: number) => probeBad(at, one)),
  fc.nat({ max: 2 }).map((count) => (at: number) => found(at, count)),
  fc.nat({ max: 1 }).map((known) => (at: number) => resolverBad(at, known)),
);

/** Any story: things happen one after the other, some milliseconds or some seconds apart. */
const story = storyOf(makers);

function storyOf(
  maker: fc.Arbitrary<(at: number) => Event>,
  pause = fc.oneof(fc.nat({ max: 400 }), fc.nat({ max: 20_000 })),
): fc.Arbitrary<Event[]> {
  return fc.array(fc.tuple(pause, maker), { maxLength: 60 }).map((steps) => {
    let at = 0;
    return steps.map(([pauseMs, make]) => {
      at += pauseMs;
      return make(at);
    });
  });
}

/** Pairs of a state and the one before it, with the event between them. */
function* transitionsOf(events: readonly Event[]) {
  const states = statesOf(events);
  for (const [index, state] of states.entries()) {
    const before = states[index - 1];
    const event = events[index];
    if (event !== undefined && before !== undefined) yield { before, event, state };
  }
}

const NEXT = {
  up: ['up', 'suspect', 'down'],
  suspect: ['suspect', 'up', 'down'],
  down: ['down', 'recovering'],
  recovering: ['recovering', 'up', 'down'],
};

test('every state is reached from one that leads to it', () => {
  fc.assert(
    fc.property(story, (events) => {
      for (const { before, state } of transitionsOf(events)) {
        expect(NEXT[before.verdict.state]).toContain(state.verdict.state);
      }
    }),
  );
});

test('an outage is detected after it began, and ends after it was detected', () => {
  fc.assert(
    fc.property(fc.oneof(story, jumpy()), (events) => {
      for (const { verdict } of statesOf(events)) {
        if (verdict.state === 'up' || verdict.state === 'suspect') continue;
        expect(verdict.since).toBeLessThanOrEqual(verdict.detectedAt);
        if (verdict.state === 'down') continue;
        expect(verdict.detectedAt).toBeLessThanOrEqual(verdict.recoveredAt);
      }
    }),
  );
});

test('the start of a trouble is a failing signal, and stays where it is until the trouble is over', () => {
  fc.assert(
    fc.property(story, (events) => {
      const failing = new Set(events.filter(isFailing).map(({ at }) => START + at));
      for (const { before, state } of transitionsOf(events)) {
        if (state.verdict.state === 'up') continue;
        expect(failing).toContain(state.verdict.since);
        if (before.verdict.state !== 'up') expect(state.verdict.since).toBe(before.verdict.since);
      }
    }),
  );
});

test('the verdict is the same object for as long as it says the same', () => {
  fc.assert(
    fc.property(story, (events) => {
      for (const { before, state } of transitionsOf(events)) {
        if (state.verdict === before.verdict) continue;
        expect(state.verdict).not.toEqual(before.verdict);
      }
    }),
  );
});

test('no outage is found without a failing signal', () => {
  const well = fc.constantFrom(requestOk, connectOk, pageOk, (at: number) => found(at, 2));
  fc.assert(
    fc.property(storyOf(well), (events) => {
      for (const { verdict } of statesOf(events)) expect(verdict.state).toBe('up');
    }),
  );
});

test('no outage is found within half a second of the first failing signal', () => {
  fc.assert(
    fc.property(story, (events) => {
      for (const { verdict } of statesOf(events)) {
        if (verdict.state !== 'down') continue;
        expect(verdict.detectedAt - verdict.since).toBeGreaterThanOrEqual(DETECTION.confirmMs);
      }
    }),
  );
});

test('whatever the probes say, an application whose requests succeed is not taken down', () => {
  const failed = cause.map((one) => (at: number) => probeBad(at, one));
  fc.assert(
    fc.property(storyOf(failed, fc.nat({ max: 3000 })), (probes) => {
      // A request succeeds after each probe: the probes of a row have always one between them.
      const events = probes.flatMap((probe) => [probe, requestOk(probe.at)]);
      for (const { verdict } of statesOf(events)) expect(verdict.state).not.toBe('down');
    }),
  );
});

test('while most requests succeed, requests that fail take nothing down', () => {
  const trio = fc.shuffledSubarray([0, 1, 2], { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(
      fc.array(trio, { minLength: 4, maxLength: 40 }),
      fc.integer({ min: 1, max: 400 }),
      (trios, everyMs) => {
        const good = Array.from({ length: 6 }, (_, index) => requestOk(index));
        const mixed = trios.flat().map((rank, index) => {
          const at = 10 + index * everyMs;
          return rank === 0 ? requestBad(at) : requestOk(at);
        });
        for (const { verdict } of statesOf([...good, ...mixed])) {
          expect(verdict.state).not.toBe('down');
        }
      },
    ),
  );
});

test('a slow health page takes nothing down while a request succeeds every few seconds', () => {
  const slow = fc.constantFrom(
    'response_timeout',
    'probe_failed',
    'connection_reset',
    'bad_response',
  );
  fc.assert(
    fc.property(
      slow,
      fc.integer({ min: 100, max: 4900 }),
      fc.integer({ min: 50, max: 2000 }),
      (why, everyMs, probeMs) => {
        const requests = Array.from({ length: 20 }, (_, index) => requestOk(index * everyMs));
        const until = 19 * everyMs;
        const probes = Array.from({ length: Math.ceil(until / probeMs) }, (_, index) =>
          probeBad(1 + index * probeMs, why),
        );
        const events = [...requests, ...probes].sort((one, two) => one.at - two.at);
        for (const { verdict } of statesOf(events)) expect(verdict.state).not.toBe('down');
      },
    ),
  );
});

test('an outage that every probe sees is found, whatever came before', () => {
  fc.assert(
    fc.property(story, cause, fc.integer({ min: 250, max: 2000 }), (events, why, everyMs) => {
      const from = (events.at(-1)?.at ?? 0) + 1;
      // As long as requests of a slow application are waited for, and the confirmation on top.
      const mostMs = 4 * DETECTION.trafficMs + DETECTION.confirmMs;
      const rounds = Math.ceil(mostMs / everyMs) + DETECTION.failedRounds;
      const probes = Array.from({ length: rounds }, (_, index) =>
        probeBad(from + index * everyMs, why),
      );
      expect(statesOf([...events, ...probes]).at(-1)?.verdict.state).toBe('down');
    }),
  );
});

test('endpoints that are gone are found to be gone by the second answer that says so', () => {
  fc.assert(
    fc.property(story, (events) => {
      const from = (events.at(-1)?.at ?? 0) + 1;
      const after = statesOf([...events, found(from, 0), found(from + 500, 0)]).at(-1);
      expect(after?.verdict).toMatchObject({ state: 'down', cause: 'no_endpoints' });
    }),
  );
});

test('requests that all fail are found, whatever came before', () => {
  fc.assert(
    fc.property(story, cause, fc.integer({ min: 20, max: 2000 }), (events, why, everyMs) => {
      const from = (events.at(-1)?.at ?? 0) + 1;
      const count = Math.ceil(DETECTION.windowMs / everyMs) + DETECTION.failedRow;
      const requests = Array.from({ length: count }, (_, index) =>
        requestBad(from + index * everyMs, why),
      );
      expect(statesOf([...events, ...requests]).at(-1)?.verdict.state).toBe('down');
    }),
  );
});

test('endpoints that somebody took away are known to be gone at once', () => {
  fc.assert(
    fc.property(story, (events) => {
      const from = (events.at(-1)?.at ?? 0) + 1;
      const after = statesOf([...events, decidedEmpty(from)]).at(-1);
      expect(after?.verdict.state).toBe('down');
    }),
  );
});

test('an application that serves again is well or recovers within two seconds, whatever came before', () => {
  fc.assert(
    fc.property(story, fc.constantFrom(requestOk, pageOk), (events, make) => {
      const from = (events.at(-1)?.at ?? 0) + 1;
      const good = Array.from({ length: 8 }, (_, index) => make(from + 1 + index * 250));
      const after = statesOf([...events, found(from, 1), ...good]);
      const { verdict, relapses } = after.at(-1) ?? { verdict: null, relapses: 0 };
      // Where requests failed, a page alone ends neither a suspicion nor an outage so soon.
      if (make === pageOk && events.some((event) => event.kind === 'request_bad')) return;
      expect(['up', 'suspect', 'recovering']).toContain(verdict?.state);
      if (relapses === 0) expect(verdict?.state).not.toBe('recovering');
      if (events.every((event) => event.kind !== 'request_bad')) {
        expect(verdict?.state).toBe(relapses === 0 ? 'up' : verdict?.state);
      }
    }),
  );
});

test('an upstream of which only good is heard is up within three quarters of a minute, whatever came before', () => {
  const makes = fc.constantFrom(requestOk, pageOk, connectOk);
  fc.assert(
    fc.property(
      fc.oneof(story, jumpy()),
      makes,
      fc.integer({ min: 100, max: 500 }),
      (events, make, everyMs) => {
        const from = (events.at(-1)?.at ?? 0) + 1;
        const count = Math.ceil(45_000 / everyMs);
        const good = Array.from({ length: count }, (_, index) => make(from + 1 + index * everyMs));
        const after = statesOf([...events, found(from, 1), ...good]);
        expect(after.at(-1)?.verdict.state).toBe('up');
      },
    ),
  );
});

test('a clock that jumps anywhere blocks neither the way down nor the way up', () => {
  fc.assert(
    fc.property(jumpy(), (events) => {
      const from = (events.at(-1)?.at ?? 0) + 1;
      const probes = Array.from({ length: 25 }, (_, index) => probeBad(from + index * 300));
      const goneDown = statesOf([...events, ...probes]);
      expect(goneDown.at(-1)?.verdict.state).toBe('down');
      const last = from + 25 * 300;
      const good = [
        found(last, 1),
        ...Array.from({ length: 150 }, (_, index) => connectOk(last + index * 300)),
      ];
      expect(statesOf([...events, ...probes, ...good]).at(-1)?.verdict.state).toBe('up');
    }),
  );
});

test('no probe ends an outage of requests that failed on open connections a moment ago', () => {
  const overOpen = cause.filter((one) => !isUnreachable(one));
  const probe = fc.constantFrom(connectOk, pageOk);
  fc.assert(
    fc.property(
      overOpen,
      probe,
      fc.array(fc.nat({ max: 200 }), { maxLength: 20 }),
      (why, well, pauses) => {
        let at = 1000;
        const hung = [0, 300, 600].map((when) => requestBad(when, why));
        const connects = pauses.map((pauseMs) => {
          at += pauseMs;
          return well(at);
        });
        expect(statesOf([...hung, ...connects]).at(-1)?.verdict.state).toBe('down');
      },
    ),
  );
});

test('while every request fails, a health page that is well does not make the verdict go to and fro', () => {
  const pauses = fc.array(fc.integer({ min: 50, max: 4000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(pauses, fc.integer({ min: 100, max: 2000 }), (gaps, everyMs) => {
      let at = 1000;
      const requests = gaps.map((gap) => {
        at += gap;
        return requestBad(at, 'upstream_status');
      });
      const pages = Array.from({ length: Math.ceil(at / everyMs) }, (_, index) =>
        pageOk(index * everyMs),
      );
      const events = [...requests, ...pages].sort((one, two) => one.at - two.at);
      for (const { before, state } of transitionsOf(events)) {
        if (before.verdict.state === 'down') expect(state.verdict.state).toBe('down');
      }
    }),
  );
});

/** Requests one after the other, each of which takes that long; the application has been well before. */
function oneByOne(waits: readonly number[]): { events: Event[]; until: number } {
  let at = 0;
  const events = waits.flatMap((waitMs) => {
    const begin = at + 50;
    at = begin + waitMs;
    return [sent(begin), requestOk(at)];
  });
  return { events, until: at };
}

test('a slow health page does not take down an application that is as slow as ever', () => {
  const slowness = fc.integer({ min: 200, max: 5000 });
  fc.assert(
    fc.property(
      slowness.chain((leastMs) =>
        fc.array(fc.integer({ min: leastMs, max: 2 * leastMs - 1 }), {
          minLength: 2,
          maxLength: 30,
        }),
      ),
      fc.integer({ min: 300, max: 3000 }),
      (waits, everyMs) => {
        const { events, until } = oneByOne(waits);
        const [, first] = events;
        const from = first?.at ?? 0;
        const pages = Array.from({ length: Math.ceil((until - from) / everyMs) }, (_, index) =>
          probeBad(from + 1 + index * everyMs, 'response_timeout'),
        );
        const all = [...events, ...pages].sort((one, two) => one.at - two.at);
        for (const { verdict } of statesOf(all)) expect(verdict.state).toBe('up');
      },
    ),
  );
});

test('a hang of all endpoints is found within four seconds where the health page hangs with them', () => {
  const waits = fc.array(fc.integer({ min: 5, max: 900 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(waits, fc.integer({ min: 0, max: 999 }), (takes, phaseMs) => {
      const { events, until } = oneByOne(takes);
      // Rounds that take a second to time out, one after the other as soon as the verdict is suspect.
      const pages = [1000, 2000, 3000].map((ms) =>
        probeBad(until + phaseMs + ms, 'response_timeout'),
      );
      const all = [...events, pageOk(until), sent(until + 1), ...pages];
      const after = statesOf(all).at(-1);
      expect(after?.verdict.state).toBe('down');
    }),
  );
});

test('a recovery lasts at least as long as its relapses ask for', () => {
  fc.assert(
    fc.property(story, (events) => {
      for (const { before, event, state } of transitionsOf(events)) {
        const { verdict, relapses } = before;
        if (verdict.state !== 'recovering' || state.verdict.state !== 'up') continue;
        const askedMs = Math.min(
          DETECTION.mostStreakMs,
          DETECTION.streakMs * 2 ** Math.max(0, relapses - 1),
        );
        expect(START + event.at - verdict.recoveredAt).toBeGreaterThanOrEqual(askedMs);
        expect(state.endedAt).toBe(verdict.recoveredAt);
      }
    }),
  );
});

/** A story whose clock is set to and fro. */
function jumpy(): fc.Arbitrary<Event[]> {
  const jump = fc.integer({ min: -7_200_000, max: 7_200_000 });
  return fc
    .tuple(story, story, jump)
    .map(([before, after, jumpMs]) => [
      ...before,
      ...after.map((event) => ({ ...event, at: event.at + jumpMs })),
    ]);
}

function isFailing(event: Event): boolean {
  if (event.kind === 'found') return event.count === 0;
  if (event.kind === 'resolver_bad') return event.known === 0;
  return event.kind === 'request_bad' || event.kind === 'probe_bad';
}
