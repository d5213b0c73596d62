import { isDeepStrictEqual } from 'node:util';
import { createAnswerer } from './answer/answerer.ts';
import { type OwnTemplates, tryOwnTemplates } from './answer/own-templates.ts';
import type { Problem } from './config/problem.ts';
import type { Settings } from './config/settings.ts';
import { Gateway } from './gateway/gateway.ts';
import { makePlan, type Plan } from './gateway/plan.ts';
import type { ParentLog } from './log.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { Operators } from './operators.ts';
import type { Ops } from './ops/server.ts';
import type { Actor } from './outage/acts.ts';
import { Records, type RecordsDeps } from './records.ts';
import type { StatusPageState } from './statuspage/model.ts';
import { StatusPagePoller } from './statuspage/poller.ts';
import type { Endpoint } from './upstream/endpoint.ts';
import { Pace } from './upstream/pace.ts';
import { Upstream } from './upstream/upstream.ts';

/** One object for good: prepared answers are kept by the identity of the state. */
const NO_STATUS_PAGE: StatusPageState = { kind: 'none' };

const BY_SIGNAL: Actor = { name: null, through: 'signal' };

/** What came of asking for other settings. */
export type Reloaded =
  | { readonly ok: true }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What the program is run with. */
export interface AppOptions {
  readonly settings: Settings;
  readonly version: string;
  /** Where the settings come from, in words: a file's name, the demo, the command line. */
  readonly source: string;
  readonly log: ParentLog;
  /** How many errors nothing has caught since the start. */
  readonly unexpectedErrors: () => number;
  /** Reads the settings again, for SIGHUP and `POST /api/reload`. */
  readonly readSettings: () => Promise<
    { readonly ok: true; readonly settings: Settings } | (Reloaded & { readonly ok: false })
  >;
}

/**
 * The running program: builds the parts, hands each the functions that it needs, and replaces what
 * other settings change. Disposing of it drains the gateway and ends everything.
 */
export class App implements AsyncDisposable {
  readonly #options: AppOptions;
  readonly #gateway: Gateway;
  readonly #records: Records;
  readonly #pace = new Pace();
  readonly #operators: Operators;
  #loadedAt = Date.now();
  #settings: Settings;
  #upstreams: ReadonlyMap<string, Upstream>;
  #poller: StatusPagePoller | null;
  #isServing = false;
  /** Two at once would share half of each. */
  readonly #reloads = new OneAtATime(() => this.#reload());

  private constructor(options: AppOptions, own: OwnTemplates, records: Records) {
    this.#options = options;
    this.#settings = options.settings;
    this.#records = records;
    this.#upstreams = this.#joinUpstreams(options.settings, new Map());
    this.#poller = this.#newPoller(options.settings);
    this.#gateway = new Gateway(this.#plan(options.settings, this.#upstreams, own), options.log, {
      onMisleading: (evidence) => this.#records.incidents.misleadingReply(evidence, Date.now()),
      onPerson: (...seen) => this.#records.recorder.sawPerson(...seen),
      onAnswer: (reference, facts) => this.#records.answers.record(reference, facts),
    });
    this.#operators = new Operators({
      ...{ log: options.log, version: options.version, source: options.source },
      ...{ records, gateway: this.#gateway },
      settings: () => this.#settings,
      loadedAt: () => this.#loadedAt,
      upstreams: () => this.#upstreams,
      statusPage: () => this.#statusPage(),
      isReady: () => this.#isServing,
      unexpectedErrors: options.unexpectedErrors,
      reload: (who) => this.reload(who),
    });
  }

  /** Starts everything. Rejects, with nothing left running, where an address cannot be had. */
  static async start(options: AppOptions): Promise<App> {
    const { settings, log, version } = options;
    const { own } = await tryOwnTemplates(settings, log);
    // What is recorded is asked of the program, which is there by the time that anything happens.
    const deps: RecordsDeps = {
      ...{ log, version },
      settings: () => app.#settings,
      upstreams: () => app.#upstreams,
      statusPage: () => app.#statusPage(),
      gatewayCounts: () => app.#gateway.counts,
      onChange: () => app.#gateway.stateChanged(),
    };
    const app: App = new App(options, own, await Records.open(deps, settings));
    try {
      await app.#records.start(settings);
      await app.#operators.start(settings.ops);
      for (const upstream of app.#upstreams.values()) upstream.start();
      app.#poller?.start();
      await app.#gateway.open();
    } catch (error) {
      await app[Symbol.asyncDispose]();
      throw error;
    }
    app.#isServing = true;
    return app;
  }

  get urls(): readonly string[] {
    return this.#gateway.urls;
  }

  get opsUrl(): string {
    return this.#operators.url;
  }

  /**
   * Reads the settings again and takes them over; on any fault, and while the program ends, the
   * running ones stay.
   */
  async reload(who: Actor = BY_SIGNAL): Promise<Reloaded> {
    if (!this.#isServing) return NOT_SERVING;
    const reloaded = await this.#reloads.ask();
    const what = reloaded.ok ? 'reload' : 'reload_refused';
    this.#records.operations.acts.record({ who, what, upstream: null, why: null });
    return reloaded;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isServing = false;
    await this.#reloads.idle(); // What they still open is closed with the rest.
    await this.#gateway[Symbol.asyncDispose]();
    await this.#poller?.[Symbol.asyncDispose]();
    await Promise.all(
      [...this.#upstreams.values()].map((upstream) => upstream[Symbol.asyncDispose]()),
    );
    await this.#operators[Symbol.asyncDispose]();
    await this.#records[Symbol.asyncDispose]();
  }

  /** Never rejects. */
  async #reload(): Promise<Reloaded> {
    if (!this.#isServing) return NOT_SERVING; // It was asked for while another one ran.
    const { log } = this.#options;
    try {
      const read = await this.#options.readSettings();
      if (!read.ok) {
        log.error({ problems: read.problems }, 'settings refused, the running ones stay');
        return read;
      }
      await this.#adopt(read.settings);
    } catch (error) {
      log.error({ err: error }, 'settings refused, the running ones stay');
      return { ok: false, problems: [problemOf(error)] };
    }
    log.info('settings reloaded');
    return { ok: true };
  }

  async #adopt(settings: Settings): Promise<void> {
    // Templates may have changed, whatever the settings say.
    const { own } = await tryOwnTemplates(settings, this.#options.log);
    const before = this.#upstreams;
    const after = this.#joinUpstreams(settings, before);
    const poller = isDeepStrictEqual(settings.statusPage, this.#settings.statusPage)
      ? this.#poller
      : this.#newPoller(settings);
    const pollerBefore = this.#poller;
    // The plan asks for the poller's state when it answers, so the poller comes first.
    this.#poller = poller;
    let ops: Ops | null = null;
    try {
      if (!isDeepStrictEqual(settings.ops, this.#settings.ops)) {
        ops = await this.#operators.open(settings.ops);
      }
      await this.#gateway.adopt(this.#plan(settings, after, own));
    } catch (error) {
      this.#poller = pollerBefore;
      await ops?.[Symbol.asyncDispose]();
      throw error;
    }
    this.#records.limit(settings, this.#settings);
    this.#settings = settings;
    this.#loadedAt = Date.now();
    this.#upstreams = after;
    const retired = [...before.values()].filter((upstream) => !isIn(after, upstream));
    for (const upstream of retired)
      this.#records.incidents.retire(upstream.settings.name, Date.now());
    for (const upstream of after.values()) upstream.start();
    if (poller !== pollerBefore) {
      poller?.start();
      await pollerBefore?.[Symbol.asyncDispose]();
    }
    if (ops !== null) this.#operators.takeOver(ops);
    await Promise.all(retired.map((upstream) => upstream[Symbol.asyncDispose]()));
    await this.#records.notifier.adopt(settings.notify);
  }

  /** The upstreams of some settings; those whose own settings are the same go on as they are. */
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

  #newUpstream(settings: Settings['upstreams'][string]): Upstream {
    const { flapMs } = settings.detection;
    const upstream: Upstream = new Upstream(settings, {
      log: this.#options.log,
      pace: this.#pace,
      onBelief: (belief, previous, signal) => {
        // An outage makes the status page worth reading at once.
        this.#poller?.refresh();
        this.#gateway.stateChanged();
        // One that other settings have retired may still learn of what was under way.
        if (!isIn(this.#upstreams, upstream)) return;
        this.#records.recorder.turned({ belief, previous, at: signal.at, flapMs }, signal);
        this.#records.notifier.look();
      },
      onRemoved: (endpoints: readonly Endpoint[]) => this.#gateway.forget(endpoints),
    });
    return upstream;
  }

  #newPoller({ statusPage }: Settings): StatusPagePoller | null {
    if (statusPage === null) return null;
    return new StatusPagePoller(statusPage, {
      log: this.#options.log,
      onChange: (state) => {
        this.#records.recorder.published(state, Date.now());
        this.#gateway.stateChanged();
        this.#records.notifier.look();
      },
      isTroubled: () => this.#beliefs().some(({ verdict }) => verdict.state !== 'up'),
      version: this.#options.version,
    });
  }

  #plan(settings: Settings, upstreams: ReadonlyMap<string, Upstream>, own: OwnTemplates): Plan {
    const answerer = createAnswerer({
      settings,
      own,
      statusPage: () => this.#statusPage(),
      log: this.#options.log,
      beliefs: () =>
        this.#beliefs().map((each) => this.#records.operations.maintenances.over(each)),
    });
    return makePlan(settings, upstreams, answerer, this.#records.operations.maintenances);
  }

  #beliefs() {
    return [...this.#upstreams.values()].map(({ belief }) => belief);
  }

  #statusPage(): StatusPageState {
    return this.#poller?.state ?? NO_STATUS_PAGE;
  }
}

const NOT_SERVING: Reloaded = {
  ok: false,
  problems: [problemOf('the program starts or ends')],
};

function isIn(upstreams: ReadonlyMap<string, Upstream>, upstream: Upstream): boolean {
  return upstreams.get(upstream.settings.name) === upstream;
}

/** A fault that no settings file shows, such as an address that is taken. */
function problemOf(error: unknown): Problem {
  const found = error instanceof Error ? error.message : String(error);
  const expected = 'settings that the running program can take over';
  return { file: '', line: null, column: null, path: '', found, expected, message: found };
}
