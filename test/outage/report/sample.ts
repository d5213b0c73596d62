import type { IncidentRecord } from '../../../src/outage/incident-record.ts';
import type { ReportFacts } from '../../../src/outage/report/model.ts';

const minute = (clock: string): number => Date.parse(`2023-07-19T${clock}Z`);

/** The incident of 19 July 2023, as a gateway would have recorded it. */
export const INCIDENT: IncidentRecord = {
  ...{ id: '20230719T152400Z-app', upstream: 'app', components: ['Main Application'] },
  startedAt: minute('15:24:00'),
  detectedAt: Date.parse('2023-07-19T15:24:00.510Z'),
  resolvedAt: minute('16:06:12'),
  ...{ causes: ['no_endpoints'], interruptions: [], relapses: 0, endKnownBy: 'recovery' },
  seenAt: minute('16:06:12'),
  requests: [
    { clientKind: 'person', reason: 'outage', disposition: 'not_processed', count: 1200 },
    { clientKind: 'api', reason: 'outage', disposition: 'not_processed', count: 300 },
    { clientKind: 'person', reason: 'outage', disposition: 'unknown', count: 7 },
  ],
  people: 412,
  misleadingReplies: { count: 37, latest: [] },
};

/** All that is known of it. */
export const FACTS: ReportFacts = {
  incident: INCIDENT,
  events: [
    {
      ...{ at: minute('15:24:00'), kind: 'verdict', source: 'discovery', upstream: 'app' },
      words: 'Discovery listed no endpoint: the service was removed, or scaled to none.',
      details: {},
    },
    {
      ...{ at: minute('15:29:00'), kind: 'status_page', source: 'status_page', upstream: null },
      words: 'Application down: investigating. Users cannot log in.',
      details: {
        ...{ event: 'posted', name: 'Application down', status: 'investigating' },
        text: 'Users cannot log in.',
      },
    },
    {
      ...{ at: minute('16:20:00'), kind: 'act', source: 'ada', upstream: 'app' },
      words: 'A write was ticked off: charged once',
      details: { what: 'outcome_ticked' },
    },
  ],
  steps: [
    { at: minute('15:23:50'), spanMs: 10_000, ...counts(90, 1, 0, 0) },
    { at: minute('15:24:00'), spanMs: 10_000, ...counts(0, 0, 80, 7) },
    { at: minute('16:06:10'), spanMs: 10_000, ...counts(60, 0, 12, 0) },
  ],
  unknownOutcomes: { listed: 7, payments: 2, unticked: 6, notListed: 0 },
  speaker: {
    ...{ name: 'ChargeOver', timeZone: 'America/Chicago', version: '1.2.3' },
    statusPage: 'https://status.chargeover.com',
  },
  now: minute('17:00:00'),
};

function counts(good: number, upstreamErrors: number, notProcessed: number, unknown: number) {
  return { good, upstreamErrors, notProcessed, unknown };
}
