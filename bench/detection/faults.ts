import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';

/** What a fault can be done to. */
export interface Application {
  readonly fleet: Fleet;
  /** Takes the application's name out of the DNS, or lists its endpoints again. */
  list(isListed: boolean): void;
}

/** One thing that goes wrong, and how it is mended. */
export interface Fault {
  readonly key: string;
  readonly title: string;
  /** Some endpoint serves all the time: every request that fails is refused wrongly. */
  readonly isPartial: boolean;
  /** The endpoints are found by DNS; else they are listed in the peers' settings. */
  readonly isByDns: boolean;
  /** How long it is left there before it is mended; 0 where it ends by itself. */
  readonly lastsMs: number;
  /** Resolves when the fault is there. */
  readonly strike: (application: Application) => Promise<void>;
  /** Resolves when every endpoint serves again. */
  readonly mend: (application: Application) => Promise<void>;
}

const LASTS_MS = 6_000;
/** From the end of one endpoint's process to the start of the next one. */
const RESTART_MS = 300;
/** How long the team waits between two restarts. */
const BETWEEN_RESTARTS_MS = 1_500;
/** Docker drops a task from its DNS about two seconds before it stops it. */
const UNLISTED_MS = 1_000;
const COLD_MS = 3_000;

const nothing = async () => undefined;
const startAll = ({ fleet }: Application) => fleet.start();
const turnAll =
  (mode: 'well' | 'hang' | 'reset' | 'unavailable') =>
  ({ fleet }: Application) =>
    fleet.each((index) => fleet.turn(index, mode));

/** The faults in the order in which they are run and reported. */
export const FAULTS: readonly Fault[] = [
  {
    key: 'one_killed',
    title: 'one endpoint of three killed',
    isPartial: true,
    isByDns: false,
    lastsMs: LASTS_MS,
    strike: ({ fleet }) => fleet.kill(0),
    mend: startAll,
  },
  {
    key: 'all_killed',
    title: 'all endpoints killed',
    isPartial: false,
    isByDns: false,
    lastsMs: LASTS_MS,
    strike: ({ fleet }) => fleet.each((index) => fleet.kill(index)),
    mend: startAll,
  },
  {
    key: 'removed',
    title: 'service removed from the DNS, its endpoints a second later',
    isPartial: false,
    isByDns: true,
    lastsMs: LASTS_MS,
    strike: async (application) => {
      application.list(false);
      await delay(UNLISTED_MS);
      await application.fleet.each((index) => application.fleet.stop(index));
    },
    mend: async (application) => {
      await application.fleet.start();
      application.list(true);
    },
  },
  {
    key: 'hang',
    title: 'all endpoints hang',
    isPartial: false,
    isByDns: false,
    lastsMs: LASTS_MS,
    strike: turnAll('hang'),
    mend: turnAll('well'),
  },
  {
    key: 'reset',
    title: 'all endpoints reset each connection',
    isPartial: false,
    isByDns: false,
    lastsMs: LASTS_MS,
    strike: turnAll('reset'),
    mend: turnAll('well'),
  },
  {
    key: 'unavailable',
    title: '503 from within, health page too',
    isPartial: false,
    isByDns: false,
    lastsMs: LASTS_MS,
    strike: turnAll('unavailable'),
    mend: turnAll('well'),
  },
  {
    key: 'slow_start',
    title: 'one endpoint restarted, cold for 3 s',
    isPartial: true,
    isByDns: false,
    lastsMs: 0,
    strike: async ({ fleet }) => {
      await fleet.kill(0);
      await delay(RESTART_MS);
      await fleet.startOne(0, 'cold');
      await delay(COLD_MS);
    },
    mend: ({ fleet }) => fleet.turn(0, 'well'),
  },
  {
    key: 'rolling',
    title: 'rolling restart of three endpoints',
    isPartial: true,
    isByDns: false,
    lastsMs: 0,
    strike: ({ fleet }) => restartInTurn(fleet),
    mend: nothing,
  },
  {
    key: 'rolling_abrupt',
    title: 'the same, of endpoints that close idle connections at once',
    isPartial: true,
    isByDns: false,
    lastsMs: 0,
    strike: async ({ fleet }) => {
      await fleet.each((index) => fleet.turn(index, 'abrupt'));
      await restartInTurn(fleet);
    },
    mend: nothing,
  },
  {
    key: 'one_sick',
    title: 'one of three answers 503, its health page is well',
    isPartial: true,
    isByDns: false,
    lastsMs: LASTS_MS,
    strike: ({ fleet }) => fleet.turn(0, 'sick'),
    mend: ({ fleet }) => fleet.turn(0, 'well'),
  },
];

async function restartInTurn(fleet: Fleet): Promise<void> {
  for (let index = 0; index < fleet.size; index += 1) {
    await fleet.stop(index);
    await delay(RESTART_MS);
    await fleet.startOne(index);
    await delay(BETWEEN_RESTARTS_MS);
  }
}
