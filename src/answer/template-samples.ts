import type { BrandSettings, Settings } from '../config/settings.ts';
import type { Maintenance } from '../outage/maintenance.ts';
import type { Belief, Verdict } from '../outage/verdict.ts';
import type { Publication, StatusPageState, Update } from '../statuspage/model.ts';
import type { Matter } from './answer.ts';
import { withTexts } from './canaries.ts';
import type { Locale } from './locales.ts';
import { noticeOf } from './notice.ts';
import { type PageView, pageView } from './page-view.ts';
import { SLOT } from './slots.ts';
import { createClock } from './times.ts';
import { createWording } from './wording.ts';

/** One page that templates are tried with. */
export interface Sample {
  /** `outage, POST, in a frame` */
  readonly name: string;
  readonly view: PageView;
}

/** What leads to a page, besides how it is asked for. */
interface Situation {
  readonly name: string;
  readonly matter: Matter;
  readonly state: StatusPageState;
  readonly beliefs?: readonly Belief[];
  /** Whether it can be the answer to GET, or to a write, or to either. */
  readonly asked: readonly ('GET' | 'POST' | 'payment')[];
}

const MINUTE = 60_000;
/** A point in time that is as good as any, so that the same templates always give the same pages. */
const NOW = Date.parse('2026-03-04T21:41:40Z');
const SINCE = NOW - 14 * MINUTE;
const PAGE = 'https://status.example.com/';

/** Every page, in every situation and however it is asked for, in the name of one brand. */
export function* templateSamples(
  brand: BrandSettings,
  locale: Locale,
  { publicPrefix }: Pick<Settings, 'publicPrefix'>,
): Generator<Sample> {
  const wording = createWording(locale, brand.name);
  const pen = { wording, clock: createClock(brand.timeZone, wording) };
  for (const { name, matter, state, beliefs = [], asked } of SITUATIONS) {
    for (const way of asked) {
      const isRead = way === 'GET';
      const retrySafe = isRead || matter.disposition === 'not_processed' || matter.signIn;
      const notice = noticeOf(matter, { retrySafe, statusPage: state, beliefs, now: NOW });
      for (const isFrame of [false, true]) {
        const view = pageView(notice, {
          ...pen,
          brand,
          publicPrefix,
          upstream: matter.belief?.upstream ?? null,
          isFrame,
          isRead,
          isPayment: way === 'payment',
        });
        const said = [name, way, ...(isFrame ? ['in a frame'] : []), locale.language].join(', ');
        yield { name: said, view: withTexts(view, filled) };
      }
    }
  }
}

/** What a request fills in, as it may come from a client. */
function filled(text: string): string {
  return text
    .replaceAll(SLOT.reference, '9F3K-7Q2M-4TXB')
    .replaceAll(SLOT.returnTo, `/invoices?sort="date"&of='<all>'`);
}

/** As long as a page shows them: each is cut at 600 characters. */
const LONG =
  'We are looking into what has gone wrong, and will tell more as soon as we know it. '.repeat(9);

function update(rawStatus: string, minutesAgo: number, text = LONG): Update {
  return { id: `sample-${minutesAgo}`, rawStatus, text, at: NOW - minutesAgo * MINUTE };
}

function read(over: Partial<Publication>): Extract<StatusPageState, { readonly kind: 'read' }> {
  const names = ['Main Application', 'Search', 'Email Sending'];
  const publication: Publication = {
    source: 'statuspage',
    url: PAGE,
    pageUpdatedAt: NOW,
    indicator: 'critical',
    description: 'Sample',
    components: names.map((name) => ({ id: name, name, status: 'operational' as const })),
    incidents: [],
    maintenances: [],
    ...over,
  };
  return { kind: 'read', url: PAGE, publication, readAt: NOW };
}

function incident(state: 'open' | 'monitoring' | 'resolved', updates: readonly Update[]) {
  return {
    id: 'sample',
    name: 'Sample',
    state,
    rawStatus: updates[0]?.rawStatus ?? '',
    impact: 'critical' as const,
    startedAt: SINCE,
    updatedAt: NOW,
    resolvedAt: state === 'resolved' ? NOW : null,
    url: `${PAGE}incidents/sample`,
    updates,
    componentIds: [],
  };
}

function planned(until: number | null): StatusPageState {
  const updates = [update('in_progress', 4)];
  const work = {
    id: 'sample',
    name: 'Sample',
    state: 'active' as const,
    from: SINCE,
    componentIds: [],
  };
  return read({ maintenances: [{ ...work, until, updates }] });
}

const DECLARED: Maintenance = {
  id: 'sample',
  upstream: null,
  reason: 'Sample',
  message: 'Sample message',
  by: 'sample',
  startedAt: SINCE,
  endsAt: NOW + 90 * MINUTE,
  expiresAt: NOW + 90 * MINUTE,
};

function belief(state: 'suspect' | 'down', component = 'Main Application'): Belief {
  const trouble = { since: SINCE, cause: 'no_endpoints' } as const;
  const verdicts = {
    suspect: { state: 'suspect', ...trouble },
    down: { state: 'down', ...trouble, detectedAt: SINCE },
  } satisfies Record<string, Verdict>;
  return { upstream: 'app', component, verdict: verdicts[state] };
}

function matter(over: Partial<Matter> = {}): Matter {
  return {
    reason: 'outage',
    cause: 'no_endpoints',
    disposition: 'not_processed',
    signIn: false,
    receivedStatus: null,
    receivedFrom: null,
    fromLoadBalancer: false,
    kept: [],
    belief: belief('down'),
    ...over,
  };
}

const UPDATES = ['monitoring', 'identified', 'update', 'investigating', 'investigating'].map(
  (rawStatus, index) => update(rawStatus, 2 + 3 * index),
);
const REPORTED = read({ incidents: [incident('open', UPDATES)] });
const SILENT = read({});
const LOST: StatusPageState = { ...SILENT, kind: 'unreachable' };
const MAIN_IS_UP: Belief = { ...belief('down'), verdict: { state: 'up' } };
const EITHER = ['GET', 'POST'] as const;
const OWN = { cause: null, belief: null } as const;
const UNSURE = { disposition: 'unknown', cause: 'response_timeout' } as const;

const SITUATIONS: readonly Situation[] = [
  { name: 'outage', matter: matter(), state: REPORTED, asked: EITHER },
  {
    name: 'outage, a fix is watched',
    matter: matter(),
    state: read({ incidents: [incident('monitoring', UPDATES)] }),
    asked: EITHER,
  },
  {
    name: 'outage, called resolved',
    matter: matter(),
    state: read({ incidents: [incident('resolved', [update('postmortem', 1), ...UPDATES])] }),
    asked: ['GET'],
  },
  { name: 'outage_unreported', matter: matter(), state: SILENT, asked: EITHER },
  { name: 'outage_unreported, status page lost', matter: matter(), state: LOST, asked: ['GET'] },
  {
    name: 'outage_unreported, status page never read',
    matter: matter(),
    state: { kind: 'unread', url: PAGE },
    asked: ['GET'],
  },
  {
    name: 'outage_unreported, no status page',
    matter: matter(),
    state: { kind: 'none' },
    asked: EITHER,
  },
  {
    name: 'partial',
    matter: matter({ belief: belief('down', 'Search') }),
    state: REPORTED,
    beliefs: [MAIN_IS_UP],
    asked: EITHER,
  },
  {
    name: 'partial, payments',
    matter: matter({ belief: belief('down', 'Payment Processing') }),
    state: SILENT,
    beliefs: [MAIN_IS_UP],
    asked: ['GET'],
  },
  { name: 'maintenance', matter: matter(), state: planned(NOW + 90 * MINUTE), asked: EITHER },
  { name: 'maintenance, no end known', matter: matter(), state: planned(null), asked: ['GET'] },
  {
    name: 'maintenance, with a message',
    matter: matter({ belief: { ...belief('down'), maintenance: DECLARED } }),
    state: SILENT,
    asked: EITHER,
  },
  {
    name: 'maintenance, overrunning',
    matter: matter(),
    state: planned(NOW - MINUTE),
    asked: ['GET'],
  },
  { name: 'outcome_unknown', matter: matter(UNSURE), state: REPORTED, asked: ['POST', 'payment'] },
  {
    name: 'outcome_unknown, nothing confirmed',
    matter: matter({ ...UNSURE, belief: belief('suspect') }),
    state: SILENT,
    asked: ['POST', 'payment'],
  },
  {
    name: 'sign_in',
    matter: matter({ signIn: true, disposition: 'unknown', receivedStatus: 200 }),
    state: REPORTED,
    asked: ['POST'],
  },
  { name: 'suspect', matter: matter({ belief: belief('suspect') }), state: SILENT, asked: EITHER },
  {
    name: 'overload',
    matter: matter({ reason: 'overload', ...OWN }),
    state: SILENT,
    asked: EITHER,
  },
  {
    name: 'unknown_route',
    matter: matter({ reason: 'unknown_route', ...OWN }),
    state: SILENT,
    asked: EITHER,
  },
];
