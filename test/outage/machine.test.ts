import { describe, expect, test } from 'vitest';
import { isRelapse } from '../../src/outage/machine.ts';
import {
  connectOk,
  decidedEmpty,
  found,
  pageOk,
  probeBad,
  requestBad,
  requestOk,
  resolverBad,
  START,
  sent,
  stateAfter,
  statesOf,
} from './history.ts';

const row = (count: number, from: number, everyMs: number) =>
  Array.from({ length: count }, (_, index) =>
    requestBad(from + index * everyMs, 'upstream_status'),
  );
const goodRow = (count: number, from: number, everyMs: number) =>
  Array.from({ length: count }, (_, index) => requestOk(from + index * everyMs));
const refused = [probeBad(0), probeBad(300), probeBad(600)];
const hung = row(3, 0, 300);

describe('suspicion', () => {
  test.for([
    { name: 'one failed request', events: [requestBad(0)], state: 'suspect' },
    {
      name: 'one failed request among hundreds',
      events: [...goodRow(300, 0, 10), requestBad(3000)],
      state: 'suspect',
    },
    { name: 'one failed probe', events: [probeBad(0)], state: 'suspect' },
    { name: 'one empty discovery', events: [found(0, 0)], state: 'suspect' },
    {
      name: 'a resolver that fails with nothing known',
      events: [resolverBad(0, 0)],
      state: 'suspect',
    },
    {
      name: 'a resolver that fails with endpoints known',
      events: [resolverBad(0, 2), resolverBad(5000, 2)],
      state: 'up',
    },
    { name: 'endpoints found', events: [found(0, 2)], state: 'up' },
    {
      name: 'a slow health page beside requests that succeed',
      events: [requestOk(0), probeBad(300, 'response_timeout')],
      state: 'up',
    },
    {
      name: 'a success soon after the failure',
      events: [requestBad(0), requestOk(100)],
      state: 'suspect',
    },
    {
      name: 'a success once the suspicion has settled',
      events: [requestBad(0), requestOk(250)],
      state: 'up',
    },
    {
      name: 'a connect after a single failed request',
      events: [requestBad(0), connectOk(300)],
      state: 'up',
    },
    {
      name: 'a connect while requests go on failing',
      events: [requestBad(0), requestBad(200), connectOk(300)],
      state: 'suspect',
    },
    {
      name: 'a connect after requests have stopped failing',
      events: [requestBad(0), requestBad(200), connectOk(1200)],
      state: 'up',
    },
    {
      name: 'a connect while most requests of the window failed',
      events: [requestBad(0), requestBad(100), requestBad(200), connectOk(400)],
      state: 'suspect',
    },
    {
      name: 'a late reply while no endpoint is known',
      events: [found(0, 0), requestOk(300)],
      state: 'suspect',
    },
    {
      name: 'endpoints that are back and serve',
      events: [found(0, 0), found(300, 2), connectOk(301)],
      state: 'up',
    },
  ])('$name: $state', ({ events, state }) => {
    expect(stateAfter(...events).verdict.state).toBe(state);
  });
});

describe('confirmation', () => {
  test.for([
    {
      name: 'two empty discoveries 500 ms apart',
      events: [found(0, 0), found(500, 0)],
      state: 'down',
    },
    {
      name: 'two empty discoveries closer together',
      events: [found(0, 0), found(499, 0)],
      state: 'suspect',
    },
    {
      name: 'two empty discoveries with a full one between',
      events: [found(0, 0), found(250, 1), found(500, 0)],
      state: 'suspect',
    },
    {
      name: 'an empty discovery and a resolver that fails',
      events: [found(0, 0), resolverBad(600, 0)],
      state: 'down',
    },
    { name: 'refused probes in a row', events: refused, state: 'down' },
    {
      name: 'refused probes in too short a time',
      events: [probeBad(0), probeBad(300)],
      state: 'suspect',
    },
    {
      name: 'one refused probe, however long ago',
      events: [probeBad(0), found(9000, 1)],
      state: 'suspect',
    },
    {
      name: 'refused probes after requests that succeeded',
      events: [...goodRow(100, -1001, 10), ...refused],
      state: 'down',
    },
    {
      name: 'refused probes among requests that succeed',
      events: [probeBad(0), requestOk(100), probeBad(300), requestOk(500), probeBad(600)],
      state: 'suspect',
    },
    {
      name: 'a health page that fails after the last request succeeded',
      events: [
        requestOk(0),
        probeBad(100, 'probe_failed'),
        probeBad(5101, 'probe_failed'),
        probeBad(5400, 'probe_failed'),
      ],
      state: 'down',
    },
    {
      name: 'a health page that fails, and the requests with it',
      events: [
        requestOk(0),
        requestBad(100),
        probeBad(101, 'probe_failed'),
        probeBad(600, 'probe_failed'),
        probeBad(1100, 'probe_failed'),
      ],
      state: 'down',
    },
    {
      name: 'refused probes whose row began with an outranked one',
      events: [requestOk(0), probeBad(1, 'probe_failed'), requestBad(216), probeBad(501)],
      state: 'suspect',
    },
    { name: 'two failed requests', events: row(2, 0, 600), state: 'suspect' },
    { name: 'three failed requests', events: row(3, 0, 300), state: 'down' },
    { name: 'three failed requests at once', events: row(3, 0, 1), state: 'suspect' },
    {
      name: 'three that hung and failed at once, and time',
      events: [...row(3, 0, 1), connectOk(300), connectOk(600)],
      state: 'down',
    },
    {
      name: 'three failed requests among seven',
      events: [...goodRow(4, 0, 10), ...row(3, 100, 300)],
      state: 'suspect',
    },
    {
      name: 'ten failed requests in a row after hundreds that succeeded',
      events: [...goodRow(400, 0, 10), ...row(10, 4000, 60)],
      state: 'down',
    },
    {
      name: 'two of three requests failed',
      events: [0, 300, 600].flatMap((at) => [
        requestBad(at),
        requestOk(at + 100),
        requestBad(at + 200),
      ]),
      state: 'down',
    },
    {
      name: 'three failed requests, each a window apart',
      events: row(3, 0, 11_000),
      state: 'down',
    },
  ])('$name: $state', ({ events, state }) => {
    expect(stateAfter(...events).verdict.state).toBe(state);
  });

  test('names the cause and the first failing signal', () => {
    const { verdict } = stateAfter(
      requestOk(0),
      probeBad(100, 'connection_timeout'),
      found(150, 0),
      found(700, 0),
    );
    expect(verdict).toEqual({
      state: 'down',
      since: START + 100,
      cause: 'no_endpoints',
      detectedAt: START + 700,
    });
  });

  test('is back-dated over suspicions that a connect withdrew', () => {
    const { verdict } = stateAfter(
      requestBad(0),
      connectOk(300),
      requestBad(2000),
      connectOk(2300),
      requestBad(4000),
    );
    expect(verdict).toMatchObject({ state: 'down', since: START, detectedAt: START + 4000 });
  });

  test('is not back-dated to a fault of long ago', () => {
    const { verdict } = stateAfter(requestBad(0), connectOk(300), requestBad(500_000));
    expect(verdict).toMatchObject({ state: 'suspect', since: START + 500_000 });
  });
});

describe('a decided emptiness', () => {
  test('is an outage at once', () => {
    const { verdict } = stateAfter(requestOk(0), found(100, 2), decidedEmpty(200));
    const at = START + 200;
    expect(verdict).toEqual({ state: 'down', since: at, cause: 'no_endpoints', detectedAt: at });
  });

  test('is back-dated over the suspicion that was there before', () => {
    const { verdict } = stateAfter(probeBad(0), decidedEmpty(200));
    expect(verdict).toMatchObject({ state: 'down', since: START, detectedAt: START + 200 });
  });

  test('ends a recovery at once', () => {
    const { verdict } = stateAfter(...refused, connectOk(900), requestOk(950), decidedEmpty(1000));
    expect(verdict).toMatchObject({ state: 'down', since: START, cause: 'no_endpoints' });
  });
});

describe('requests that wait and get no reply', () => {
  const hangs = [sent(0), requestOk(50), pageOk(100), sent(150), sent(200)];
  const pageFails = (...times: number[]) => times.map((at) => probeBad(at, 'response_timeout'));
  const slow = (from: number, takesMs: number) => [sent(from), requestOk(from + takesMs)];

  test.for([
    {
      name: 'a health page that fails with them',
      events: [...hangs, ...pageFails(1000, 2000, 3000)],
      state: 'down',
    },
    {
      name: 'a health page that fails with them for less than 2 s',
      events: [...hangs, ...pageFails(1000, 1500, 2000)],
      state: 'up',
    },
    {
      name: 'a health page that failed while requests succeeded',
      events: [
        requestOk(0),
        ...pageFails(500),
        ...slow(600, 100),
        sent(800),
        ...pageFails(1500, 3000, 4000),
      ],
      state: 'up',
    },
    {
      name: 'a health page that fails beside replies to others',
      events: [...hangs, ...slow(1500, 100), ...pageFails(1800, 2800, 3500)],
      state: 'up',
    },
    {
      name: 'an application that is as slow as ever',
      events: [
        ...slow(0, 6000),
        pageOk(6001),
        sent(6100),
        ...pageFails(8000, 11_000, 14_000, 18_000),
      ],
      state: 'up',
    },
    {
      name: 'a slow application, much longer than ever',
      events: [...slow(0, 3000), pageOk(3001), sent(3100), ...pageFails(8000, 9200, 10_000)],
      state: 'down',
    },
    {
      name: 'a slow application that nobody has asked for long',
      events: [...slow(0, 3000), sent(9000), ...pageFails(9500, 10_100)],
      state: 'down',
    },
    {
      name: 'a connect beside them',
      events: [...hangs, connectOk(3000), connectOk(5000), connectOk(9000)],
      state: 'up',
    },
  ])('$name: $state', ({ events, state }) => {
    expect(stateAfter(...events).verdict.state).toBe(state);
  });
});

describe('the end of an outage', () => {
  test.for([
    {
      name: 'one connect where connects were refused',
      events: [...refused, connectOk(900)],
      state: 'recovering',
    },
    {
      name: 'successes over a second',
      events: [...refused, connectOk(900), connectOk(1200), connectOk(1500), connectOk(1900)],
      state: 'up',
    },
    {
      name: 'many successes in less than a second',
      events: [...refused, connectOk(900), ...goodRow(50, 901, 1)],
      state: 'recovering',
    },
    {
      name: 'two successes over a second',
      events: [...refused, connectOk(900), connectOk(1950)],
      state: 'recovering',
    },
    {
      name: 'a failure after the first success',
      events: [...refused, connectOk(900), requestBad(901)],
      state: 'down',
    },
    {
      name: 'a refused probe after the first success',
      events: [...refused, connectOk(900), probeBad(1200)],
      state: 'down',
    },
    {
      name: 'one probe that is lost among requests that succeed',
      events: [
        ...refused,
        connectOk(900),
        ...goodRow(50, 901, 1),
        probeBad(1000),
        requestOk(1001),
        probeBad(1300),
      ],
      state: 'recovering',
    },
    {
      name: 'refused probes after requests that succeeded',
      events: [...refused, connectOk(900), ...goodRow(50, 901, 1), probeBad(1000), probeBad(1300)],
      state: 'down',
    },
    {
      name: 'one failure among many successes',
      events: [...refused, connectOk(900), ...goodRow(50, 901, 1), requestBad(960)],
      state: 'recovering',
    },
    {
      name: 'no endpoint after many successes',
      events: [...refused, connectOk(900), ...goodRow(50, 901, 1), found(960, 0)],
      state: 'down',
    },
    {
      name: 'a connect while no endpoint is known',
      events: [found(0, 0), found(500, 0), connectOk(501)],
      state: 'down',
    },
    {
      name: 'endpoints found that nobody has reached',
      events: [found(0, 0), found(500, 0), found(1000, 2)],
      state: 'down',
    },
    {
      name: 'endpoints found and reached',
      events: [found(0, 0), found(500, 0), found(1000, 2), connectOk(1001)],
      state: 'recovering',
    },
    { name: 'a connect to a hung application', events: [...hung, connectOk(900)], state: 'down' },
    {
      name: 'a health page that is well while requests fail',
      events: [...hung, pageOk(900), pageOk(3000), pageOk(5599)],
      state: 'down',
    },
    {
      name: 'a health page that is well long after requests failed',
      events: [...hung, pageOk(5600)],
      state: 'recovering',
    },
    {
      name: 'a health page that is well while trials fail',
      events: [
        ...hung,
        ...[4000, 8000, 12_000].flatMap((at) => [requestBad(at), pageOk(at + 900)]),
      ],
      state: 'down',
    },
    {
      name: 'a connect after trials failed where connects were refused',
      events: [...refused, requestBad(900), connectOk(1200)],
      state: 'down',
    },
    {
      name: 'endpoints that take the place of those that hung',
      events: [...hung, found(900, 0), found(1200, 2), connectOk(1201)],
      state: 'recovering',
    },
    {
      name: 'one failed request beside one that succeeded and many probes',
      events: [
        ...refused,
        ...[900, 1000, 1100, 1200].map(connectOk),
        requestOk(1250),
        requestBad(1300),
      ],
      state: 'down',
    },
    {
      name: 'a trial that succeeds at one that hung',
      events: [...hung, requestOk(900)],
      state: 'recovering',
    },
    {
      name: 'a connect long after requests hung',
      events: [...hung, connectOk(5600)],
      state: 'recovering',
    },
    {
      name: 'a connect after one that hung was refused',
      events: [...hung, probeBad(900), connectOk(1200)],
      state: 'recovering',
    },
    {
      name: 'a connect after a health page that hung as the requests did',
      events: [...hung, probeBad(900, 'response_timeout'), connectOk(1200)],
      state: 'down',
    },
    {
      name: 'a health page that is well once the failed requests are forgotten',
      events: [...hung, pageOk(121_000)],
      state: 'recovering',
    },
    {
      name: 'one failure for three replies, the first of which began the recovery',
      events: [...refused, ...goodRow(3, 900, 1), requestBad(903)],
      state: 'recovering',
    },
    {
      name: 'one failure for two replies, in a recovery that a probe began',
      events: [...refused, connectOk(900), ...goodRow(2, 901, 1), requestBad(903)],
      state: 'down',
    },
    {
      name: 'a slow health page beside a reply',
      events: [
        ...hung,
        requestOk(900),
        ...[1000, 1300, 1600].map((at) => probeBad(at, 'response_timeout')),
      ],
      state: 'recovering',
    },
    {
      name: 'one refused probe after a request that failed',
      events: [...refused, connectOk(900), ...goodRow(50, 901, 1), requestBad(960), probeBad(1000)],
      state: 'down',
    },
    {
      name: 'one refused probe five seconds after a reply',
      events: [...refused, connectOk(900), requestOk(901), probeBad(5901)],
      state: 'recovering',
    },
    {
      name: 'one refused probe when the last reply is longer ago',
      events: [...refused, connectOk(900), requestOk(901), probeBad(5902)],
      state: 'down',
    },
    {
      name: 'endpoints found for the third success',
      events: [...refused, connectOk(900), connectOk(1300), found(1950, 2)],
      state: 'recovering',
    },
  ])('$name: $state', ({ events, state }) => {
    expect(stateAfter(...events).verdict.state).toBe(state);
  });

  test('is dated to the first success of the streak', () => {
    const { verdict } = stateAfter(...refused, connectOk(900), requestOk(1000));
    expect(verdict).toMatchObject({ state: 'recovering', since: START, recoveredAt: START + 900 });
  });

  test('is forgotten in a relapse, the start is kept', () => {
    const { verdict } = stateAfter(
      ...refused,
      connectOk(900),
      probeBad(1200, 'connection_timeout'),
    );
    expect(verdict).toEqual({
      state: 'down',
      since: START,
      cause: 'connection_timeout',
      detectedAt: START + 600,
    });
  });

  test('leaves no evidence for the next one', () => {
    const events = [
      ...hung,
      requestOk(900),
      requestOk(1400),
      requestOk(1900),
      requestBad(2000),
      requestOk(2300),
    ];
    expect(stateAfter(...events).verdict.state).toBe('up');
  });

  test('that a removed service was the cause is learnt later', () => {
    const { verdict } = stateAfter(...refused, found(700, 0));
    expect(verdict).toMatchObject({ state: 'down', cause: 'no_endpoints', since: START });
  });
});

describe('the cause of an outage', () => {
  test.for([
    {
      name: 'is not how another probe fails',
      events: [...refused, probeBad(900, 'connection_timeout')],
      cause: 'connection_refused',
    },
    {
      name: 'is not how those fail that are gone',
      events: [found(0, 0), found(500, 0), requestBad(600, 'connection_refused')],
      cause: 'no_endpoints',
    },
    {
      name: 'is as it was when endpoints are found',
      events: [found(0, 0), found(500, 0), found(1000, 2)],
      cause: 'no_endpoints',
    },
    {
      name: 'is how those fail that came in their place',
      events: [found(0, 0), found(500, 0), found(1000, 2), probeBad(1300)],
      cause: 'connection_refused',
    },
  ])('$name', ({ events, cause }) => {
    expect(stateAfter(...events).verdict).toMatchObject({ state: 'down', cause, since: START });
  });

  test('is not said again by a verdict of its own', () => {
    const [, before, after] = statesOf([found(0, 0), found(500, 0), found(1000, 0)]);
    expect(after?.verdict).toBe(before?.verdict);
  });
});

describe('trouble that comes back', () => {
  const relapse = (at: number) => [connectOk(at), probeBad(at + 100)];
  const recovers = (from: number, overMs: number) =>
    [0, overMs / 2, overMs].map((ms) => connectOk(from + ms));

  test('doubles the time that a recovery takes, each time but the first', () => {
    const once = [...refused, ...relapse(1000)];
    expect(stateAfter(...once, ...recovers(2000, 1000)).verdict.state).toBe('up');
    const relapses = [...once, ...relapse(2000), ...relapse(3000)];
    expect(stateAfter(...relapses).relapses).toBe(3);
    expect(stateAfter(...relapses, ...recovers(4000, 3999)).verdict.state).toBe('recovering');
    expect(stateAfter(...relapses, ...recovers(4000, 4000)).verdict.state).toBe('up');
  });

  test('is not over by replies to what its last recovery let in', () => {
    const letIn = [requestOk(900), requestOk(901), requestBad(902)];
    const events = [...refused, ...letIn, requestOk(903), requestOk(1300)];
    expect(stateAfter(...events)).toMatchObject({ verdict: { state: 'down' }, relapses: 1 });
    expect(stateAfter(...events, requestOk(1402)).verdict.state).toBe('recovering');
  });

  test('has a recovery wait no longer than five seconds', () => {
    const relapses = Array.from({ length: 40 }, (_, index) => relapse(1000 + index * 1000)).flat();
    const after = recovers(50_000, 5_000);
    expect(stateAfter(...refused, ...relapses, ...after).verdict.state).toBe('up');
  });

  test.for([
    { name: 'soon after its end', at: 100_000, relapses: 1 },
    { name: 'long after its end', at: 302_000, relapses: 0 },
  ])('$name: $relapses', ({ at, relapses }) => {
    const again = [0, 300, 600].map((ms) => probeBad(at + ms));
    const state = stateAfter(...refused, ...recovers(900, 1000), ...again);
    expect(state.verdict).toMatchObject({ state: 'down', since: START + at });
    expect(state.relapses).toBe(relapses);
  });
});

test('trouble is a relapse until so much time has passed since the other ended', () => {
  expect(isRelapse(START, START + 299_999, 300_000)).toBe(true);
  expect(isRelapse(START, START + 300_000, 300_000)).toBe(false);
  expect(isRelapse(START, START - 300_000, 300_000)).toBe(false);
});

test('a clock set back an hour during a suspicion keeps nobody from finding the outage', () => {
  const hour = 3_600_000;
  const { verdict } = stateAfter(probeBad(0), probeBad(-hour), probeBad(300 - hour));
  expect(verdict.state).toBe('down');
});

test('a clock set back during an outage keeps nobody from finding its end', () => {
  const hour = 3_600_000;
  const ends = [connectOk(-hour), connectOk(300 - hour), connectOk(600 - hour)];
  expect(stateAfter(...refused, ...ends).verdict.state).toBe('up');
});
