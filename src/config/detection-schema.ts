import { duration, section, share, wholeNumber } from './scalars.ts';
import type { DetectionSettings } from './upstream-settings.ts';

const setAside = section({
  failures: wholeNumber(1, 1_000)
    .prefault(3)
    .describe(
      'Attempts in a row that fail on open connections; a refused connect needs no second.',
    ),
  failedProbes: wholeNumber(1, 1_000)
    .prefault(2)
    .describe('Probes in a row that reach the endpoint and fail.'),
  requests: wholeNumber(1, 10_000)
    .prefault(10)
    .describe('Attempts within `window` from which `share` is looked at.'),
  share: share(0.01).prefault(0.5).describe('The share of those attempts that fail.'),
  first: duration('10ms', '1h')
    .prefault('1s')
    .describe(
      'How long it stays aside at first; doubles each time that it does not serve between.',
    ),
  most: duration('10ms', '24h').prefault('30s').describe('The longest that it stays aside.'),
}).transform(({ first, most, ...rest }): DetectionSettings['setAside'] => ({
  ...rest,
  firstMs: first,
  mostMs: most,
}));

/** How much evidence moves a verdict. `docs/detection.md` says where each default comes from. */
export const detection = section({
  confirm: duration('10ms', '1h').prefault('500ms').describe('No suspicion becomes `down` sooner.'),
  settle: duration('0ms', '1h').prefault('250ms').describe('No suspicion is withdrawn sooner.'),
  failedRounds: wholeNumber(1, 1_000)
    .prefault(2)
    .describe('Rounds of probes in a row in which no endpoint serves.'),
  window: duration('1s', '1h')
    .prefault('10s')
    .describe('The span in which the outcomes of requests are counted.'),
  windowRequests: wholeNumber(1, 10_000)
    .prefault(3)
    .describe('Fewer failed requests in the window prove nothing.'),
  failingShare: share(0.01)
    .prefault(0.5)
    .describe('The share of failed requests from which they mostly fail.'),
  failedRow: wholeNumber(1, 10_000)
    .prefault(10)
    .describe('Failed requests in a row that need no full window.'),
  traffic: duration('10ms', '1h')
    .prefault('5s')
    .describe('How long a request that succeeded outranks a failing health page.'),
  quiet: duration('10ms', '1h')
    .prefault('1s')
    .describe('How long failed requests outrank a probe that succeeds.'),
  silence: duration('10ms', '1h')
    .prefault('2s')
    .describe(
      'Without any reply for so long while requests wait, traffic no longer outranks a failing health page.',
    ),
  connectTrust: duration('10ms', '1h')
    .prefault('5s')
    .describe(
      'How long after the last failed request a probe that succeeds is taken for a recovery.',
    ),
  streak: wholeNumber(1, 10_000).prefault(3).describe('Successes that a recovery takes.'),
  streakTime: duration('10ms', '1h')
    .prefault('1s')
    .describe('How long their streak lasts; doubles with each relapse but the first.'),
  mostStreakTime: duration('10ms', '24h').prefault('5s').describe('The longest that it lasts.'),
  relapseShare: share(0)
    .prefault(0.25)
    .describe('The share of failures at which a recovery relapses.'),
  flapping: duration('0ms', '24h')
    .prefault('5m')
    .describe('An outage that follows another within this time belongs to the same incident.'),
  probe: duration('10ms', '1h')
    .prefault('300ms')
    .describe('From one round of probes to the next while the upstream is in trouble.'),
  trial: duration('10ms', '1h')
    .prefault('1s')
    .describe('From one trial request to the next while the upstream is down.'),
  setAside: setAside.prefault({}).describe('When one endpoint of several gets no more requests.'),
  slowStart: duration('0ms', '1h')
    .prefault('5s')
    .describe('How long an endpoint that returns takes to get its full share of the requests.'),
  reopen: duration('0ms', '1h')
    .prefault('3s')
    .describe('How long an upstream that returns takes until requests come in any number.'),
  retryShare: share(0)
    .prefault(0.2)
    .describe('Retries, as a share of the requests within the window.'),
  retryReserve: wholeNumber(0, 1_000_000)
    .prefault(10)
    .describe('Retries beyond that share for an upstream that is not in trouble.'),
}).transform(
  (given): DetectionSettings => ({
    confirmMs: given.confirm,
    settleMs: given.settle,
    failedRounds: given.failedRounds,
    windowMs: given.window,
    windowRequests: given.windowRequests,
    failingShare: given.failingShare,
    failedRow: given.failedRow,
    trafficMs: given.traffic,
    quietMs: given.quiet,
    silenceMs: given.silence,
    connectTrustMs: given.connectTrust,
    streakSuccesses: given.streak,
    streakMs: given.streakTime,
    mostStreakMs: given.mostStreakTime,
    relapseShare: given.relapseShare,
    flapMs: given.flapping,
    probeMs: given.probe,
    trialMs: given.trial,
    setAside: given.setAside,
    slowStartMs: given.slowStart,
    reopenMs: given.reopen,
    retryShare: given.retryShare,
    retryReserve: given.retryReserve,
  }),
);
