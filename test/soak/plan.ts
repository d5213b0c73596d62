import { type Chance, chanceOf } from '../simulation/chance.ts';
import { MODES, type Mode } from './mode.ts';

/** The upstreams of the soak, and how many endpoints each has. */
export const ENDPOINTS = { app: 3, api: 2, files: 2 } as const;

/** The addresses of all endpoints begin so, and nobody else's: no client may ever see one. */
export const ENDPOINT_NETWORK = '127.0.1.';

/** One of them: `app` is found by DNS, `api` speaks HTTP/2, `files` HTTPS. */
export type UpstreamName = keyof typeof ENDPOINTS;

/** What befalls endpoints: their process is killed or stopped, their names vanish from DNS, or a mode. */
type FaultKind = 'kill' | 'stop' | 'unlisted' | Exclude<Mode, 'well'>;

/** One fault; times are milliseconds from the start. */
export interface Fault {
  readonly kind: FaultKind;
  readonly upstream: UpstreamName;
  /** The places of the endpoints that it befalls. */
  readonly targets: readonly number[];
  readonly at: number;
  readonly forMs: number;
}

/** What an operator, or somebody else's machine, does in the meantime. */
export type ActKind =
  | 'reload'
  | 'reload_by_api'
  | 'other_upstreams'
  | 'bad_settings'
  | 'maintenance'
  | 'certificate'
  | 'bad_certificate'
  | 'status_page_incident'
  | 'status_page_garbage'
  | 'status_page_gone'
  | 'status_page_hangs';

/** One act; what has an end is taken back after `forMs`. */
export interface Act {
  readonly kind: ActKind;
  /** Whose, where it is one upstream's. */
  readonly upstream: UpstreamName;
  readonly at: number;
  readonly forMs: number;
}

/** All that is done to the gateway in one soak. */
export interface Plan {
  readonly seed: number;
  readonly lengthMs: number;
  readonly faults: readonly Fault[];
  readonly acts: readonly Act[];
}

const FAULTS: readonly FaultKind[] = ['kill', 'stop', ...MODES.filter((mode) => mode !== 'well')];
const ACTS: readonly ActKind[] = [
  'reload',
  'reload_by_api',
  'other_upstreams',
  'bad_settings',
  'maintenance',
  'certificate',
  'bad_certificate',
  'status_page_incident',
  'status_page_garbage',
  'status_page_gone',
  'status_page_hangs',
];
const UPSTREAMS: readonly UpstreamName[] = ['app', 'api', 'files'];

const WARM_UP_MS = 3_000;
/** The end is left in peace: the verdicts have to be `up` again, and connections to be closed. */
const CALM_MS = 20_000;

/** The plan of a seed: the same faults and acts, at the same times, on every machine. */
export function planOf(seed: number, lengthMs: number): Plan {
  const until = lengthMs - Math.min(CALM_MS, lengthMs / 3);
  const faults = UPSTREAMS.flatMap((upstream, lane) =>
    laneOf(chanceOf(seed + lane), until, { shortestMs: 500, longestMs: 8_000 }, (chance) => {
      const kinds = upstream === 'app' ? [...FAULTS, 'unlisted' as const] : FAULTS;
      return { kind: pick(chance, kinds), upstream, targets: targetsOf(chance, upstream) };
    }),
  );
  const acts = laneOf(
    chanceOf(seed - 1),
    until,
    { shortestMs: 1_000, longestMs: 6_000 },
    (chance) => ({
      kind: pick(chance, ACTS),
      upstream: pick(chance, UPSTREAMS),
    }),
  );
  return { seed, lengthMs, faults, acts };
}

/** One thing after another, with a while between them. */
function laneOf<Thing>(
  chance: Chance,
  until: number,
  { shortestMs, longestMs }: { shortestMs: number; longestMs: number },
  next: (chance: Chance) => Thing,
): (Thing & { at: number; forMs: number })[] {
  const things: (Thing & { at: number; forMs: number })[] = [];
  let at = WARM_UP_MS;
  for (;;) {
    at += Math.round(1_000 + 11_000 * chance());
    const forMs = Math.round(shortestMs + (longestMs - shortestMs) * chance() ** 2);
    if (at + forMs > until) return things;
    things.push({ ...next(chance), at, forMs });
    at += forMs;
  }
}

/** Half of the faults befall all endpoints, the others some of them. */
function targetsOf(chance: Chance, upstream: UpstreamName): number[] {
  const all = Array.from({ length: ENDPOINTS[upstream] }, (_, place) => place);
  if (chance() < 0.5) return all;
  const some = all.filter(() => chance() < 0.5);
  return some.length > 0 ? some : [0];
}

/** One of several, each as likely as the others. */
export function pick<const Thing>(chance: Chance, things: readonly Thing[]): Thing {
  const thing = things[Math.floor(chance() * things.length)];
  if (thing === undefined) throw new Error('nothing to pick from');
  return thing;
}
