import { expect, test, vi } from 'vitest';
import { connectRaw, request } from '../support/raw-client.ts';
import { type Scene, startScene } from './login.ts';

/** The login site, whose application is down, with a rule that holds POST back. */
async function startHeldScene(): Promise<Scene> {
  const scene = await startScene((_asked, response) => response.end('in'), {
    rule: { holdBack: ['POST'] },
  });
  await scene.app.refuse();
  scene.upstream('app').start();
  scene.upstream('app').requestFailed('connection_refused');
  await vi.waitFor(() => expect(scene.upstream('app').belief.verdict.state).toBe('down'), 5_000);
  return scene;
}

function post(target: string, fields: readonly string[], body = 'hi'): string {
  const all = ['Host: a', `Content-Length: ${Buffer.byteLength(body)}`, ...fields];
  return `POST ${target} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n${body}`;
}

const CLIENTS = [
  {
    name: 'a browser',
    bytes: post('/login', [
      'Accept: text/html',
      'Sec-Fetch-Mode: navigate',
      'Sec-Fetch-Dest: document',
    ]),
  },
  {
    name: 'a script in a page',
    bytes: post('/login', [
      'Accept: application/json',
      'Origin: https://a',
      'Sec-Fetch-Mode: cors',
      'Sec-Fetch-Dest: empty',
    ]),
  },
  { name: 'curl', bytes: post('/login', ['Accept: */*', 'User-Agent: curl/8.0']) },
  {
    name: 'an API client',
    bytes: post(
      '/login',
      ['Content-Type: application/json', 'Accept: application/json'],
      '{"a":1}',
    ),
  },
  {
    name: 'GraphQL',
    bytes: post(
      '/login',
      ['Content-Type: application/json', 'Accept: application/graphql-response+json'],
      '{}',
    ),
    statuses: [503, 200],
  },
  {
    name: 'SOAP',
    bytes: post('/login', ['Content-Type: text/xml', 'SOAPAction: "login"'], '<a/>'),
    statuses: [500],
  },
  {
    name: 'gRPC-Web',
    bytes: post('/login', ['Content-Type: application/grpc-web+proto']),
    statuses: [200],
  },
  {
    name: 'a body in chunks',
    bytes:
      'POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
  },
  { name: 'no body at all', bytes: 'POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n' },
  { name: 'HTTP/1.0', bytes: 'POST /login HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi' },
  {
    name: 'one that waits for 100 Continue',
    bytes: 'POST /login HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n',
  },
  { name: 'an address in another spelling', bytes: post('/%6Cogin', []) },
  { name: 'an address with more in it', bytes: post('//x/.././login?a=b', []) },
  { name: 'an absolute address', bytes: post('http://a/login', []) },
  { name: 'an address below it', bytes: post('/login/2fa', []) },
] as const;

test('nothing of a method that is held back reaches the login site while what checks it is down', async () => {
  const { url, login, gateway, misleading } = await startHeldScene();
  const before = { requests: login.requests, connections: login.connections };

  for (const client of CLIENTS) {
    const connection = await connectRaw(url);
    connection.send(client.bytes);
    const answer = await connection.response();
    const expected: readonly number[] = 'statuses' in client ? client.statuses : [503];
    expect(expected, `${client.name} got ${answer.status}`).toContain(answer.status);
    expect(answer.field('candor-disposition'), client.name).toMatch(
      /^not_processed; retry-safe=\?1/,
    );
  }

  expect({ requests: login.requests, connections: login.connections }).toEqual(before);
  expect(misleading).toHaveLength(CLIENTS.length);
  expect(
    misleading.every(({ source, matched }) => source === 'held_back' && matched === null),
  ).toBe(true);
  expect([...gateway.counts.misleading.values()]).toEqual([
    { rule: 'credentials', evidence: 'held_back', upstream: 'app', count: CLIENTS.length },
  ]);
});

test('of pipelined requests those that are held back are answered in their turn, and the others forwarded', async () => {
  const { url, login } = await startHeldScene();
  const get = 'GET /login HTTP/1.1\r\nHost: a\r\n\r\n';
  const before = login.requests;
  const client = await connectRaw(url);

  client.send(post('/login', []) + get + post('/login', []) + post('/login', []) + get);

  const statuses = [];
  for (let count = 0; count < 5; count += 1) statuses.push((await client.response()).status);
  expect(statuses).toEqual([503, 200, 503, 503, 200]);
  expect(login.requests - before).toBe(2);
});

test('a request that is held back is in the log with its rule and the upstream that is down', async () => {
  const { url, logged } = await startHeldScene();
  await request(url, post('/login', []));
  expect(await logged('answered')).toMatchObject({
    rule: 'credentials',
    matched: null,
    evidence: 'held_back',
    upstream: 'app',
    verdict: 'down',
    cause: 'connection_refused',
    disposition: 'not_processed',
    sign_in: true,
    check_ms: null,
  });
});

test('methods that a rule does not hold back, and other routes, go on', async () => {
  const { url, login } = await startHeldScene();
  const before = login.requests;
  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
    const reply = await request(
      url,
      `${method} /login HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`,
    );
    expect([method, reply.status]).toEqual([method, 200]);
  }
  expect(login.requests - before).toBe(4);
});
