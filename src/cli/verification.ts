import type { UpstreamView } from '../ops/views.ts';

/** What has to be true, and for how long. */
export interface Demand {
  /** Null: every upstream of the gateway. */
  readonly upstream: string | null;
  /** Null: as many as discovery says there should be, or one. */
  readonly endpoints: number | null;
  readonly forMs: number;
  readonly timeoutMs: number;
  /** An upstream without any endpoint for so long has failed. */
  readonly failAfterMs: number;
}

/** How one upstream stands. */
export interface Standing {
  readonly name: string;
  readonly verdict: UpstreamView['verdict'];
  readonly cause: string | null;
  /** Endpoints that are not set aside. */
  readonly usable: number;
  readonly expected: number;
  /** There is none because a service was removed or scaled to none. */
  readonly isDecided: boolean;
  readonly isWell: boolean;
  /** It has no endpoint, and is down for that. */
  readonly isEmpty: boolean;
}

/** What is known of a verification so far. Times are milliseconds of one clock. */
export interface Progress {
  readonly startedAt: number;
  readonly standings: readonly Standing[];
  /** Since when all has been as demanded; null while it is not. */
  readonly wellSince: number | null;
  /** Since when an upstream has had no endpoint; null while each has one. */
  readonly emptySince: number | null;
  /** Why the gateway says nothing at the moment. */
  readonly silence: string | null;
  /** Whether it has ever said something. */
  readonly wasHeard: boolean;
}

/** How a verification ends. */
export type Ending =
  | { readonly kind: 'verified' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'unheard'; readonly why: string };

/** A verification at its start. */
export function began(startedAt: number): Progress {
  return {
    startedAt,
    standings: [],
    wellSince: null,
    emptySince: null,
    silence: null,
    wasHeard: false,
  };
}

/** After the gateway has said how its upstreams are. */
export function afterWord(
  progress: Progress,
  views: readonly UpstreamView[],
  { demand, at }: { readonly demand: Demand; readonly at: number },
): Progress {
  const standings = views
    .filter(({ name }) => demand.upstream === null || name === demand.upstream)
    .map((view) => standingOf(view, demand));
  const isWell = standings.length > 0 && standings.every((standing) => standing.isWell);
  const isEmpty = standings.some((standing) => standing.isEmpty);
  return {
    ...progress,
    standings,
    wellSince: isWell ? (progress.wellSince ?? at) : null,
    emptySince: isEmpty ? (progress.emptySince ?? at) : null,
    silence: null,
    wasHeard: true,
  };
}

/** After the gateway has said nothing: what it said before holds for nothing. */
export function afterSilence(progress: Progress, silence: string): Progress {
  return { ...progress, wellSince: null, emptySince: null, silence };
}

/** How it ends at this moment; null while it goes on. */
export function endingAt(progress: Progress, demand: Demand, at: number): Ending | null {
  const { wellSince, emptySince, startedAt, wasHeard, silence } = progress;
  if (wellSince !== null && at - wellSince >= demand.forMs) return { kind: 'verified' };
  if (emptySince !== null && at - emptySince >= demand.failAfterMs) {
    return { kind: 'failed', why: whyOf(progress) };
  }
  if (at - startedAt < demand.timeoutMs) return null;
  return wasHeard
    ? { kind: 'failed', why: whyOf(progress) }
    : { kind: 'unheard', why: silence ?? 'does not answer' };
}

function whyOf({ silence, standings, wellSince }: Progress): string {
  if (silence !== null) return `at the end the gateway ${silence}`;
  if (wellSince !== null) return 'all is well, but has not been for long enough';
  return standings
    .filter(({ isWell }) => !isWell)
    .map(standingText)
    .join('; ');
}

/** `app is down (no_endpoints), 0 of 2 endpoints: its service was removed or scaled to none`. */
export function standingText({
  name,
  verdict,
  cause,
  usable,
  expected,
  isDecided,
}: Standing): string {
  const believed = cause === null ? verdict : `${verdict} (${cause})`;
  const decided = isDecided ? ': its service was removed or scaled to none' : '';
  const count = usable < expected ? `${usable} of ${expected}` : String(usable);
  const noun = Math.max(usable, expected) === 1 ? 'endpoint' : 'endpoints';
  return `${name} is ${believed}, ${count} ${noun}${decided}`;
}

function standingOf(view: UpstreamView, demand: Demand): Standing {
  const { name, verdict, cause, endpoints, discovery } = view;
  const usable = endpoints.filter(({ setAside }) => !setAside).length;
  const expected = demand.endpoints ?? Math.max(1, discovery.desired ?? 1);
  return {
    name,
    verdict,
    cause,
    usable,
    expected,
    isDecided: discovery.isDecided,
    isWell: verdict === 'up' && usable >= expected,
    isEmpty: verdict === 'down' && endpoints.length === 0,
  };
}
