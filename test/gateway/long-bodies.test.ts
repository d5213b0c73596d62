import { createHash, randomBytes } from 'node:crypto';
import { get, type IncomingMessage, request } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { startUpstream } from '../support/upstream.ts';

const LONG = randomBytes(24 * 1024 * 1024);
const PART_BYTES = 40_000;
const DIGEST = digestOf([LONG]);

test.for([
  { framing: 'with a length', headers: { 'Content-Length': LONG.length } },
  { framing: 'in chunks', headers: {} },
])('a long reply $framing is whole for a client that reads by fits and starts', async (reply) => {
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(200, reply.headers);
    for (const part of parts()) response.write(part);
    response.end();
  });
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const { promise: came, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(url, { agent: false }, resolve).once('error', reject);
  expect(await readByFits(await came)).toBe(DIGEST);
});

test.for([
  { framing: 'with a length', headers: { 'Content-Length': LONG.length } },
  { framing: 'in chunks', headers: { 'Transfer-Encoding': 'chunked' } },
])('an upload $framing is whole for an upstream that reads by fits and starts', async (upload) => {
  const digest = Promise.withResolvers<string>();
  const upstream = await startUpstream((incoming, response) => {
    const reading = readByFits(incoming).finally(() => response.end());
    reading.then(digest.resolve, digest.reject);
  });
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const asked = request(url, { method: 'POST', headers: upload.headers, agent: false });
  asked.once('error', digest.reject);
  for (const part of parts()) asked.write(part);
  asked.end();
  expect(await digest.promise).toBe(DIGEST);
});

function* parts(): Generator<Buffer> {
  for (let from = 0; from < LONG.length; from += PART_BYTES) {
    yield LONG.subarray(from, from + PART_BYTES);
  }
}

/** With pauses long enough for the other side to fill what the system keeps for us, and to have to wait. */
async function readByFits(message: IncomingMessage): Promise<string> {
  const read: Buffer[] = [];
  for await (const part of message) {
    read.push(part);
    const isPause = read.length % 64 === 0;
    for (let turns = 0; isPause && turns < 1000; turns += 1) await turn();
  }
  return digestOf(read);
}

function digestOf(read: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const part of read) hash.update(part);
  return hash.digest('hex');
}
