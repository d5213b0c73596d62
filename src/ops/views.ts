import type { UpstreamSettings } from '../config/upstream-settings.ts';
import type { Cause } from '../outage/cause.ts';
import type { Verdict } from '../outage/verdict.ts';
import type { Counts } from '../upstream/counts.ts';

/** What operators see of one upstream: `GET /api/upstreams`. Times are ISO 8601 in UTC. */
export interface UpstreamView {
  readonly name: string;
  /** The status page's name for it, or null. */
  readonly component: string | null;
  readonly verdict: Verdict['state'];
  /** Null while the verdict is `up`. */
  readonly cause: Cause | null;
  /** The first failing signal of the trouble; null while the verdict is `up`. */
  readonly since: string | null;
  /** When the verdict became `down`; null where it has not. */
  readonly detectedAt: string | null;
  /** How often the trouble has come back within `detection.flapping` of its end; 0 once it stayed away. */
  readonly relapses: number;
  /** How long the next recovery has to hold: longer with each relapse. */
  readonly recoveryMs: number;
  readonly endpoints: readonly EndpointView[];
  readonly discovery: DiscoveryView;
  /** What the retry budget allows at this moment. */
  readonly retriesLeft: number;
  /** Since the program started. */
  readonly counts: Readonly<Counts>;
}

/** One endpoint, as it is used. */
export interface EndpointView {
  readonly url: string;
  /** True while it gets no requests because it fails and others do not. */
  readonly setAside: boolean;
  /** In a row, of requests and probes. */
  readonly failures: number;
  /** The same of what went well. */
  readonly successes: number;
  /** Requests that are under way there. */
  readonly outstanding: number;
  /** The part of its share of requests that it gets: below 1 while it starts slowly. */
  readonly weight: number;
  readonly lastProbe: ProbeView | null;
}

/** What came of the last probe of an endpoint. */
interface ProbeView {
  readonly ok: boolean;
  readonly cause: Cause | null;
  readonly ms: number;
  readonly at: string;
}

/** How the endpoints are found. */
interface DiscoveryView {
  readonly kind: UpstreamSettings['discovery']['kind'];
  /** How many are listed. */
  readonly count: number;
  /** How many there should be; null where discovery does not say. */
  readonly desired: number | null;
  /** There is none because somebody decided so: the service was removed, or scaled to none. */
  readonly isDecided: boolean;
  /** The last answer, be it an empty one; null where there was none, and for static endpoints. */
  readonly lastAnswerAt: string | null;
  /** The code of what went wrong while it cannot say, and the last known endpoints are kept. */
  readonly error: string | null;
}
