import type { Answer, AnswerRoute, Asker, Matter } from '../../src/answer/answer.ts';
import {
  type Answerer,
  type AnswererDeps,
  createAnswerer,
  type PublicAsk,
} from '../../src/answer/answerer.ts';
import { type PublicStatus, statusJson } from '../../src/answer/status-json.ts';
import type { Settings } from '../../src/config/settings.ts';
import type { Log } from '../../src/log.ts';
import type { Cause } from '../../src/outage/cause.ts';
import type { Belief, Verdict } from '../../src/outage/verdict.ts';
import type {
  Maintenance,
  Publication,
  PublishedIncident,
  StatusPageState,
  Update,
} from '../../src/statuspage/model.ts';

/** The outage of UX.md's samples: 4 March 2026, 21:27:10 UTC. */
export const SINCE = Date.parse('2026-03-04T21:27:10Z');
export const UPDATED_AT = Date.parse('2026-03-04T21:41:00Z');
export const NOW = Date.parse('2026-03-04T21:41:40Z');
const REFERENCE = '9F3K-7Q2M-4TXB';
const STATUS_PAGE = 'https://status.chargeover.com';

/** The envelope of ChargeOver's API, whole, as UX.md section 6.2 shows it. */
const ENVELOPE = {
  code: '{status}',
  status: 'Error',
  message: '{message}',
  details: {
    reason: '{reason}',
    disposition: '{disposition}',
    retry_safe: '{retrySafe}',
    retry_after: '{retryAfter}',
    status_page: '{statusPage}',
    reference: '{reference}',
    incident_status: '{incidentStatus}',
    incident_url: '{incidentUrl}',
  },
  response: false,
};

export function settings(over: Partial<Settings> = {}): Settings {
  return {
    listen: [{ host: '127.0.0.1', port: 0, tls: null, http2: true }],
    ops: { host: '127.0.0.1', port: 0, token: null },
    trustedProxies: [],
    publicPrefix: '/_candor/',
    brand: {
      hosts: null,
      name: 'ChargeOver',
      logo: null,
      support: 'mailto:support@chargeover.com',
      templates: null,
      timeZone: 'America/Chicago',
      colors: { light: {}, dark: {} },
    },
    brands: [],
    statusPage: { url: STATUS_PAGE, format: 'statuspage', pollMs: 30_000 },
    upstreams: {},
    routes: [],
    misleading: {},
    errors: { chargeover: ENVELOPE },
    notify: [],
    limits: {
      targetBytes: 8_192,
      bodyBytes: null,
      connectionsPerAddress: null,
      tunnels: 10_000,
      tunnelIdleMs: 3_600_000,
      streamResets: 1_000,
      bodyRate: 240,
      bodyTimeoutMs: 60_000,
      sendTimeoutMs: 60_000,
      headerBytes: 16_384,
      connections: 100,
      streams: 128,
      inspectBytes: 65_536,
      headTimeoutMs: 10_000,
      keepAliveMs: 10_000,
      held: 10,
      heldBytes: 1_048_576,
      eventStreams: 100,
      drainMs: 1000,
    },
    store: 'memory',
    retention: { days: 400, bytes: 50 * 1024 * 1024 },
    ...over,
  };
}

export function update(rawStatus: string, text: string, at = UPDATED_AT): Update {
  return { id: `${rawStatus}-${at}`, rawStatus, text, at };
}

export function incident(over: Partial<PublishedIncident> = {}): PublishedIncident {
  return {
    id: 'abc123',
    name: 'System inaccessible',
    state: 'open',
    rawStatus: 'investigating',
    impact: 'critical',
    startedAt: SINCE,
    updatedAt: UPDATED_AT,
    resolvedAt: null,
    url: 'https://status.chargeover.com/incidents/abc123',
    updates: [update('investigating', 'We are currently investigating this issue.')],
    componentIds: [],
    ...over,
  };
}

export function maintenance(over: Partial<Maintenance> = {}): Maintenance {
  return {
    id: 'm1',
    name: 'Database upgrade',
    state: 'active',
    from: SINCE,
    until: Date.parse('2026-03-05T03:00:00Z'),
    updates: [update('in_progress', 'The planned work has started.')],
    componentIds: [],
    ...over,
  };
}

export function published(over: Partial<Publication> = {}): StatusPageState {
  return {
    kind: 'read',
    url: STATUS_PAGE,
    readAt: UPDATED_AT,
    publication: {
      source: 'statuspage',
      url: STATUS_PAGE,
      pageUpdatedAt: UPDATED_AT,
      indicator: 'critical',
      description: 'Major System Outage',
      components: [
        { id: 'c1', name: 'Main Application', status: 'operational' },
        { id: 'c2', name: 'Search', status: 'operational' },
        { id: 'c3', name: 'Email Sending', status: 'operational' },
      ],
      incidents: [],
      maintenances: [],
      ...over,
    },
  };
}

export const REPORTED = published({ incidents: [incident()] });

export function belief(
  state: Verdict['state'] = 'down',
  { component = 'Main Application', cause = 'no_endpoints' as Cause } = {},
): Belief {
  const verdicts: Record<Verdict['state'], Verdict> = {
    up: { state: 'up' },
    suspect: { state: 'suspect', since: SINCE, cause },
    down: { state: 'down', since: SINCE, cause, detectedAt: SINCE + 500 },
    recovering: {
      state: 'recovering',
      since: SINCE,
      cause,
      detectedAt: SINCE + 500,
      recoveredAt: NOW,
    },
  };
  return { upstream: 'app', component, verdict: verdicts[state] };
}

export function matter(over: Partial<Matter> = {}): Matter {
  return {
    reason: 'outage',
    cause: 'no_endpoints',
    disposition: 'not_processed',
    signIn: false,
    receivedStatus: null,
    receivedFrom: null,
    fromLoadBalancer: false,
    kept: [],
    belief: belief(),
    ...over,
  };
}

/** A write that was sent and never answered. */
export function unanswered(over: Partial<Matter> = {}): Matter {
  return matter({ disposition: 'unknown', cause: 'response_timeout', ...over });
}

export function route(over: Partial<AnswerRoute> = {}): AnswerRoute {
  return {
    errors: null,
    cors: [],
    payment: false,
    idempotencyKey: false,
    kind: null,
    ...over,
  };
}

export function asker(
  headers: Readonly<Record<string, string>> = {},
  over: Partial<Asker> = {},
): Asker {
  return {
    method: 'GET',
    target: '/r/invoices?page=2',
    rawHeaders: Object.entries(headers).flat(),
    reference: REFERENCE,
    route: route(),
    ...over,
  };
}

/** What a browser sends when a person opens a page. */
export const NAVIGATION = {
  Host: 'app.chargeover.com',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8',
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
};

/** Collects what would be logged. */
export function logbook(): { readonly log: Log; readonly lines: unknown[][] } {
  const lines: unknown[][] = [];
  const write = (...line: unknown[]): void => {
    lines.push(line);
  };
  // The part of pino that this program uses, without its overloads.
  const log = { debug: write, info: write, warn: write, error: write } as unknown as Log;
  return { log, lines };
}

export function answererOf(
  over: Partial<AnswererDeps> & { state?: StatusPageState } = {},
): Answerer {
  const { state = REPORTED, ...deps } = over;
  return createAnswerer({
    settings: settings(),
    statusPage: () => state,
    log: logbook().log,
    now: () => NOW,
    // 30 + floor(0.4 * 31) = 42 seconds, as in UX.md's samples.
    random: () => 0.4,
    ...deps,
  });
}

/** The fields of an answer by lower-case name. A name that comes twice is a fault. */
export function fieldsOf(answer: Answer): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let index = 0; index < answer.headers.length; index += 2) {
    const name = String(answer.headers[index]).toLowerCase();
    if (name in fields) throw new Error(`${name} comes twice`);
    fields[name] = String(answer.headers[index + 1]);
  }
  return fields;
}

export function bodyOf(answer: Answer): string {
  const { body } = answer;
  return typeof body === 'string' ? Buffer.from(body, 'latin1').toString() : body.toString();
}

/** The answer to a matter, for a request with these fields. */
export function answered(
  matterOver: Partial<Matter> = {},
  headers: Readonly<Record<string, string>> = {},
  over: Partial<Asker> = {},
): Answer {
  return answererOf().answer(asker(headers, over), matter(matterOver));
}

/** A request on one of the gateway's own public paths. */
export function publicAsk(upstream: string | null = null): PublicAsk {
  return { rawHeaders: ['Host', 'app.chargeover.com'], upstream, language: null };
}

/** What `status.json` replies, its body as text: the page that asks is told to reload after so long. */
export function statusOf(
  answerer: Answerer,
  beliefs: readonly Belief[],
  {
    upstream = null as string | null,
    language = null as string | null,
    reloadAfterMs = null as number | null,
  } = {},
): PublicStatus {
  const state = answerer.publicState(beliefs, { ...publicAsk(upstream), language });
  const reply = statusJson(state, { reloadAfterMs, random: () => 0.4 });
  return { ...reply, body: Buffer.from(reply.body, 'latin1').toString() };
}
