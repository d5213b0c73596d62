import { pageForPeople } from './answer/published.ts';
import type { Settings } from './config/settings.ts';
import { outcomesOf } from './gateway/outcome-counts.ts';
import type { ParentLog } from './log.ts';
import { Notifier } from './notify/notifier.ts';
import { Outbox } from './notify/outbox.ts';
import { AnswerLog } from './outage/answer-log.ts';
import { Incidents } from './outage/incidents.ts';
import { Operations } from './outage/operations.ts';
import { outboxIn } from './outage/outbox.ts';
import type { Outcomes } from './outage/outcomes.ts';
import type { StoreLimits } from './outage/pruning.ts';
import { Recorder } from './outage/recorder.ts';
import { openStore, type Store } from './outage/store.ts';
import type { StatusPageState } from './statuspage/model.ts';
import { SYSTEM_CLOCK } from './upstream/clock.ts';
import type { Upstream } from './upstream/upstream.ts';

/** What the records are of, as functions of the parts that know. */
export interface RecordsDeps {
  readonly log: ParentLog;
  readonly version: string;
  readonly settings: () => Settings;
  readonly upstreams: () => ReadonlyMap<string, Upstream>;
  readonly statusPage: () => StatusPageState;
  readonly gatewayCounts: () => Parameters<typeof outcomesOf>[1];
  /** Planned work has begun or ended. */
  readonly onChange: () => void;
}

const NO_OUTCOMES: Outcomes = { good: 0, upstreamErrors: 0, notProcessed: 0, unknown: 0 };

/**
 * All that is kept of what happens: incidents, what operators did, answers by their reference, and the
 * notices that go out, with the store that outlives the program. Nothing of it is on a request's way.
 */
export class Records implements AsyncDisposable {
  readonly store: Store;
  readonly incidents: Incidents;
  readonly recorder: Recorder;
  readonly operations: Operations;
  readonly notifier: Notifier;
  readonly answers: AnswerLog;
  readonly #deps: RecordsDeps;

  private constructor(deps: RecordsDeps, store: Store, outbox: Outbox) {
    const { log, onChange } = deps;
    this.#deps = deps;
    this.store = store;
    this.incidents = new Incidents(log, {
      onChange: (incident, change) => this.recorder.changed(incident, change, Date.now()),
    });
    this.recorder = new Recorder({
      store,
      incidents: this.incidents,
      upstreams: () => [...deps.upstreams().values()].map(watchedOf),
      answers: () => deps.gatewayCounts().answers.values(),
      outcomes: (name) => this.#outcomesOf(name),
    });
    this.operations = new Operations({ store, log, clock: SYSTEM_CLOCK, onChange });
    this.notifier = this.#newNotifier(outbox);
    this.answers = new AnswerLog(store);
  }

  /** Opens the store and what is read from it at once. A file in trouble is no reason to reject. */
  static async open(deps: RecordsDeps, settings: Settings): Promise<Records> {
    const { log } = deps;
    const limits = limitsOf(settings.retention);
    const store = await openStore({ file: settings.store, log, limits });
    const outbox = await Outbox.open({ file: outboxIn(store), log, now: () => Date.now() });
    return new Records(deps, store, outbox);
  }

  /** Goes on with what an earlier run has left. */
  async start({ notify }: Settings): Promise<void> {
    await this.recorder.start(Date.now());
    await this.operations.restore();
    await this.notifier.adopt(notify);
  }

  /** Other bounds take effect at once; another file does not. */
  limit({ retention, store }: Settings, before: Settings): void {
    this.store.limit(limitsOf(retention));
    if (store === before.store) return;
    this.#deps.log.warn({ store }, 'another store takes effect at the next start');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.notifier[Symbol.asyncDispose]();
    this.recorder[Symbol.dispose]();
    this.operations[Symbol.dispose]();
    this.answers[Symbol.dispose]();
    await this.store[Symbol.asyncDispose]();
  }

  #newNotifier(outbox: Outbox): Notifier {
    const { log, version, settings, statusPage } = this.#deps;
    return new Notifier({
      ...{ outbox, log, version },
      // What is expected is told when the work ends before it does.
      incidents: () =>
        this.incidents
          .list()
          .filter((incident) => !this.operations.maintenances.isExpected(incident)),
      around: () => ({
        statusPage: statusPage(),
        pageUrl: pageForPeople(settings().statusPage),
        service: settings().brand?.name ?? null,
      }),
      settleMs: (upstream) => settings().upstreams[upstream]?.detection.flapMs ?? 0,
    });
  }

  #outcomesOf(name: string): Outcomes {
    const upstream = this.#deps.upstreams().get(name);
    if (upstream === undefined) return NO_OUTCOMES;
    return outcomesOf(upstream, this.#deps.gatewayCounts(), this.#deps.settings().routes);
  }
}

const DAY_MS = 86_400_000;

function limitsOf({ days, bytes }: Settings['retention']): StoreLimits {
  return { keptMs: days * DAY_MS, bytes };
}

function watchedOf({ settings, belief, servedSince }: Upstream) {
  const { streakMs } = settings.detection;
  return { name: settings.name, state: belief.verdict.state, servedSince, streakMs };
}
