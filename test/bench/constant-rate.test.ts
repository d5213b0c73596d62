import { execFile } from 'node:child_process';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { RateSetting, RateSummary } from '../../bench/constant-rate.ts';

const GENERATOR = fileURLToPath(new URL('../../bench/constant-rate.ts', import.meta.url));
const REPLY = 'x'.repeat(64);
const STALL_MS = 400;
const PER_SECOND = 200;

async function loadOn(listener: RequestListener, seconds: number): Promise<RateSummary> {
  const server = createServer(listener);
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  // The address of a TCP server that listens is an object.
  const { port } = server.address() as AddressInfo;
  const setting: RateSetting = {
    port,
    head: `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    replyBytes: REPLY.length,
    perSecond: PER_SECOND,
    seconds,
    connections: 4,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [
    GENERATOR,
    JSON.stringify(setting),
  ]);
  return JSON.parse(stdout); // Printed by the generator, of this type.
}

test('requests that were due while a server stood still count as late, though four at most were on their way', async () => {
  let stallsUntil: number | null = null;
  const summary = await loadOn((_request, response) => {
    stallsUntil ??= performance.now() + STALL_MS;
    const leftMs = stallsUntil - performance.now();
    if (leftMs > 0) setTimeout(() => response.end(REPLY), leftMs);
    else response.end(REPLY);
  }, 0.5);
  expect(summary).toMatchObject({ requests: 100, errors: 0 });
  // Four fifths were due while it stood still, and waited for anything up to all of that time.
  expect(summary.median).toBeGreaterThan((STALL_MS / 4) * 1000);
  expect(summary.p99).toBeGreaterThan(STALL_MS * 0.9 * 1000);
});

test('what is not 200, and what breaks off, is an error; a connection that was ended in order is none', async () => {
  let count = 0;
  const summary = await loadOn((_request, response) => {
    count += 1;
    if (count === 3) response.destroy();
    else if (count === 5) response.writeHead(503).end();
    else response.setHeader('Connection', count % 2 === 0 ? 'close' : 'keep-alive').end(REPLY);
  }, 0.1);
  expect(summary).toMatchObject({ requests: 18, errors: 2 });
});
