import type { OpsSettings, Settings } from './config/settings.ts';
import type { Gateway } from './gateway/gateway.ts';
import { previewerOf } from './gateway/preview.ts';
import { PREVIEW_CHOICES } from './gateway/preview-request.ts';
import type { ParentLog } from './log.ts';
import { Samples } from './ops/console/samples.ts';
import type { OpsDeps } from './ops/deps.ts';
import { type Ops, startOps } from './ops/server.ts';
import { speakerOf } from './ops/speaker.ts';
import { viewOf } from './ops/upstream-view.ts';
import { Archive } from './outage/archive.ts';
import { reporterOf } from './outage/report/gather.ts';
import type { Records } from './records.ts';
import type { StatusPageState } from './statuspage/model.ts';
import type { Upstream } from './upstream/upstream.ts';

/** What operators see of the program, as functions of the parts that know. */
export interface OperatorsDeps {
  readonly log: ParentLog;
  readonly version: string;
  /** Where the settings come from, in words. */
  readonly source: string;
  readonly records: Records;
  readonly gateway: Gateway;
  readonly settings: () => Settings;
  /** When those were taken over, in milliseconds since 1970. */
  readonly loadedAt: () => number;
  readonly upstreams: () => ReadonlyMap<string, Upstream>;
  readonly statusPage: () => StatusPageState;
  readonly isReady: () => boolean;
  readonly unexpectedErrors: () => number;
  readonly reload: OpsDeps['reload'];
}

const HOUR_MS = 3_600_000;

/** The side of the program that operators see: the ops listener, and what its console shows of the time before. */
export class Operators implements AsyncDisposable {
  readonly #deps: OperatorsDeps;
  readonly #archive: Archive;
  readonly #samples: Samples;
  readonly #startedAt = Date.now();
  #ops: Ops | null = null;

  constructor(deps: OperatorsDeps) {
    this.#deps = deps;
    this.#archive = new Archive(deps.records.store, deps.records.incidents);
    this.#samples = new Samples({
      gatewayCounts: () => deps.gateway.counts,
      upstreams: () =>
        [...deps.upstreams().values()].map(({ settings, counts }) => ({
          name: settings.name,
          counts,
        })),
    });
  }

  /** Where the ops listener is; empty before it listens. */
  get url(): string {
    return this.#ops?.url ?? '';
  }

  /** Begins to listen, with what an earlier run has left. Rejects where the address cannot be had. */
  async start(settings: OpsSettings): Promise<void> {
    this.#samples.restore(await this.#archive.outcomesSince(Date.now() - HOUR_MS));
    this.#ops = await this.open(settings);
  }

  /** Another listener beside the one that is there: the caller takes it over, or disposes of it. */
  open(settings: OpsSettings): Promise<Ops> {
    return startOps({ settings, log: this.#deps.log, deps: this.#opsDeps() });
  }

  /** That listener takes the place of the one before, which ends with the requests that it serves. */
  takeOver(ops: Ops): void {
    // Not awaited: the request that asked for this may be on the old listener. Never rejects.
    void this.#ops?.[Symbol.asyncDispose]();
    this.#ops = ops;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ops?.[Symbol.asyncDispose]();
    this.#samples[Symbol.dispose]();
  }

  #opsDeps(): OpsDeps {
    const { log, version, source, records, gateway } = this.#deps;
    const { settings, upstreams, loadedAt, statusPage, isReady, reload } = this.#deps;
    const { store, incidents, answers, operations, notifier } = records;
    const archive = this.#archive;
    return {
      ...{ version, incidents, answers, archive, store, isReady, reload, statusPage },
      unexpectedErrors: this.#deps.unexpectedErrors,
      program: () => ({ startedAt: this.#startedAt, settings: source, loadedAt: loadedAt() }),
      samples: this.#samples,
      upstreams: () => [...upstreams().values()].map(viewOf),
      report: reporterOf({
        ...{ archive, store, unknownOutcomes: answers.unknownOutcomes },
        speaker: () => speakerOf(settings(), version),
      }),
      acts: operations.acts,
      maintenances: operations.maintenances,
      publicPrefix: () => settings().publicPrefix,
      gatewayCounts: () => gateway.counts,
      certificates: () => gateway.certificates,
      routes: () => settings().routes,
      notices: { targets: () => notifier.targets, list: () => notifier.notices },
      preview: (ask) => previewerOf(gateway.plan, log)(ask),
      previewChoices: PREVIEW_CHOICES,
    };
  }
}
