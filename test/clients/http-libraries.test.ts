import axios, { AxiosError } from 'axios';
import got, { HTTPError } from 'got';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Outage, openOutage } from './outage.ts';

/** What programs see that call the API with the libraries of the Node world, as these come. */

let outage: Outage;
beforeAll(async () => {
  outage = await openOutage();
});
afterAll(() => outage[Symbol.asyncDispose]());

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('the request succeeded');
    },
    (error: unknown) => error,
  );
}

describe('axios', () => {
  test('rejects with the parsed problem of the outage', async () => {
    const error = await errorOf(axios.get(`${outage.url}/customers`, { proxy: false }));
    expect(error).toBeInstanceOf(AxiosError);
    const { response } = error as AxiosError<{ title: string; outage: { statusPage: string } }>;
    expect(response?.status).toBe(503);
    expect(response?.statusText).toMatch(/^ChargeOver outage - see http/);
    // `application/json, text/plain, */*` is what axios asks for.
    expect(response?.data.title).toBe('ChargeOver is unavailable');
    expect(response?.data.outage).toMatchObject({
      reason: 'outage',
      disposition: 'not_processed',
      retrySafe: true,
      reported: true,
      statusPage: outage.statusPage,
      incident: { status: 'investigating' },
    });
    expect(Number(response?.headers['retry-after'])).toBeGreaterThanOrEqual(30);
  });

  test('a POST that was sent and not answered says to check first', async () => {
    const error = await errorOf(
      axios.post(`${outage.url}/slow/customers`, { company: 'Acme' }, { proxy: false }),
    );
    const { response } = error as AxiosError<{ type: string; detail: string; outage: object }>;
    expect(response?.status).toBe(504);
    expect(response?.headers['retry-after']).toBeUndefined();
    expect(response?.data.type).toBe('/_candor/problems/outcome-unknown');
    expect(response?.data.detail).toContain('a repeat could create a duplicate');
    expect(response?.data.outage).toMatchObject({ retrySafe: false, retryAfter: null });
  });

  test('is served by the same address when the outage is over', async () => {
    await outage.mend();
    const { status, data } = await axios.get<string>(`${outage.url}/customers`, { proxy: false });
    await outage.breakAgain();
    expect([status, data]).toEqual([200, 'served\n']);
  });
});

describe('got', () => {
  test('throws an error that names the outage, with the answer in it', async () => {
    const error = await errorOf(got(`${outage.url}/customers`, { retry: { limit: 0 } }).json());
    expect(error).toBeInstanceOf(HTTPError);
    const { response } = error as HTTPError<string>;
    expect(response.statusCode).toBe(503);
    expect(JSON.parse(response.body)).toMatchObject({ title: 'ChargeOver is unavailable' });
  });

  test('keeps to Retry-After, and so does not come back while it may not', async () => {
    const before = await outage.answers();
    const error = await errorOf(
      got(`${outage.url}/customers`, { retry: { limit: 2, maxRetryAfter: 5_000 } }).text(),
    );
    expect((error as HTTPError).response.statusCode).toBe(503);
    expect((await outage.answers()) - before).toBe(1);
  });

  test('never repeats a POST', async () => {
    const before = await outage.answers();
    await errorOf(got.post(`${outage.url}/slow/customers`, { json: { company: 'Acme' } }).text());
    expect((await outage.answers()) - before).toBe(1);
  });
});

describe('undici', () => {
  test('gets text where it asks for nothing, and the whole of it', async () => {
    const { statusCode, headers, body } = await request(`${outage.url}/customers`);
    expect(statusCode).toBe(503);
    const text = await body.text();
    expect(headers['content-length']).toBe(String(Buffer.byteLength(text)));
    expect(text).toContain('Nothing was sent to ChargeOver.');
  });

  test('fetch reads the problem as JSON', async () => {
    const reply = await fetch(`${outage.url}/customers`, {
      headers: { accept: 'application/problem+json' },
    });
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(await reply.json()).toMatchObject({
      status: 503,
      type: '/_candor/problems/not-processed',
    });
  });
});
