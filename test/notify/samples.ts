import type { NotifyTarget } from '../../src/config/settings.ts';
import type { Surroundings } from '../../src/notify/notices-of.ts';
import type { Incident } from '../../src/outage/incident.ts';
import type {
  Publication,
  PublishedIncident,
  StatusPageState,
} from '../../src/statuspage/model.ts';

/** 32 bytes, as the specification asks for 24 at least. */
export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';

const STARTED_AT = Date.parse('2023-07-19T15:24:00Z');

/** The incident of 19 July 2023, while it is open. */
export function incident(changes: Partial<Incident> = {}): Incident {
  return {
    id: '20230719T152400Z-app',
    upstream: 'app',
    components: ['Main Application'],
    startedAt: STARTED_AT,
    detectedAt: STARTED_AT + 1_000,
    resolvedAt: null,
    causes: ['no_endpoints'],
    interruptions: [],
    relapses: 0,
    ...changes,
  };
}

/** What is known besides. */
export function surroundings(changes: Partial<Surroundings> = {}): Surroundings {
  return {
    now: STARTED_AT + 2_000,
    statusPage: { kind: 'none' },
    pageUrl: 'https://status.chargeover.com',
    service: 'ChargeOver',
    everyMs: null,
    ...changes,
  };
}

/** A target of that kind, which is told of everything. */
export function target<Kind extends NotifyTarget['kind']>(
  kind: Kind,
  url: string,
  changes: Partial<NotifyTarget> = {},
): NotifyTarget & { readonly kind: Kind } {
  const events = ['opened', 'updated', 'resolved'] as const;
  const own = {
    webhook: { secret: SECRET },
    slack: {},
    pagerduty: { routingKey: 'R0UT1NGKEY' },
    statuspage: { apiKey: 'key', page: 'p1', components: { app: 'c1' }, incident: 'published' },
  } as const;
  return {
    ...{ name: kind, kind, url, events, everyMs: null, upstreams: null },
    ...own[kind],
    ...changes,
  } as NotifyTarget & { readonly kind: Kind };
}

/** A status page with one post on an incident of the main application. */
export function pageWithPost(at: number, text = 'We are investigating.'): StatusPageState {
  const update = { id: 'u1', rawStatus: 'investigating', text, at };
  const posted: PublishedIncident = {
    ...{ id: 'i1', name: 'Outage', state: 'open', rawStatus: 'investigating', impact: 'critical' },
    ...{ startedAt: at, updatedAt: at, resolvedAt: null, url: null, updates: [update] },
    componentIds: ['c1'],
  };
  const publication: Publication = {
    ...{ source: 'statuspage', url: 'https://status.chargeover.com', pageUpdatedAt: at },
    ...{ indicator: 'critical', description: '', maintenances: [], incidents: [posted] },
    components: [{ id: 'c1', name: 'Main Application', status: 'major_outage' }],
  };
  const url = 'https://status.chargeover.com';
  return { kind: 'read', url, publication, readAt: at };
}
