import { expect, test } from 'vitest';
import { idlePlan, SILENT } from '../../src/cli/idle-plan.ts';
import { parseSettings } from '../../src/config/load.ts';
import { type Preview, previewerOf } from '../../src/gateway/preview.ts';
import { PREVIEW_CHOICES, type PreviewWish } from '../../src/gateway/preview-request.ts';
import { ask } from '../support/ask.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';

const SETTINGS = `
brand: { name: ChargeOver }
statusPage: { url: https://status.example.com }
upstreams:
  app: { endpoints: [http://127.0.0.1:9], component: Main Application }
  login: { endpoints: [http://127.0.0.1:9] }
routes:
  - { host: app.example.com, path: /login, upstream: login, misleading: [credentials] }
  - { host: app.example.com, path: /api/, upstream: app, errors: own, cors: ['https://portal.example.com'] }
  - { host: app.example.com, path: /health, upstream: app, kind: healthcheck }
  - { host: app.example.com, path: /pay, method: [POST], upstream: app, payment: true }
  - { host: app.example.com, upstream: app }
misleading:
  credentials: { status: [200], body: Wrong., dependsOn: [app], holdBack: [POST] }
errors: { own: { message: "{message}" } }
`;
const loaded = await parseSettings({ text: SETTINGS, file: 'test.yaml' });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const preview = previewerOf(idlePlan(loaded.settings), SILENT);

function shown(wish: PreviewWish): Preview {
  const found = preview({ url: 'https://app.example.com/', ...wish });
  if ('fault' in found) throw new Error(found.fault);
  return found;
}

const SITUATIONS = PREVIEW_CHOICES.situations.map(({ name }) => name);
const CLIENTS = PREVIEW_CHOICES.clients.map(({ name }) => name);

test.for([
  ['browser', 12],
  ['form', 12],
  ['frame', 12],
  ['crawler', 12],
  ['turbo', 13],
  ['fetch', 14],
  ['cross-origin', 14],
  ['xhr', 14],
  ['spa', 14],
  ['mobile', 14],
  ['problem', 14],
  ['xml', 15],
  ['curl', 17],
  ['wget', 17],
  ['sdk', 14],
  ['webhook', 14],
  ['soap', 5],
  ['soap12', 5],
  ['graphql', 6],
  ['grpc', 4],
  ['grpc-web', 4],
  ['eventsource', 7],
  ['websocket', 2],
  ['preflight', 3],
  ['image', 8],
  ['script', 9],
  ['style', 9],
  ['worker', 9],
] as const)('%s is known by row %i', ([as, row]) => {
  expect(shown({ when: 'outage', as })).toMatchObject({ row, outcome: 'answered' });
});

test('every client is tried above', () => {
  expect(CLIENTS).toHaveLength(28);
});

test.for(SITUATIONS)('%s is answered to everybody, or passed on', (when) => {
  for (const as of CLIENTS) {
    const { outcome, status, why, bytes, headers } = shown({ when, as });
    expect(outcome).toBe(when === 'up' ? 'passed_on' : 'answered');
    expect(why.length).toBeGreaterThan(1);
    if (status === null || status === 204) continue;
    expect([status, headers['Content-Length']]).toEqual([status, String(bytes)]);
  }
});

test.for([
  { when: 'outage', says: 'The ChargeOver team knows about it and has posted updates below.' },
  { when: 'outage-unreported', says: "status page doesn't mention a problem yet" },
  { when: 'outage-monitoring', says: 'a fix is in place' },
  { when: 'outage-resolved', says: 'says this is resolved' },
  { when: 'outage-unreachable', says: "We can't reach the ChargeOver status page right now" },
  { when: 'maintenance', says: 'You will be able to use ChargeOver again from' },
  { when: 'maintenance-open-end', says: 'have an end time yet' },
  { when: 'maintenance-late', says: 'is taking longer than expected' },
  { when: 'partial', says: "Search isn't working right now" },
  { when: 'suspect', says: "ChargeOver didn't answer" },
  { when: 'recovering', says: 'Sorry, ChargeOver is unavailable' },
  { when: 'sign_in', says: "You can't sign in right now" },
  { when: 'overload', says: 'ChargeOver is very busy right now' },
  { when: 'unknown_route', says: 'There is nothing at this address' },
])('$when: a person reads "$says"', ({ when, says }) => {
  expect(shown({ when }).body.replaceAll('&#39;', "'")).toContain(says);
});

test.for([
  { when: 'timeout', status: 504, error: 'error=http_response_timeout' },
  { when: 'outcome-unknown', status: 502, error: 'error=connection_terminated' },
  { when: 'bad-response', status: 502, error: 'error=http_protocol_error' },
  { when: 'upstream-status', status: 503, error: 'received-status=503' },
  { when: 'load-balancer', status: 503, error: 'error=destination_unavailable' },
])('$when: a payment is told $status, and never to repeat what may have been done', (expected) => {
  const { when, status, error } = expected;
  const paid = shown({ when, as: 'form', url: 'https://app.example.com/pay' });
  expect(paid.status).toBe(status);
  expect(paid.headers['Proxy-Status']).toContain(error);
  expect('Retry-After' in paid.headers).toBe(when === 'load-balancer');
  expect(paid.route).toEqual({
    ...{ index: 3, host: 'app.example.com', path: '/pay', methods: ['POST'], upstream: 'app' },
  });
});

test('a sign-in is held back in an outage, by the rule that is named', () => {
  const { body, why } = shown({
    ...{ when: 'outage', as: 'form', url: 'https://app.example.com/login' },
  });
  expect(body.replaceAll('&#39;', "'")).toContain("You can't sign in right now");
  expect(why).toContain(
    'rule credentials holds it back while app is down: sign-ins cannot be checked',
  );
  const other = shown({ when: 'sign-in', as: 'form', url: 'https://app.example.com/pay' });
  expect(other.why).toContain(
    'the route has no rules for misleading replies: none is replaced here',
  );
});

test('a health check is told that all is well, an own path is nobody else’s', () => {
  const check = shown({ when: 'outage', as: 'curl', url: 'https://app.example.com/health' });
  expect([check.status, check.body]).toEqual([200, 'ok\n']);
  const own = shown({ when: 'outage', url: 'https://app.example.com/_candor/status.json' });
  expect([own.outcome, own.row]).toEqual(['own_path', 1]);
});

test('what is wished for besides is sent in the place of what the client sends', () => {
  const asked = {
    ...{ when: 'outage', as: 'curl', method: 'post', disposition: 'unknown' },
    headers: ['accept: application/json', 'Origin: https://portal.example.com'],
  };
  const { kind, status, headers, method } = shown(asked);
  expect([kind, status, method]).toEqual(['fetch', 504, 'POST']);
  expect(headers).toMatchObject({ 'Access-Control-Allow-Origin': 'https://portal.example.com' });
  expect(shown({ when: 'outage', language: 'de' }).headers['Content-Language']).toBe('de');
  expect(shown({ when: 'outage', headers: ['Host: other.example.com'] }).status).toBe(404);
});

test('a body that is no text comes as base64', () => {
  const gif = previewerOf(
    idlePlan({
      ...loaded.settings,
      routes: loaded.settings.routes.map((route) => ({ ...route, kind: 'pixel' })),
    }),
    SILENT,
  )({ when: 'outage', as: 'image' });
  expect(gif).toMatchObject({ encoding: 'base64', bytes: 42 });
});

test.for([
  { wish: { when: 'never' }, says: '"never" is no situation; known: now, up, outage' },
  { wish: { when: 'now', as: 'gopher' }, says: '"gopher" is no client; known: browser' },
  { wish: { when: 'now', as: 'constructor' }, says: 'is no client' },
  { wish: { when: 'now', method: 'A B' }, says: '"A B" is no method' },
  { wish: { when: 'now', url: 'ftp://a/' }, says: '"ftp://a/" is no URL' },
  { wish: { when: 'now', headers: ['x'] }, says: '"x" is no header' },
  { wish: { when: 'now', headers: ['a: b\r\nc: d'] }, says: 'is no header' },
  { wish: { when: 'now', headers: ['Host: a b'] }, says: 'The Host field is not a host name.' },
  { wish: { when: 'now', disposition: 'lost' }, says: '"lost" is no disposition' },
])('$says', ({ wish, says }) => {
  expect(preview({ url: 'http://a/', ...wish })).toEqual({ fault: expect.stringContaining(says) });
});

test('now is what a client of the running gateway gets, but for what is drawn', async () => {
  const { gateway, url, upstream } = await startGateway({
    ...oneUpstream(['http://127.0.0.1:9'], { discover: undefined, hold: '0s' }),
  });
  await expect.poll(() => upstream().belief.verdict.state).toBe('down');
  const got = await ask(`${url}/x`, { headers: { accept: 'application/json' } });
  const found = previewerOf(
    gateway.plan,
    SILENT,
  )({
    ...{ when: 'now', url: `${url}/x`, as: 'mobile' },
  });
  if ('fault' in found) throw new Error(found.fault);
  const steady = (text: string) =>
    text.replace(/\w{4}-\w{4}-\w{4}/, 'REF').replace(/"retryAfter":\d+/, '');
  expect(steady(found.body)).toBe(steady(got.text));
  expect([found.status, found.reasonPhrase]).toEqual([got.status, got.reasonPhrase]);
  expect(found.why).toContainEqual(expect.stringMatching(/^app is down since .*Z \(\w+\): /));
});

test('now is passed on while the upstream is up', async () => {
  const { gateway } = await startGateway(oneUpstream(['http://127.0.0.1:9']), { isQuiet: true });
  expect(previewerOf(gateway.plan, SILENT)({ when: 'now' })).toMatchObject({
    ...{ outcome: 'passed_on', status: null, url: 'http://localhost/', row: null },
    why: [
      'routes[0] is the first that matches (it takes everything): upstream app',
      'app is up: the request is passed on to it',
    ],
  });
});
