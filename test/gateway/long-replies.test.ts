import { createHash, randomBytes } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
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
    for (let from = 0; from < LONG.length; from += PART_BYTES) {
      response.write(LONG.subarray(from, from + PART_BYTES));
    }
    response.end();
  });
  const { url } = await startGateway(oneUpstream([upstream.url]));
  expect(await readByFits(url)).toBe(DIGEST);
});

async function readByFits(url: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(url, { agent: false }, resolve).once('error', reject);
  const parts: Buffer[] = [];
  for await (const part of await promise) {
    parts.push(part);
    const isPause = parts.length % 64 === 0;
    for (let turns = 0; isPause && turns < 1000; turns += 1) await turn();
  }
  return digestOf(parts);
}

function digestOf(parts: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
