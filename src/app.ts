import { isDeepStrictEqual } from 'node:util';
import { type Answerer, createAnswerer } from './answer/answerer.ts';
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
import type { Belief } from './outage/verdict.ts';
import { Records, type RecordsDeps } from './records.ts';
import { publishedBy, Watch, type Watched } from './watch.ts';

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
  readonly #watch: Watch;
  readonly #operators: Operators;
  #loadedAt = Date.now();
  #settings: Settings;
  #isServing = false;
  /** Two at once would share half of each. */
  readonly #reloads = new OneAtATime(() => this.#reload());

  private constructor(options: AppOptions, records: Records, answerer: Answerer) {
    this.#options = options;
    this.#settings = options.settings;
    this.#records = records;
    this.#watch = new Watch(options.settings, {
      ...{ log: options.log, version: options.version, records },
      onChange: () => this.#gateway.stateChanged(),
      onRemoved: (endpoints) => this.#gateway.forget(endpoints),
    });
    const { upstreams } = this.#watch;
    const { maintenances } = records.operations;
    const plan = makePlan(options.settings, upstreams, answerer, maintenances);
    this.#gateway = new Gateway(plan, options.log, {
      onMisleading: (evidence) => this.#records.incidents.misleadingReply(evidence, Date.now()),
      onPerson: (...seen) => this.#records.recorder.sawPerson(...seen),
      onAnswer: (reference, facts) => this.#records.answers.record(reference, facts),
    });
    this.#operators = new Operators({
      ...{ log: options.log, version: options.version, source: options.source },
      ...{ records, gateway: this.#gateway },
      settings: () => this.#settings,
      loadedAt: () => this.#loadedAt,
      upstreams: () => this.#watch.upstreams,
      statusPage: () => this.#watch.statusPage,
      isReady: () => this.#isServing,
      unexpectedErrors: options.unexpectedErrors,
      reload: (who) => this.reload(who),
    });
  }

  /** Starts everything. Rejects, with nothing left running, where an address cannot be had. */
  static async start(options: AppOptions): Promise<App> {
    const { settings, log, version } = options;
    let app: App;
    // What is recorded is asked of the program, which is there by the time that anything happens.
    const deps: RecordsDeps = {
      ...{ log, version },
      settings: () => app.#settings,
      upstreams: () => app.#watch.upstreams,
      statusPage: () => app.#watch.statusPage,
      gatewayCounts: () => app.#gateway.counts,
      onChange: () => app.#gateway.stateChanged(),
    };
    // Its thread takes a while to start; what is answered is prepared meanwhile.
    const opening = Records.open(deps, settings);
    try {
      const { own } = await tryOwnTemplates(settings, log);
      const statusPage = () => app.#watch.statusPage;
      const beliefs = () => app.#beliefs;
      const answerer = createAnswerer({ settings, own, log, statusPage, beliefs });
      app = new App(options, await opening, answerer);
    } catch (error) {
      const records = await opening;
      await records[Symbol.asyncDispose]();
      throw error;
    }
    try {
      await app.#records.start(settings);
      await app.#operators.start(settings.ops);
      app.#watch.start();
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

  /** What the public is told of the upstreams: planned work comes before what is found. */
  get #beliefs(): readonly Belief[] {
    const { maintenances } = this.#records.operations;
    return this.#watch.beliefs.map((each) => maintenances.over(each));
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
    await this.#watch[Symbol.asyncDispose]();
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
    const watched = this.#watch.watchedBy(settings);
    let ops: Ops | null = null;
    try {
      if (!isDeepStrictEqual(settings.ops, this.#settings.ops)) {
        ops = await this.#operators.open(settings.ops);
      }
      await this.#gateway.adopt(this.#plan(settings, watched, own));
    } catch (error) {
      await ops?.[Symbol.asyncDispose]();
      throw error;
    }
    this.#records.limit(settings, this.#settings);
    this.#settings = settings;
    this.#loadedAt = Date.now();
    if (ops !== null) this.#operators.takeOver(ops);
    await this.#watch.adopt(settings, watched);
    await this.#records.notifier.adopt(settings.notify);
  }

  #plan(settings: Settings, watched: Watched, own: OwnTemplates): Plan {
    const answerer = createAnswerer({
      ...{ settings, own, log: this.#options.log },
      statusPage: () => publishedBy(watched),
      beliefs: () => this.#beliefs,
    });
    return makePlan(settings, watched.upstreams, answerer, this.#records.operations.maintenances);
  }
}

const NOT_SERVING: Reloaded = {
  ok: false,
  problems: [problemOf('the program starts or ends')],
};

/** A fault that no settings file shows, such as an address that is taken. */
function problemOf(error: unknown): Problem {
  const found = error instanceof Error ? error.message : String(error);
  const expected = 'settings that the running program can take over';
  return { file: '', line: null, column: null, path: '', found, expected, message: found };
}
