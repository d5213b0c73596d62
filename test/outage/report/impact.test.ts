import { expect, test } from 'vitest';
import { impactOf } from '../../../src/outage/report/impact.ts';
import type { ReportFacts } from '../../../src/outage/report/model.ts';
import { FACTS, INCIDENT } from './sample.ts';

type Requests = ReportFacts['incident']['requests'];

const SENT = 'of them sent on, and no reply came that could be passed back';
const BY_KIND = 'of them by client';
const WRITES = 'Writes of unknown outcome';

function tally(clientKind: string, disposition: string, count: number): Requests[number] {
  return { clientKind, reason: 'outage', disposition, count };
}

const MIXED = [
  tally('api', 'not_processed', 1_000),
  tally('person', 'unknown', 20),
  tally('api', 'unknown', 4),
  tally('person', 'served_stale', 3_000),
  tally('grpc', 'unknown', 1),
];

test.for<{ what: string; requests: Requests; value: string }>([
  { what: 'Requests answered in its place', requests: MIXED, value: '4,025' },
  { what: 'of them not sent on: a repeat is safe', requests: MIXED, value: '1,000' },
  { what: SENT, requests: MIXED, value: '25' },
  { what: BY_KIND, requests: MIXED, value: '3,020 person, 1,004 api, 1 grpc' },
  { what: 'Requests answered in its place', requests: [], value: '0' },
  { what: SENT, requests: [], value: '0' },
  { what: BY_KIND, requests: [], value: 'none' },
])('$what: $value', ({ what, requests, value }) => {
  const figures = impactOf({ ...FACTS, incident: { ...INCIDENT, requests } });
  expect(figures).toContainEqual({ what, value });
});

test.for<{ name: string; people: number; requests: Requests; value: string }>([
  { name: 'people who were counted', people: 1_234, requests: MIXED, value: 'about 1,234' },
  { name: 'people who were not', people: 0, requests: MIXED, value: 'not recorded' },
  { name: 'programs alone', people: 0, requests: [tally('api', 'unknown', 9)], value: '0' },
  { name: 'nobody', people: 0, requests: [], value: '0' },
])('where $name had an answer: $value', ({ people, requests, value }) => {
  const figures = impactOf({ ...FACTS, incident: { ...INCIDENT, people, requests } });
  expect(figures).toContainEqual({ what: 'People affected', value });
});

test.for<{
  of: readonly [listed: number, payments: number, unticked: number, notListed: number];
  value: string;
}>([
  { of: [0, 0, 0, 0], value: '0' },
  { of: [7, 2, 0, 0], value: '7 (2 payments; all checked)' },
  { of: [7, 1, 1, 0], value: '7 (1 payment; 1 write not checked yet)' },
  { of: [600, 0, 600, 1_400], value: '2,000 (0 payments; 2,000 writes not checked yet)' },
  { of: [600, 0, 0, 600], value: '1,200 (0 payments; 600 writes not checked yet)' },
  { of: [600, 0, 600, 600], value: '1,200 (0 payments; 1,200 writes not checked yet)' },
])('writes of unknown outcome: $value', ({ of, value }) => {
  const [listed, payments, unticked, notListed] = of;
  const unknownOutcomes = { listed, payments, unticked, notListed };
  expect(impactOf({ ...FACTS, unknownOutcomes })).toContainEqual({ what: WRITES, value });
});
