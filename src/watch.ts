import { isDeepStrictEqual } from 'node:util';
import type { Settings } from './config/settings.ts';
import type { UpstreamSettings } from './config/upstream-settings.ts';
import type { ParentLog } from './log.ts';
import type { Belief } from './outage/verdict.ts';
import type { Records } from './records.ts';
import type { StatusPageState } from './statuspage/model.ts';
import { StatusPagePoller } from './statuspage/poller.ts';
import type { Endpoint } from './upstream/endpoint.ts';
import { Pace } from './upstream/pace.ts';
import { Upstream } from './upstream/upstream.ts';

/** Who learns of what is found. */
export interface WatchDeps {
  readonly log: ParentLog;
  readonly version: string;
  readonly records: Records;
  /** What is believed has changed, or what has been published. */
  readonly onChange: () => void;
  /** Those are no endpoints of an upstream any more. */
  readonly onRemoved: (endpoints: readonly Endpoint[]) => void;
}

/** What settings have watched. */
export interface Watched {
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** Null where there is no status page. */
  readonly poller: StatusPagePoller | null;
}

/** One object for good: prepared answers are kept by the identity of the state. */
const NO_STATUS_PAGE: StatusPageState = { kind: 'none' };

/** The upstreams and the status page, and what becomes of what they tell. */
export class Watch implements AsyncDisposable {
  readonly #deps: WatchDeps;
  readonly #pace = new Pace();
  #settings: Settings;
  #watched: Watched;

  constructor(settings: Settings, deps: WatchDeps) {
    this.#deps = deps;
    this.#settings = settings;
    this.#watched = {
      upstreams: this.#joinUpstreams(settings, new Map()),
      poller: this.#newPoller(settings),
    };
  }

  get watched(): Watched {
    return this.#watched;
  }

  get upstreams(): ReadonlyMap<string, Upstream> {
    return this.#watched.upstreams;
  }

  get statusPage(): StatusPageState {
    return publishedBy(this.#watched);
  }

  get beliefs(): Belief[] {
    return [...this.upstreams.values()].map(({ belief }) => belief);
  }

  start(): void {
    for (const upstream of this.upstreams.values()) upstream.start();
    this.#watched.poller?.start();
  }

  /** What other settings would have watched: what they leave as it is goes on with all that it knows; the rest has not begun. */
  watchedBy(settings: Settings): Watched {
    const isSamePage = isDeepStrictEqual(settings.statusPage, this.#settings.statusPage);
    return {
      upstreams: this.#joinUpstreams(settings, this.upstreams),
      poller: isSamePage ? this.#watched.poller : this.#newPoller(settings),
    };
  }

  /** Begins with what those have watched. Resolves when what they do not has ended. */
  async adopt(settings: Settings, after: Watched): Promise<void> {
    const before = this.#watched;
    this.#settings = settings;
    this.#watched = after;
    const retired = [...before.upstreams.values()].filter((upstream) => !this.#isWatched(upstream));
    for (const upstream of retired) {
      this.#deps.records.incidents.retire(upstream.settings.name, Date.now());
    }
    for (const upstream of after.upstreams.values()) upstream.start();
    if (after.poller !== before.poller) {
      after.poller?.start();
      await before.poller?.[Symbol.asyncDispose]();
    }
    await Promise.all(retired.map((upstream) => upstream[Symbol.asyncDispose]()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watched.poller?.[Symbol.asyncDispose]();
    await Promise.all(
      [...this.upstreams.values()].map((upstream) => upstream[Symbol.asyncDispose]()),
    );
  }

  /** Those whose own settings are the same are the ones that run. */
  #joinUpstreams(
    settings: Settings,
    running: ReadonlyMap<string, Upstream>,
  ): ReadonlyMap<string, Upstream> {
    const joined = new Map<string, Upstream>();
    for (const [name, wanted] of Object.entries(settings.upstreams)) {
      const known = running.get(name);
      const isSame = known !== undefined && isDeepStrictEqual(known.settings, wanted);
      joined.set(name, isSame ? known : this.#newUpstream(wanted));
    }
    return joined;
  }

  #newUpstream(settings: UpstreamSettings): Upstream {
    const { flapMs } = settings.detection;
    const { log, records, onChange, onRemoved } = this.#deps;
    const upstream: Upstream = new Upstream(settings, {
      ...{ log, onRemoved },
      pace: this.#pace,
      onBelief: (belief, previous, signal) => {
        // An outage makes the status page worth reading at once.
        this.#watched.poller?.refresh();
        onChange();
        // One that other settings have retired may still learn of what was under way.
        if (!this.#isWatched(upstream)) return;
        records.recorder.turned({ belief, previous, at: signal.at, flapMs }, signal);
        records.notifier.look();
      },
    });
    return upstream;
  }

  #newPoller({ statusPage }: Settings): StatusPagePoller | null {
    if (statusPage === null) return null;
    const { log, version, records, onChange } = this.#deps;
    return new StatusPagePoller(statusPage, {
      ...{ log, version },
      onChange: (state) => {
        records.recorder.published(state, Date.now());
        onChange();
        records.notifier.look();
      },
      isTroubled: () => this.beliefs.some(({ verdict }) => verdict.state !== 'up'),
    });
  }

  #isWatched(upstream: Upstream): boolean {
    return this.upstreams.get(upstream.settings.name) === upstream;
  }
}

/** What has been published on the status page of what is watched. */
export function publishedBy({ poller }: Watched): StatusPageState {
  return poller?.state ?? NO_STATUS_PAGE;
}
