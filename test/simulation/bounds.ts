import type { History } from './simulate.ts';
import type { Sign } from './truth.ts';

/** How many endpoints a round of probes asks at once: as in `upstream/round.ts`. */
const CONCURRENCY = 20;
/** As in `upstream/finder.ts`. */
const URGENT_PAUSE_MS = 510;
/** As in `upstream/prober.ts`. */
const SHORTEST_PAUSE_MS = 20;
/** News of a change, a timer that fires in the next millisecond, a refusal. */
const SLACK_MS = 20;
/** As in `gateway/exchange.ts`. */
const TRIAL_MS = 3_000;
/** A slow application in `troubles.ts` takes this much longer at most. */
const MOST_SLOW_MS = 1_000;

/** How long things take at most, as far as the settings say: the right side of what is promised. */
export interface Bounds {
  /** One round of probes. */
  readonly roundMs: number;
  /** From the beginning of one round to the end of the next, in trouble. */
  readonly urgentRoundMs: number;
  /** An attempt that was made before a mend may fail this long after it. */
  readonly tailMs: number;
  /** From a total loss to `down`; null: that depends on the requests. */
  readonly detectMs: (sign: Sign) => number | null;
  /** From a mend to the first success that counts. */
  readonly noticeMs: number;
  /** From there to `up`, where a recovery has to hold so long. */
  readonly settleMs: (streakMs: number) => number;
}

/** The bounds that hold in a world. docs/simulation.md has them in words. */
export function boundsOf({ plan, settings }: Pick<History, 'plan' | 'settings'>): Bounds {
  const { detection, probe } = settings;
  const waves = Math.ceil(plan.endpoints / CONCURRENCY);
  const roundMs = (probe.timeoutMs + 2) * waves;
  const urgentRoundMs = Math.max(1.1 * detection.probeMs, roundMs + SHORTEST_PAUSE_MS) + roundMs;
  const confirmedMs = detection.confirmMs + urgentRoundMs + SLACK_MS;
  // The round that is under way may have been served, the next one may leave out who has just served,
  // and where only some were asked there is another one after it.
  const suspectMs = 2.2 * probe.everyMs + 3 * roundMs;
  const isFound = plan.discovery.kind !== 'static';
  const { everyMs, answerMs } = plan.discovery;
  const pauseMs = Math.min(everyMs, URGENT_PAUSE_MS);
  const listedMs = isFound ? pauseMs + 2 * answerMs + SLACK_MS : 0;
  const longestMs = 2 * plan.latencyMs + MOST_SLOW_MS;
  const patienceMs = Math.max(detection.silenceMs, 2 * longestMs);
  const tailMs = plan.connectMs + longestMs;
  const hungMs = Math.max(detection.connectTrustMs, 2 * TRIAL_MS + detection.trialMs);
  return {
    roundMs,
    urgentRoundMs,
    tailMs,
    detectMs: (sign) => {
      switch (sign) {
        case 'removed':
          return everyMs + 2 * answerMs + SLACK_MS;
        case 'unlisted':
          return everyMs + 3 * answerMs + detection.confirmMs + pauseMs + SLACK_MS;
        case 'unreachable':
          return suspectMs + confirmedMs;
        case 'page':
          return suspectMs + confirmedMs + detection.trafficMs + patienceMs;
        case 'requests':
          return null;
      }
    },
    noticeMs: tailMs + listedMs + roundMs + urgentRoundMs + hungMs + urgentRoundMs,
    settleMs: (streakMs) => streakMs + 2 * urgentRoundMs + SLACK_MS,
  };
}
