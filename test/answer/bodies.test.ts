import { expect, test } from 'vitest';
import { OUTAGE, said } from './said.ts';
import {
  answererOf,
  asker,
  belief,
  bodyOf,
  fieldsOf,
  maintenance,
  matter,
  published,
  REPORTED,
  settings,
  unanswered,
} from './samples.ts';

const SAFE =
  'Nothing was sent to ChargeOver, so nothing was saved or charged. It is safe to send this request again.';
const JSON_CLIENT = { Accept: 'application/json' };
const POST = { method: 'POST' };

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

test('an XML client gets section 6.3', () => {
  expect(said({ Accept: 'application/xml' })).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>
<problem xmlns="urn:ietf:rfc:7807"><type>/_candor/problems/not-processed</type><title>ChargeOver is unavailable</title><status>503</status><detail>${SAFE}</detail><outage><reason>outage</reason><disposition>not_processed</disposition><retrySafe>true</retrySafe><retryAfter>42</retryAfter><reference>9F3K-7Q2M-4TXB</reference><statusPage>https://status.chargeover.com/</statusPage></outage></problem>`,
  );
});

test('an XML client is told no page and no seconds where there are none', () => {
  const matterOver = { reason: 'unknown_route', cause: null, belief: null };
  const problem = said({ Accept: 'application/xml' }, { matterOver, state: { kind: 'none' } });
  expect(problem).toContain(
    '<outage><reason>unknown_route</reason><disposition>not_processed</disposition><retrySafe>true</retrySafe><reference>9F3K-7Q2M-4TXB</reference></outage>',
  );
});

test('a SOAP client gets the fault of section 6.4', () => {
  expect(said({ SOAPAction: '""' }, { over: POST })).toBe(
    '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>soap:Server</faultcode><faultstring>ChargeOver is unavailable. Nothing was sent. See https://status.chargeover.com/ (ref 9F3K-7Q2M-4TXB)</faultstring><detail><outage xmlns=""><disposition>not_processed</disposition><retrySafe>true</retrySafe></outage></detail></soap:Fault></soap:Body></soap:Envelope>',
  );
  expect(said({ 'Content-Type': 'application/soap+xml' }, { over: POST })).toBe(
    '<?xml version="1.0" encoding="utf-8"?><env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Body><env:Fault><env:Code><env:Value>env:Receiver</env:Value></env:Code><env:Reason><env:Text xml:lang="en">ChargeOver is unavailable. Nothing was sent. See https://status.chargeover.com/ (ref 9F3K-7Q2M-4TXB)</env:Text></env:Reason><env:Detail><outage xmlns=""><disposition>not_processed</disposition><retrySafe>true</retrySafe></outage></env:Detail></env:Fault></env:Body></env:Envelope>',
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

test('the neutral brand is nobody', () => {
  const text = said({}, { settings: settings({ brand: null }), state: REPORTED });
  expect(text).toMatch(
    /^This service is unavailable \(503\)\.\nNothing was sent to this service\. /,
  );
});
