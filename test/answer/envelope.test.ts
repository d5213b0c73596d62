import { expect, test } from 'vitest';
import { said } from './said.ts';
import { published, route, settings, unanswered } from './samples.ts';

const POST = { method: 'POST' };
const API = route({ errors: 'chargeover' });

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
