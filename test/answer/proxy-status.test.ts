import { expect, test } from 'vitest';
import type { Matter } from '../../src/answer/answer.ts';
import { proxyStatusOf, statusOf } from '../../src/answer/proxy-status.ts';
import { answered, answererOf, asker, fieldsOf, matter, unanswered } from './samples.ts';

test.for([
  {
    what: 'the verdict is down',
    over: { cause: 'no_endpoints' },
    status: 503,
    error: 'error=destination_unavailable',
  },
  { what: 'DNS fails', over: { cause: 'dns_error' }, status: 503, error: 'error=dns_error' },
  {
    what: 'refused',
    over: { cause: 'connection_refused' },
    status: 503,
    error: 'error=connection_refused',
  },
  {
    what: 'no connection in time',
    over: { cause: 'connection_timeout' },
    status: 503,
    error: 'error=connection_timeout',
  },
  {
    what: 'TLS fails',
    over: { cause: 'tls_error' },
    status: 503,
    error: 'error=tls_protocol_error',
  },
  {
    what: 'down since a probe failed',
    over: { cause: 'probe_failed' },
    status: 503,
    error: 'error=destination_unavailable',
  },
  {
    what: 'down since it hangs',
    over: { cause: 'response_timeout' },
    status: 503,
    error: 'error=destination_unavailable',
  },
  {
    what: 'sent, then reset',
    over: unanswered({ cause: 'connection_reset' }),
    status: 502,
    error: 'error=connection_terminated',
  },
  {
    what: 'sent, no response in time',
    over: unanswered(),
    status: 504,
    error: 'error=http_response_timeout',
  },
  {
    what: 'a broken head',
    over: unanswered({ cause: 'bad_response' }),
    status: 502,
    error: 'error=http_protocol_error',
  },
  {
    what: "the upstream's own 503",
    over: unanswered({ cause: 'upstream_status', receivedStatus: 503 }),
    status: 503,
    error: 'received-status=503',
  },
  {
    what: "the upstream's own 504",
    over: unanswered({ cause: 'upstream_status', receivedStatus: 504 }),
    status: 504,
    error: 'received-status=504',
  },
  {
    what: "a load balancer's own page",
    over: { cause: 'upstream_status', receivedStatus: 503, fromLoadBalancer: true },
    status: 503,
    error: 'error=destination_unavailable; received-status=503',
  },
  {
    what: 'a misleading reply',
    over: { signIn: true, disposition: 'unknown', receivedStatus: 200 },
    status: 503,
    error: 'received-status=200',
  },
  {
    what: 'overload',
    over: { reason: 'overload', cause: null, belief: null },
    status: 503,
    error: 'error=connection_limit_reached',
  },
  {
    what: 'unknown route',
    over: { reason: 'unknown_route', cause: null, belief: null },
    status: 404,
    error: 'error=destination_not_found',
  },
] as { what: string; over: Partial<Matter>; status: number; error: string }[])(
  '$what: $status, $error',
  ({ over, status, error }) => {
    const answer = answered(over);
    expect([answer.status, fieldsOf(answer)['proxy-status']]).toEqual([status, `candor; ${error}`]);
  },
);

test.for([
  { name: 'a WebSocket', headers: { Upgrade: 'websocket' }, status: 503 },
  { name: 'an image', headers: { 'Sec-Fetch-Dest': 'image' }, status: 503 },
  { name: 'a script', headers: { 'Sec-Fetch-Dest': 'script' }, status: 503 },
  { name: 'an event stream of a program', headers: { Accept: 'text/event-stream' }, status: 503 },
  { name: 'a program', headers: { Accept: 'application/json' }, status: 504 },
])('$name whose request was not answered in time is told $status', ({ headers, status }) => {
  const answer = answererOf().answer(asker(headers), unanswered());
  expect(answer.status).toBe(status);
  if (answer.body.includes('"status":')) {
    expect(JSON.parse(answer.body.toString()).status).toBe(status);
  }
});

test('a write is never told 503 where it may have been processed', () => {
  const write = asker({ 'Sec-Fetch-Dest': 'image' }, { method: 'POST' });
  expect(answererOf().answer(write, unanswered()).status).toBe(504);
});

test.for<{ readonly over: Partial<Matter>; readonly status: number; readonly plain?: number }>([
  { over: {}, status: 503 },
  { over: unanswered(), status: 504, plain: 503 },
  { over: unanswered({ cause: 'connection_reset' }), status: 502, plain: 503 },
  { over: unanswered({ receivedStatus: 500 }), status: 500, plain: 503 },
  { over: unanswered({ receivedStatus: 599 }), status: 599, plain: 503 },
  { over: unanswered({ receivedStatus: 499 }), status: 503 },
  { over: unanswered({ receivedStatus: 600 }), status: 503 },
  { over: unanswered({ receivedStatus: 502, signIn: true }), status: 503 },
  { over: unanswered({ receivedStatus: 502, disposition: 'not_processed' }), status: 503 },
  { over: unanswered({ receivedStatus: 502, reason: 'overload' }), status: 503 },
  { over: unanswered({ reason: 'unknown_route' }), status: 404, plain: 404 },
])('$over is told by $status', ({ over, status, plain = 503 }) => {
  expect(statusOf(matter(over))).toBe(status);
  expect(statusOf(matter(over), true)).toBe(plain);
});

test.for<{ readonly over: Partial<Matter>; readonly says: string }>([
  { over: { reason: 'overload' }, says: 'candor; error=connection_limit_reached' },
  { over: { reason: 'unknown_route' }, says: 'candor; error=destination_not_found' },
  { over: { cause: null }, says: 'candor; error=destination_unavailable' },
  { over: { cause: 'connection_reset' }, says: 'candor; error=connection_terminated' },
  { over: { cause: 'bad_response' }, says: 'candor; error=destination_unavailable' },
  { over: unanswered({ cause: 'bad_response' }), says: 'candor; error=http_protocol_error' },
  { over: unanswered({ cause: 'upstream_status' }), says: 'candor' },
  { over: unanswered({ receivedStatus: 502 }), says: 'candor; received-status=502' },
  {
    over: unanswered({ receivedStatus: 502, fromLoadBalancer: true }),
    says: 'candor; error=destination_unavailable; received-status=502',
  },
])('Proxy-Status of $over: $says', ({ over, says }) => {
  expect(proxyStatusOf(matter(over))).toBe(says);
});
