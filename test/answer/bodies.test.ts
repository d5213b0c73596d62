import { expect, test } from 'vitest';
import type { AnswererDeps } from '../../src/answer/answerer.ts';
import type { StatusPageState } from '../../src/statuspage/model.ts';
import {
  answererOf,
  asker,
  belief,
  bodyOf,
  fieldsOf,
  incident,
  maintenance,
  matter,
  published,
  REPORTED,
  route,
  settings,
  unanswered,
  update,
} from './samples.ts';

const OUTAGE =
  '{"reason":"outage","verdict":"down","reported":true,"since":"2026-03-04T21:27:10Z","endsAt":null,"component":"Main Application","disposition":"not_processed","retrySafe":true,"retryAfter":42,"reference":"9F3K-7Q2M-4TXB","statusPage":"https://status.chargeover.com/","incident":{"id":"abc123","name":"System inaccessible","status":"investigating","impact":"critical","updatedAt":"2026-03-04T21:41:00Z","latestUpdate":"We are currently investigating this issue.","url":"https://status.chargeover.com/incidents/abc123"}}';
const SAFE =
  'Nothing was sent to ChargeOver, so nothing was saved or charged. It is safe to send this request again.';
const JSON_CLIENT = { Accept: 'application/json' };
const POST = { method: 'POST' };
const API = route({ errors: 'chargeover' });

function said(
  headers: Record<string, string>,
  {
    over = {},
    matterOver = {},
    ...deps
  }: {
    over?: object;
    matterOver?: object;
    state?: StatusPageState;
  } & Partial<AnswererDeps> = {},
): string {
  return bodyOf(answererOf(deps).answer(asker(headers, over), matter(matterOver)));
}

test('a program gets the problem document of section 6.1', () => {
  expect(said(JSON_CLIENT)).toBe(
    `{"type":"/_candor/problems/not-processed","title":"ChargeOver is unavailable","status":503,"detail":"${SAFE}","outage":${OUTAGE}}`,
  );
});

test('problem+json has the same body under its own type', () => {
  const answer = answererOf().answer(asker({ Accept: 'application/problem+json' }), matter());
  expect(bodyOf(answer)).toBe(said(JSON_CLIENT));
  expect(fieldsOf(answer)['content-type']).toBe('application/problem+json');
});

test.for([
  {
    name: 'a write without an answer',
    over: POST,
    matterOver: unanswered(),
    problem: {
      type: '/_candor/problems/outcome-unknown',
      title: 'ChargeOver did not answer',
      status: 504,
      detail:
        'The request was sent but not answered, so it may have been processed. Check before sending it again: a repeat could create a duplicate.',
    },
  },
  {
    name: 'an idempotent request without an answer',
    matterOver: unanswered({ cause: 'connection_reset' }),
    problem: {
      type: '/_candor/problems/outcome-unknown',
      title: 'ChargeOver did not answer',
      status: 502,
      detail: 'The request was sent but not answered. It is safe to send this request again.',
    },
  },
  {
    name: 'planned work',
    state: published({ maintenances: [maintenance()] }),
    problem: {
      type: '/_candor/problems/maintenance',
      title: 'ChargeOver is closed for planned work',
      status: 503,
      detail:
        'Nothing was sent to ChargeOver. It is safe to send this request again after 2026-03-05T03:00:00Z.',
    },
  },
  {
    name: 'a sign-in',
    over: POST,
    matterOver: matter({ signIn: true, disposition: 'unknown', receivedStatus: 200 }),
    problem: {
      type: '/_candor/problems/sign-in-unavailable',
      title: 'Sign-in is unavailable',
      status: 503,
      detail:
        "Sign-in details can't be checked because of an outage. The credentials may be correct.",
    },
  },
  {
    name: 'our own limit',
    matterOver: matter({ reason: 'overload', cause: null, belief: null }),
    problem: {
      type: '/_candor/problems/overload',
      title: 'ChargeOver is very busy',
      status: 503,
      detail: 'Nothing was sent to ChargeOver. Send this request again in a few seconds.',
    },
  },
  {
    name: 'no route',
    matterOver: matter({ reason: 'unknown_route', cause: null, belief: null }),
    problem: {
      type: '/_candor/problems/unknown-route',
      title: 'No such address',
      status: 404,
      detail: 'No application is configured for this address.',
    },
  },
])('the problem of $name', ({ problem, name: _, ...rest }) => {
  const { outage, ...found } = JSON.parse(said(JSON_CLIENT, rest));
  expect(found).toEqual(problem);
  expect(outage.reference).toBe('9F3K-7Q2M-4TXB');
});

test("ChargeOver's API client gets the envelope of section 6.2", () => {
  expect(said({ Accept: '*/*' }, { over: { route: API } })).toBe(
    '{"code":503,"status":"Error","message":"ChargeOver is unavailable. Nothing was sent, so it is safe to try again. See https://status.chargeover.com/ (ref 9F3K-7Q2M-4TXB)","details":{"reason":"outage","disposition":"not_processed","retry_safe":true,"retry_after":42,"status_page":"https://status.chargeover.com/","reference":"9F3K-7Q2M-4TXB","incident_status":"investigating","incident_url":"https://status.chargeover.com/incidents/abc123"},"response":false}',
  );
});

test('the envelope of an unknown write says to look it up, and keeps null where there is no number', () => {
  const body = JSON.parse(said({}, { over: { ...POST, route: API }, matterOver: unanswered() }));
  expect(body).toMatchObject({
    code: 504,
    message:
      'ChargeOver did not answer. The request may have been processed: look it up, for example by external_key, before sending it again. See https://status.chargeover.com/ (ref 9F3K-7Q2M-4TXB)',
    details: { retry_safe: false, retry_after: null },
  });
});

test('an envelope keeps what it does not know, and fills members of lists', () => {
  const errors = {
    mine: {
      list: ['{status}', 'at {component}: {nothing}'],
      odd: '{since} {incidentUrl}',
      deep: { n: null },
    },
  };
  const body = JSON.parse(
    said(
      {},
      {
        settings: settings({ errors }),
        over: { route: route({ errors: 'mine' }) },
        state: published(),
      },
    ),
  );
  expect(body).toEqual({
    list: [503, 'at Main Application: {nothing}'],
    odd: '2026-03-04T21:27:10Z ',
    deep: { n: null },
  });
});

test('an XML client gets section 6.3', () => {
  expect(said({ Accept: 'application/xml' })).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>
<problem xmlns="urn:ietf:rfc:7807"><type>/_candor/problems/not-processed</type><title>ChargeOver is unavailable</title><status>503</status><detail>${SAFE}</detail><outage><reason>outage</reason><disposition>not_processed</disposition><retrySafe>true</retrySafe><retryAfter>42</retryAfter><reference>9F3K-7Q2M-4TXB</reference><statusPage>https://status.chargeover.com/</statusPage></outage></problem>`,
  );
});

test('a SOAP client gets the fault of section 6.4', () => {
  expect(said({ SOAPAction: '""' }, { over: POST })).toBe(
    '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>soap:Server</faultcode><faultstring>ChargeOver is unavailable. Nothing was sent. See https://status.chargeover.com/ (ref 9F3K-7Q2M-4TXB)</faultstring><detail><outage xmlns=""><disposition>not_processed</disposition><retrySafe>true</retrySafe></outage></detail></soap:Fault></soap:Body></soap:Envelope>',
  );
});

test.for([
  {
    name: 'reported',
    rest: {},
    text: `ChargeOver is unavailable (503).
Nothing was sent to ChargeOver. It is safe to try again in about 42 seconds.
Down since 2026-03-04 21:27 UTC. Latest update: Investigating, 21:41 UTC.
Status: https://status.chargeover.com/
Reference: 9F3K-7Q2M-4TXB
`,
  },
  {
    name: 'unreported',
    rest: { state: published() },
    text: `ChargeOver is unavailable (503).
Nothing was sent to ChargeOver. It is safe to try again in about 42 seconds.
Down since 2026-03-04 21:27 UTC. The status page is silent.
Status: https://status.chargeover.com/
Reference: 9F3K-7Q2M-4TXB
`,
  },
  {
    name: 'an unknown write, no status page',
    rest: {
      over: POST,
      matterOver: unanswered({ belief: belief('suspect') }),
      state: { kind: 'none' } as const,
    },
    text: `ChargeOver did not answer (504).
Your request may have been processed. Check before sending it again.
Reference: 9F3K-7Q2M-4TXB
`,
  },
  {
    name: 'a status page that cannot be read: nothing is claimed of it',
    rest: {
      state: {
        kind: 'unreachable',
        url: 'https://status.chargeover.com',
        publication: null,
        readAt: null,
      } as const,
    },
    text: `ChargeOver is unavailable (503).
Nothing was sent to ChargeOver. It is safe to try again in about 42 seconds.
Down since 2026-03-04 21:27 UTC.
Status: https://status.chargeover.com/
Reference: 9F3K-7Q2M-4TXB
`,
  },
])('curl, $name: section 6.5', ({ rest, text }) => {
  expect(said({ Accept: '*/*' }, rest)).toBe(text);
});

test('lines of text stay within 78 characters, however long the brand', () => {
  const brand = {
    ...settings().brand!,
    name: 'The Extraordinarily Long Named Subscription Company of Minnesota',
  };
  const text = said({}, { settings: settings({ brand }) });
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(78);
});

test('a GraphQL client gets section 6.7, and no data', () => {
  const body = said({ Accept: 'application/graphql-response+json' }, { over: POST });
  expect(body).toBe(
    `{"errors":[{"message":"ChargeOver is unavailable. Nothing was sent, so it is safe to try again.","extensions":{"code":"SERVICE_UNAVAILABLE","outage":${OUTAGE}}}]}`,
  );
});

test.for([
  { target: '/graphql?query=%7Bme%7D', method: 'GET', code: 'SERVICE_UNAVAILABLE' },
  { target: '/graphql?query=mutation%7Bpay%7D', method: 'GET', code: 'OUTCOME_UNKNOWN' },
  { target: '/graphql', method: 'GET', code: 'OUTCOME_UNKNOWN' },
  { target: '/graphql?query=query%7Bme%7D', method: 'POST', code: 'OUTCOME_UNKNOWN' },
])('GraphQL by $method $target: $code', ({ target, method, code }) => {
  const over = { target, method, route: route({ kind: 'graphql' as const }) };
  const body = JSON.parse(said({}, { over, matterOver: unanswered() }));
  expect(body.errors[0].extensions.code).toBe(code);
});

test('an EventSource gets one named event and a time to come back: section 6.8', () => {
  const headers = { Accept: 'text/event-stream', 'Sec-Fetch-Mode': 'cors' };
  const answer = answererOf().answer(asker(headers), matter());
  expect([answer.status, bodyOf(answer)]).toEqual([
    200,
    `retry: 27000\nevent: outage\ndata: ${OUTAGE}\n\n`,
  ]);
});

test('gRPC-Web gets its status as fields, percent-encoded', () => {
  const headers = {
    'Content-Type': 'application/grpc-web+proto',
    Origin: 'https://portal.example.com',
  };
  const answer = answererOf({
    settings: settings({ brand: { ...settings().brand!, name: 'Änderung 100%' } }),
  }).answer(asker(headers, POST), matter());
  expect([answer.status, answer.body]).toEqual([200, '']);
  expect(fieldsOf(answer)).toMatchObject({
    'content-type': 'application/grpc-web+proto',
    'grpc-status': '14',
    'grpc-message': '%C3%84nderung 100%25 is unavailable. Nothing was sent. ref 9F3K-7Q2M-4TXB',
    'grpc-retry-pushback-ms': '42000',
  });
  expect(fieldsOf(answer)['access-control-expose-headers']).toContain('grpc-status');
});

test.for([
  { cause: 'response_timeout', status: '4' },
  { cause: 'connection_reset', status: '2' },
] as const)('gRPC that was sent, $cause: $status, never pushed back', ({ cause, status }) => {
  const headers = { 'Content-Type': 'application/grpc' };
  const fields = fieldsOf(answererOf().answer(asker(headers, POST), unanswered({ cause })));
  expect([fields['grpc-status'], fields['grpc-retry-pushback-ms']]).toEqual([status, '-1']);
});

test('a script gets a comment, a pixel its 42 bytes: section 6.9', () => {
  expect(said({ 'Sec-Fetch-Dest': 'script' })).toBe(
    '/* ChargeOver is unavailable. https://status.chargeover.com/ ref 9F3K-7Q2M-4TXB */',
  );
  const pixel = answererOf().answer(
    asker({ 'Sec-Fetch-Dest': 'image' }, { route: route({ kind: 'pixel' }) }),
    matter(),
  );
  expect(Buffer.from(pixel.body).length).toBe(42);
  expect(fieldsOf(pixel)).toMatchObject({ 'content-type': 'image/gif', 'content-length': '42' });
});

test('the incident is the worst open one that touches the component', () => {
  const components = [
    { id: 'c1', name: 'Main Application', status: 'operational' },
    { id: 'c2', name: 'Search', status: 'operational' },
  ] as const;
  const incidents = [
    incident({ id: 'other', impact: 'critical', componentIds: ['c2'] }),
    incident({ id: 'minor', impact: 'minor', componentIds: ['c1'] }),
    incident({ id: 'major', impact: 'major', componentIds: ['c1'] }),
    incident({ id: 'over', impact: 'critical', state: 'resolved', componentIds: ['c1'] }),
  ];
  const state = published({ components, incidents });
  expect(JSON.parse(said(JSON_CLIENT, { state })).outage.incident.id).toBe('major');
});

test('an incident that touches another component only is not ours', () => {
  const components = [
    { id: 'c1', name: 'Main Application', status: 'operational' },
    { id: 'c2', name: 'Search', status: 'operational' },
  ] as const;
  const state = published({ components, incidents: [incident({ componentIds: ['c2'] })] });
  const { outage } = JSON.parse(said(JSON_CLIENT, { state }));
  expect([outage.reported, outage.incident]).toEqual([false, null]);
});

test('bodies for programs stay within 4 KB, and the latest update within 280 characters', () => {
  const long = 'The very long story of this outage. '.repeat(400);
  const state = published({
    incidents: [incident({ name: long, updates: [update('investigating', long)] })],
  });
  for (const headers of [JSON_CLIENT, { Accept: 'text/xml' }, {}] as Record<string, string>[]) {
    const body = said(headers, { state });
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
  }
  const { outage } = JSON.parse(said(JSON_CLIENT, { state }));
  expect(outage.incident.latestUpdate.length).toBe(280);
});

test('the neutral brand is nobody', () => {
  const text = said({}, { settings: settings({ brand: null }), state: REPORTED });
  expect(text).toMatch(
    /^This service is unavailable \(503\)\.\nNothing was sent to this service\. /,
  );
});
