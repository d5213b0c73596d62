import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Outage, openOutage } from './outage.ts';
import { commandIn, run } from './run-command.ts';

/** What clients make of compressed pages: each unpacks by itself, and shows the page. */

const CURL = await commandIn('curl');
const REFERENCE = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/g;
const PAGE = ['-H', 'Accept: text/html'];
let outage: Outage;
beforeAll(async () => {
  outage = await openOutage();
});
afterAll(() => outage[Symbol.asyncDispose]());

interface Got {
  readonly coding: string | undefined;
  readonly bytes: Buffer;
}

/** One request with these fields and no others; checks that the body is as long as it was said to be. */
async function ask(acceptEncoding: string): Promise<Got> {
  const headers = { Accept: 'text/html', 'Accept-Encoding': acceptEncoding };
  const { promise, resolve, reject } = Promise.withResolvers<Got>();
  const asked = request(`${outage.url}/invoices`, { headers, agent: false });
  asked.once('error', reject).once('response', async (reply) => {
    const bytes = await buffer(reply);
    expect(reply.headers['content-length']).toBe(String(bytes.length));
    expect(reply.headers.vary).toContain('Accept-Encoding');
    resolve({ coding: reply.headers['content-encoding'], bytes });
  });
  asked.end();
  return promise;
}

/** What all answers have in common: no reference, and no blanks before a line. */
function alike(page: Buffer | string): string {
  return page.toString().replace(REFERENCE, '').replace(/^ +/gm, '');
}

test.for([
  { coding: 'br', unpack: brotliDecompressSync },
  { coding: 'gzip', unpack: gunzipSync },
])('$coding unpacks to the page', async ({ coding, unpack }) => {
  const got = await vi.waitFor(async () => {
    const one = await ask(coding);
    expect(one.coding).toBe(coding);
    return one;
  }, 10_000);
  const plain = await ask('identity');
  expect(plain.coding).toBeUndefined();
  expect(alike(unpack(got.bytes))).toBe(alike(plain.bytes));
});

test('fetch shows the page', async () => {
  const reply = await vi.waitFor(async () => {
    const one = await fetch(`${outage.url}/invoices`, { headers: { Accept: 'text/html' } });
    expect(one.headers.get('content-encoding')).toMatch(/^(br|gzip)$/);
    return one;
  }, 10_000);
  expect(alike(await reply.text())).toBe(alike((await ask('identity')).bytes));
});

const curlTitle =
  CURL === undefined ? 'curl --compressed (skipped: no curl here)' : 'curl --compressed';
test.skipIf(CURL === undefined).for(['url', 'secureUrl'] as const)(
  `${curlTitle} prints the page of %s`,
  async (place) => {
    const url = `${outage[place]}/invoices`;
    await vi.waitFor(async () => {
      const { stdout } = await run('curl', ['-skI', '--compressed', ...PAGE, url]);
      expect(stdout).toMatch(/^content-encoding: (br|gzip)\r$/im);
    }, 10_000);
    const { code, stdout } = await run('curl', ['-sk', '--compressed', ...PAGE, url]);
    expect(code).toBe(0);
    expect(alike(stdout)).toBe(alike((await run('curl', ['-sk', ...PAGE, url])).stdout));
  },
);
