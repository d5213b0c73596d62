import type { Problem } from '../config/problem.ts';
import type { RouteSettings } from '../config/settings.ts';
import type { TargetState } from '../notify/notifier.ts';
import type { ActLog, Actor } from '../outage/acts.ts';
import type { AnswerLog } from '../outage/answer-log.ts';
import type { Archive } from '../outage/archive.ts';
import type { Incidents } from '../outage/incidents.ts';
import type { Maintenances } from '../outage/maintenances.ts';
import type { OutboxRow } from '../outage/outbox.ts';
import type { Report } from '../outage/report/model.ts';
import type { Store } from '../outage/store.ts';
import type { StatusPageState } from '../statuspage/model.ts';
import type { ProgramView } from './console/bar.ts';
import type { SampleReader } from './console/samples.ts';
import type { GatewayCounts } from './gateway-counts.ts';
import type { PreviewAsk, PreviewChoices, PreviewView } from './preview-views.ts';
import type { UpstreamView } from './views.ts';

/** What came of a reload: a refused file leaves the running settings as they were. */
type Reloaded =
  | { readonly ok: true }
  | { readonly ok: false; readonly problems: readonly Problem[] };

interface CertificateView {
  readonly file: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What operators may see and do, as functions of the parts that know and can. */
export interface OpsDeps {
  /** Candor's version. */
  readonly version: string;
  readonly program: () => ProgramView;
  readonly upstreams: () => readonly UpstreamView[];
  readonly incidents: Pick<Incidents, 'list' | 'find' | 'total' | 'isOpen'>;
  /** What was answered, by reference, and the writes with unknown outcome. */
  readonly answers: Pick<AnswerLog, 'find' | 'unknownOutcomes'>;
  /** The same ones, and those that memory has no room for. */
  readonly archive: Pick<Archive, 'list' | 'find' | 'events' | 'outcomes'>;
  readonly store: Pick<Store, 'isWell' | 'counts'>;
  /** The report on an incident, or on the newest; null where there is none. */
  readonly report: (id: string | null) => Promise<Report | null>;
  /** False while the program starts or drains; true in an outage of any upstream. */
  readonly isReady: () => boolean;
  /** How many errors of this program nothing has caught since the start. */
  readonly unexpectedErrors: () => number;
  readonly reload: (who: Actor) => Promise<Reloaded>;
  readonly maintenances: Pick<Maintenances, 'list' | 'of' | 'declare' | 'end' | 'issueBypass'>;
  readonly acts: Pick<ActLog, 'list' | 'record'>;
  /** Under which the gateway's own paths are. */
  readonly publicPrefix: () => string;
  readonly statusPage: () => StatusPageState;
  readonly gatewayCounts: () => GatewayCounts;
  /** What the counts were, second by second. */
  readonly samples: SampleReader;
  /** Those that clients get, by the files that they came from. */
  readonly certificates: () => readonly CertificateView[];
  /** In the order of the settings: what `GatewayCounts.relayed` counts by. */
  readonly routes: () => readonly Pick<RouteSettings, 'host' | 'path' | 'methods'>[];
  /** Who is told of incidents, and what they were told: the latest first. */
  readonly notices: {
    readonly targets: () => readonly TargetState[];
    readonly list: () => readonly OutboxRow[];
  };
  /** What a client would get; what is wrong with what was asked comes back in words. */
  readonly preview: (ask: PreviewAsk) => PreviewView | { readonly fault: string };
  readonly previewChoices: PreviewChoices;
}
