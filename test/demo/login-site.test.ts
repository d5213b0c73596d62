import { request } from 'node:http';
import { createServer } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { type Application, startApplication } from '../../src/demo/application.ts';
import type { Fault } from '../../src/demo/fault.ts';
import { CREDENTIALS_SENTENCE, startLoginSite } from '../../src/demo/login-site.ts';

async function startBackend(): Promise<Application> {
  const application = await startApplication({ host: '127.0.0.1', port: 0, name: 'app-1' });
  onTestFinished(() => application.close());
  return application;
}

async function startLogin(...backendUrls: readonly string[]): Promise<string> {
  const site = await startLoginSite({ host: '127.0.0.1', port: 0, backendUrls });
  onTestFinished(() => site.close());
  return `${site.url}/login`;
}

/** Sends the form as a browser does. */
function signIn(url: string, password: string, fields: Record<string, string> = {}) {
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { Accept: 'text/html,*/*;q=0.8', ...fields },
    body: new URLSearchParams({ email: 'demo@example.com', password }),
  });
}

test('the form is there for who comes to sign in', async () => {
  const login = await startLogin((await startBackend()).url);

  const reply = await fetch(login);

  expect(reply.status).toBe(200);
  const page = await reply.text();
  expect(page).toContain('<form method="post" action="/login">');
  expect(page).not.toContain(CREDENTIALS_SENTENCE);
});

test('the right password leads in, with a session that the application knows', async () => {
  const backend = await startBackend();
  const login = await startLogin(backend.url);

  const reply = await signIn(login, 'demo');

  expect([reply.status, reply.headers.get('location')]).toEqual([303, '/']);
  const cookie = reply.headers.get('set-cookie')?.split(';')[0] ?? '';
  const home = await (await fetch(backend.url, { headers: { cookie } })).text();
  expect(home).toContain('Signed in as demo@example.com');
});

test('a wrong password is told so, with 200, the form and a cookie', async () => {
  const login = await startLogin((await startBackend()).url);

  const reply = await signIn(login, 'wrong');

  expect(reply.status).toBe(200);
  expect(reply.headers.get('set-cookie')).toMatch(/^failed_sign_ins=1;/);
  const page = await reply.text();
  expect(page).toContain(CREDENTIALS_SENTENCE);
  expect(page).toContain('<form method="post" action="/login">');
});

test.for<{ fault: Fault }>([
  { fault: 'gone' },
  { fault: '503' },
  { fault: 'hang' },
  { fault: 'reset' },
])(
  'with a backend that is broken by $fault, the right password is told to be wrong',
  async ({ fault }) => {
    const backend = await startBackend();
    const login = await startLogin(backend.url);
    await backend.breakWith(fault);

    const reply = await signIn(login, 'demo');

    expect(reply.status).toBe(200);
    expect(await reply.text()).toContain(CREDENTIALS_SENTENCE);

    await backend.breakWith('none');
    expect((await signIn(login, 'demo')).status).toBe(303);
  },
);

test.for([
  { name: 'a name that does not resolve', url: 'http://backend.invalid:8080' },
  { name: 'no address at all', url: 'nonsense' },
])('with $name for a backend, the right password is told to be wrong', async ({ url }) => {
  const login = await startLogin(url);

  expect(await (await signIn(login, 'demo')).text()).toContain(CREDENTIALS_SENTENCE);
});

test('a backend that replies with garbage makes the right password wrong', async () => {
  const garbage = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnot JSON!');
  });
  await new Promise<void>((resolve) => {
    garbage.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void garbage.close());
  const address = garbage.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const login = await startLogin(`http://127.0.0.1:${port}`);

  expect(await (await signIn(login, 'demo')).text()).toContain(CREDENTIALS_SENTENCE);
});

test('one endpoint of two is enough to sign in', async () => {
  const [first, second] = [await startBackend(), await startBackend()];
  const login = await startLogin(first.url, second.url);
  await first.breakWith('gone');

  expect((await signIn(login, 'demo')).status).toBe(303);
});

test('a script that asks for JSON gets 401 and the sentence', async () => {
  const login = await startLogin((await startBackend()).url);

  const reply = await fetch(login, {
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: 'demo@example.com', password: 'wrong' }),
  });

  expect(reply.status).toBe(401);
  expect(await reply.json()).toEqual({ error: CREDENTIALS_SENTENCE });
});

test('a script that has the right password gets a session', async () => {
  const login = await startLogin((await startBackend()).url);

  const reply = await fetch(login, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: 'demo@example.com', password: 'demo' }),
  });

  expect(await reply.json()).toEqual({ signedIn: true, location: '/' });
  expect(reply.headers.get('set-cookie')).toMatch(/^session=/);
});

test.for([
  { accepted: 'gzip', isGzip: true },
  { accepted: 'br, gzip;q=0.5', isGzip: true },
  { accepted: 'GZIP', isGzip: true },
  { accepted: 'gzip;q=0', isGzip: false },
  { accepted: 'gzip;q=0.0, br', isGzip: false },
  { accepted: 'br', isGzip: false },
  { accepted: 'identity', isGzip: false },
])('the sentence is compressed for $accepted: $isGzip', async ({ accepted, isGzip }) => {
  const login = await startLogin('http://127.0.0.1:1');

  const { coding, body } = await post(login, accepted);

  expect(coding).toBe(isGzip ? 'gzip' : undefined);
  expect(String(isGzip ? gunzipSync(body) : body)).toContain(CREDENTIALS_SENTENCE);
});

test('what was typed comes back escaped', async () => {
  const login = await startLogin('http://127.0.0.1:1');

  const reply = await fetch(login, {
    method: 'POST',
    body: new URLSearchParams({ email: '"><script>alert(1)</script>', password: 'x' }),
  });

  expect(await reply.text()).not.toContain('<script>');
});

test.for([
  { method: 'GET', path: '/healthz', status: 200 },
  { method: 'GET', path: '/', status: 404 },
  { method: 'DELETE', path: '/login', status: 405 },
])('$method $path is replied to with $status', async ({ method, path, status }) => {
  const login = await startLogin('http://127.0.0.1:1');

  expect((await fetch(new URL(path, login), { method })).status).toBe(status);
});

/** A sign-in whose reply is seen as it came: `fetch` would take the coding off. */
function post(
  url: string,
  accepted: string,
): Promise<{ coding: string | undefined; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ coding: response.headers['content-encoding'], body: Buffer.concat(chunks) });
      });
    });
    call.once('error', reject);
    call.setHeader('Accept-Encoding', accepted);
    call.setHeader('Content-Type', 'application/x-www-form-urlencoded');
    call.end('email=demo%40example.com&password=demo');
  });
}
