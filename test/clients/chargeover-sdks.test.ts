import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Outage, openOutage } from './outage.ts';

/**
 * ChargeOver's own SDKs, which no registry of this project has: for each a small client that parses as
 * `shared/STATUSPAGES.md`, section 3, says that the SDK does, read from the SDK's code.
 */

let outage: Outage;
beforeAll(async () => {
  outage = await openOutage();
});
afterAll(() => outage[Symbol.asyncDispose]());

const SAFE =
  /^ChargeOver is unavailable\. Nothing was sent, so it is safe to try again\. See http:\/\/\S+ \(ref [0-9A-Z-]{14}\)$/;
const CHECK =
  /^ChargeOver did not answer\. The request may have been processed: look it up, for example by external_key, before sending it again\. See http:\/\/\S+ \(ref [0-9A-Z-]{14}\)$/;

/** One call of the API: a JSON Content-Type even on GET, and an Accept that takes anything. */
async function call(
  path: string,
  method = 'GET',
): Promise<{ readonly reply: IncomingMessage; readonly body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = {
    'content-type': 'application/json',
    accept: '*/*',
    authorization: 'Basic a2V5OmtleQ==',
  };
  request(`${outage.url}${path}`, { method, headers, agent: false }, resolve)
    .on('error', reject)
    .end(method === 'GET' ? undefined : '{"company":"Acme"}');
  const reply = await promise;
  return { reply, body: await text(reply) };
}

/** PHP (`ChargeOverAPI.php`): an object of code, message and details; a member that lacks is a warning. */
async function php(path: string, method?: string) {
  const { body } = await call(path, method);
  if (body === '') return { code: -1, message: 'Problem hitting URL', warnings: [] };
  let data: Record<string, unknown>;
  try {
    data = JSON.parse(body);
  } catch {
    return { code: -2, message: `Server returned an invalid JSON response: ${body}`, warnings: [] };
  }
  const warnings = ['code', 'message', 'details'].filter((name) => !Object.hasOwn(data, name));
  return { code: data.code, message: data.message, details: data.details, warnings };
}

/** Ruby: 500 ignores the body; else the parsed body's message in a ChargeoverException. */
async function ruby(path: string, method?: string): Promise<string> {
  const { reply, body } = await call(path, method);
  if (reply.statusCode === 500) return 'ChargeoverException: There was an error with chargeover';
  const { message } = JSON.parse(body);
  return `ChargeoverException ${reply.statusCode}: ${message}`;
}

/** Python 2: parses, needs `response`, and shows nothing but the reason phrase. */
async function python2(path: string, method?: string): Promise<string> {
  const { reply, body } = await call(path, method);
  const data: object = JSON.parse(body);
  if (!('response' in data)) return "KeyError: 'response'";
  return `ChargeOverConnectionError: ${reply.statusCode}: ${reply.statusMessage}`;
}

/** Java: a strict class of four members; any other one is the parser's error, which prints the raw JSON. */
async function java(path: string): Promise<string> {
  const { body } = await call(path);
  const data: Record<string, unknown> = JSON.parse(body);
  const strange = Object.keys(data).filter(
    (name) => !['code', 'status', 'message', 'response'].includes(name),
  );
  if (strange.length > 0) return `Couldn't parse server response: ${body}`;
  // An object in `response` would be returned as the customer.
  if (typeof data.response === 'object') return JSON.stringify(data.response);
  return `Error: ${data.code} - ${data.message} | ${data.status} | ${data.response}`;
}

/** C#: HTTP/1.0 without keep-alive, the body unread: the reason phrase is all that there is. */
async function csharp(path: string): Promise<{ readonly shown: string; readonly head: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let received = '';
  const socket = connect(outage.port, '127.0.0.1', () => {
    socket.write(
      `GET ${path} HTTP/1.0\r\nHost: ${outage.host}\r\nContent-Type: application/json\r\n\r\n`,
    );
  });
  socket.setEncoding('latin1').on('error', reject);
  socket.on('data', (chunk: string) => {
    received += chunk;
  });
  socket.once('end', () => resolve(received));
  const head = (await promise).split('\r\n\r\n')[0] ?? '';
  const [, status, phrase] = /^HTTP\/1\.\d (\d+) (.*)\r\n/.exec(`${head}\r\n`) ?? [];
  return { head, shown: `The remote server returned an error: (${status}) ${phrase}.` };
}

/** Node (SandipNirmal): `status` is lower-cased as a text; a number there ends the process. */
async function node(path: string): Promise<{ statusCode: number | undefined; res: object }> {
  const { reply, body } = await call(path);
  const { status, message } = JSON.parse(body);
  return { statusCode: reply.statusCode, res: { [status.toLowerCase()]: message } };
}

test('PHP: its message leads to the status page, with all that it reads', async () => {
  const shown = await php('/api/v3/customer');
  expect(shown.code).toBe(503);
  expect(shown.message).toMatch(SAFE);
  expect(shown.warnings).toEqual([]);
  expect(shown.details).toMatchObject({
    reason: 'outage',
    disposition: 'not_processed',
    retry_safe: true,
    retry_after: expect.any(Number),
    status_page: outage.statusPage,
    incident_status: 'investigating',
  });
});

test('PHP: a customer that may have been created is to be looked up first', async () => {
  const shown = await php('/slow/api/v3/customer', 'POST');
  expect(shown.code).toBe(504);
  expect(shown.message).toMatch(CHECK);
  expect(shown.details).toMatchObject({ retry_safe: false, retry_after: null });
});

test('Ruby: a ChargeoverException with our words', async () => {
  expect(await ruby('/api/v3/customer')).toMatch(
    /^ChargeoverException 503: ChargeOver is unavailable\. Nothing was sent/,
  );
  expect(await ruby('/slow/api/v3/invoice', 'POST')).toMatch(
    /^ChargeoverException 504: ChargeOver did not answer\. The request may have been processed/,
  );
});

test('Python 2: the reason phrase leads to the status page', async () => {
  expect(await python2('/api/v3/customer')).toBe(
    `ChargeOverConnectionError: 503: ChargeOver outage - see ${outage.statusPage}`,
  );
  expect(await python2('/slow/api/v3/customer', 'POST')).toBe(
    `ChargeOverConnectionError: 504: No answer, outcome unknown - see ${outage.statusPage}`,
  );
});

test('Java: an error that shows our message, and never a customer', async () => {
  const shown = await java('/api/v3/customer');
  expect(shown).toMatch(
    /^Couldn't parse server response: \{"code":503,"status":"Error","message":"ChargeOver is unavailable\./,
  );
});

test('C#: over HTTP/1.0 with a length, the reason phrase leads to the status page', async () => {
  const { head, shown } = await csharp('/api/v3/customer');
  expect(shown).toBe(
    `The remote server returned an error: (503) ChargeOver outage - see ${outage.statusPage}.`,
  );
  expect(head).toMatch(/\r\nContent-Length: \d+/);
  expect(head).not.toMatch(/transfer-encoding/i);
});

test('Node: rejects with our message, and its process lives', async () => {
  expect(await node('/api/v3/customer')).toEqual({
    statusCode: 503,
    res: { error: expect.stringMatching(SAFE) },
  });
});
