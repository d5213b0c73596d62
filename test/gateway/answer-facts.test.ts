import { expect, test } from 'vitest';
import { AS, ask } from '../support/ask.ts';
import { startGateway } from '../support/gateway.ts';
import { type Behaviour, startUpstream } from '../support/upstream.ts';

const GRAPHQL = { kind: 'graphql' };

test.for([
  { name: 'a GET that hangs', method: 'GET', does: 'hang', isUnknownWrite: false },
  { name: 'a POST that hangs', method: 'POST', does: 'hang', isUnknownWrite: true },
  { name: 'a PUT that hangs', method: 'PUT', does: 'hang', isUnknownWrite: true },
  { name: 'a DELETE that is reset', method: 'DELETE', does: 'reset', isUnknownWrite: true },
  { name: 'a POST that is served', method: 'POST', does: 'serve', isUnknownWrite: null },
  {
    name: 'a GraphQL query',
    method: 'GET',
    does: 'hang',
    path: '/g?query={a}',
    isUnknownWrite: false,
  },
  {
    name: 'a GraphQL mutation',
    method: 'GET',
    does: 'hang',
    path: '/g?query=mutation{a}',
    isUnknownWrite: true,
  },
] satisfies { method: string; does: Behaviour; [more: string]: unknown }[])(
  '$name is a write with unknown outcome: $isUnknownWrite',
  async ({ method, does, path = '/', isUnknownWrite }) => {
    const app = await startUpstream(does);
    const upstreams = { app: { endpoints: [app.url], timeouts: { response: '200ms' } } };
    const routes = [{ path: '/g', upstream: 'app', ...GRAPHQL }, { upstream: 'app' }];
    const { url, answers } = await startGateway({ upstreams, routes }, { isQuiet: true });
    const got = await ask(`${url}${path}`, { method });
    const reference = String(got.headers['x-request-id']);
    expect(answers.get(reference)?.isUnknownWrite ?? null).toBe(isUnknownWrite);
  },
);

test('what is kept of a payment says what the client was told and by which route, and nothing of the request', async () => {
  const app = await startUpstream('hang');
  const { url, answers } = await startGateway(
    {
      upstreams: { app: { endpoints: [app.url], timeouts: { response: '200ms' } } },
      routes: [{ path: '/r/pay', method: ['POST'], upstream: 'app', payment: true }],
    },
    { isQuiet: true },
  );
  const headers = { ...AS.browser, cookie: 'sid=secret', authorization: 'Basic c2VjcmV0' };
  const got = await ask(`${url}/r/pay/secret?card=secret`, {
    method: 'POST',
    headers,
    body: 'secret',
  });
  const [[reference, facts] = []] = answers;
  expect(reference).toBe(got.headers['x-request-id']);
  expect(facts).toMatchObject({
    ...{ disposition: 'unknown', status: 504, method: 'POST', route: 'POST /r/pay' },
    ...{ isPayment: true, isUnknownWrite: true, clientKind: 'person', retrySafe: false },
  });
  expect(JSON.stringify(facts)).not.toMatch(/secret|c2Vj/);
});

test('a POST that no endpoint took is no write with unknown outcome', async () => {
  const app = await startUpstream();
  await app.refuse();
  const { url, answers } = await startGateway(
    { upstreams: { app: { endpoints: [app.url] } } },
    { isQuiet: true },
  );
  await ask(url, { method: 'POST' });
  const [facts] = [...answers.values()];
  expect(facts).toMatchObject({ disposition: 'not_processed', isUnknownWrite: false });
});
