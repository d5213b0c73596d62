import { expect, onTestFinished, test } from 'vitest';
import { type Application, startApplication } from '../../src/demo/application.ts';
import { openLedger } from '../../src/demo/ledger.ts';
import { sessionOf } from '../../src/demo/session.ts';
import { sendRaw } from './raw-exchange.ts';

async function start(ledger = openLedger()): Promise<Application> {
  const application = await startApplication({ host: '127.0.0.1', port: 0, name: 'app-1', ledger });
  onTestFinished(() => application.close());
  return application;
}

test.for([
  { path: '/', status: 200, says: 'served by <strong>app-1</strong>' },
  { path: '/invoices', status: 200, says: 'Northwind Cycles' },
  { path: '/r/pay', status: 200, says: 'Pay an invoice' },
  { path: '/healthz', status: 200, says: 'ok' },
  { path: '/slow?ms=5', status: 200, says: 'This took 5 ms.' },
  { path: '/slow?ms=soon', status: 400, says: 'expected a number' },
  { path: '/nowhere', status: 404, says: 'Not found' },
  { path: '/constructor', status: 404, says: 'Not found' },
])('GET $path is replied to with $status', async ({ path, status, says }) => {
  const { url } = await start();

  const reply = await fetch(url + path);

  expect(reply.status).toBe(status);
  expect(reply.headers.get('served-by')).toBe('app-1');
  expect(await reply.text()).toContain(says);
});

test('a HEAD has the fields of the GET and no body', async () => {
  const { url } = await start();

  const [head, get] = await Promise.all([fetch(url, { method: 'HEAD' }), fetch(url)]);

  expect(await head.text()).toBe('');
  expect(head.headers.get('content-length')).toBe(String((await get.bytes()).length));
});

test('an invoice that is created stands in the list, escaped', async () => {
  const { url } = await start();

  const reply = await fetch(`${url}/invoices`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ company: '<b>Ada & Co', amount: '12.34' }),
  });

  expect([reply.status, reply.headers.get('location')]).toEqual([303, '/invoices']);
  const list = await (await fetch(`${url}/invoices`)).text();
  expect(list).toContain('&#60;b&#62;Ada &#38; Co');
  expect(list).toContain('$12.34');
});

test.for([
  { path: '/invoices', fields: { company: '', amount: '1' }, says: 'company: expected' },
  { path: '/invoices', fields: { company: 'Ada', amount: '-1' }, says: 'amount: expected' },
  { path: '/invoices', fields: { company: 'Ada', amount: '1e400' }, says: 'amount: expected' },
  { path: '/r/pay', fields: { invoice: '77' }, says: 'invoice: expected' },
])('$path refuses $fields', async ({ path, fields, says }) => {
  const { url } = await start();

  const reply = await fetch(url + path, { method: 'POST', body: new URLSearchParams(fields) });

  expect(reply.status).toBe(422);
  expect(await reply.text()).toContain(says);
});

test('a payment is counted once, and its invoice is paid', async () => {
  const ledger = openLedger();
  const { url } = await start(ledger);

  const reply = await fetch(`${url}/r/pay`, {
    method: 'POST',
    body: new URLSearchParams({ invoice: '1002' }),
  });

  expect(await reply.text()).toContain('Invoice 1002 over $480.50 is paid');
  expect(ledger.payments).toBe(1);
  expect(ledger.invoices.find(({ number }) => number === 1002)?.isPaid).toBe(true);
});

test('endpoints that share a ledger know the same', async () => {
  const ledger = openLedger();
  const [first, second] = [await start(ledger), await start(ledger)];

  await fetch(`${first.url}/api/v3/customer`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ company: 'Ada & Co' }),
  });

  const reply = await fetch(`${second.url}/api/v3/customer/4`);
  expect(await reply.json()).toMatchObject({ response: { customer_id: 4, company: 'Ada & Co' } });
});

test.for([
  { request: 'GET /api/v3/customer', body: '', code: 200, state: 'OK' },
  { request: 'GET /api/v3/customer/2', body: '', code: 200, state: 'OK' },
  { request: 'GET /api/v3/customer/99', body: '', code: 404, state: 'Error' },
  { request: 'GET /api/v3/unicorn', body: '', code: 404, state: 'Error' },
  { request: 'PATCH /api/v3/customer', body: '', code: 405, state: 'Error' },
  { request: 'POST /api/v3/customer', body: '{"company":"Ada"}', code: 201, state: 'OK' },
  { request: 'POST /api/v3/customer', body: '{"company":', code: 400, state: 'Error' },
  { request: 'POST /api/v3/customer', body: '[]', code: 400, state: 'Error' },
  { request: 'POST /api/v3/customer', body: '{"company":{"toString":1}}', code: 201, state: 'OK' },
  { request: 'POST /api/v3/customer', body: 'x'.repeat(70_000), code: 413, state: 'Error' },
  {
    request: 'POST /api/session',
    body: '{"email":"demo@example.com","password":"demo"}',
    code: 200,
    state: 'OK',
  },
  {
    request: 'POST /api/session',
    body: '{"email":"demo@example.com","password":"wrong"}',
    code: 401,
    state: 'Error',
  },
  { request: 'GET /api/session', body: '', code: 405, state: 'Error' },
])(
  '$request is replied to with $code in the API envelope',
  async ({ request, body, code, state }) => {
    const { url } = await start();
    const [method = '', path = ''] = request.split(' ');

    const reply = await fetch(url + path, {
      method,
      headers: { 'Content-Type': 'application/json' },
      ...(body === '' ? {} : { body }),
    });

    expect(reply.status).toBe(code);
    const envelope = (await reply.json()) as Record<string, unknown>;
    expect(Object.keys(envelope)).toEqual(['code', 'status', 'message', 'details', 'response']);
    expect([envelope.code, envelope.status]).toEqual([code, state]);
  },
);

test.for([
  { name: 'its own session', cookie: `a=b; session=${sessionOf('ada@example.com')}`, isIn: true },
  { name: 'a forged session', cookie: 'session=YWRhQGV4YW1wbGUuY29t.forged', isIn: false },
  { name: 'no session', cookie: 'a=b', isIn: false },
])('somebody with $name is signed in: $isIn', async ({ cookie, isIn }) => {
  const { url } = await start();

  const page = await (await fetch(url, { headers: { cookie } })).text();

  expect(page.includes('Signed in as ada@example.com')).toBe(isIn);
});

test('the counter goes on after the number that a client has seen', async () => {
  const { url } = await start();
  const leave = new AbortController();
  onTestFinished(() => leave.abort());

  const reply = await fetch(`${url}/events`, {
    headers: { 'Last-Event-ID': '41' },
    signal: leave.signal,
  });

  expect(reply.headers.get('content-type')).toBe('text/event-stream');
  const first = await reply.body?.getReader().read();
  expect(new TextDecoder().decode(first?.value)).toBe('id: 42\ndata: 42\n\n');
});

test.for([
  'GET http:// HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET // HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
  'GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  'POST /invoices HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n',
  '\u0000\u0001\u0002 garbage\r\n\r\n',
])('%j ends its own connection and nothing else', async (bytes) => {
  const { url } = await start();

  const { received } = await sendRaw(url, bytes);

  expect(received).not.toContain('HTTP/1.1 5');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});
