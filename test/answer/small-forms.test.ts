import { expect, test } from 'vitest';
import { OUTAGE, said } from './said.ts';
import {
  answererOf,
  asker,
  bodyOf,
  fieldsOf,
  matter,
  route,
  settings,
  unanswered,
} from './samples.ts';

const POST = { method: 'POST' };

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
  { target: '/graphql?query={me}&query={you}', method: 'GET', code: 'OUTCOME_UNKNOWN' },
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

test.for([
  { asked: 'Application/gRPC-Web-Text; charset=utf-8', told: 'application/grpc-web-text' },
  { asked: 'application/grpc+vnd.1', told: 'application/grpc+vnd.1' },
  { asked: 'application/grpcx<script>', told: 'application/grpc' },
])('gRPC that is asked as $asked is told as $told', ({ asked, told }) => {
  const answer = answererOf().answer(asker({ 'Content-Type': asked }, POST), matter());
  expect(fieldsOf(answer)['content-type']).toBe(told);
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
