import { Agent } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { readDocument } from '../../src/statuspage/read-document.ts';
import { startPage } from './page-server.ts';

async function readWithin(url: string, timeoutMs: number) {
  const dispatcher = new Agent();
  onTestFinished(() => dispatcher.destroy());
  const stop = new AbortController().signal;
  return readDocument(new URL(url), {
    dispatcher,
    userAgent: 'test',
    etag: null,
    timeoutMs,
    stop,
  });
}

test('a page that accepts and never answers is a timeout', async () => {
  const page = await startPage(() => undefined);
  expect(await readWithin(page.url, 50)).toMatchObject({ kind: 'failed', problem: 'timeout' });
});

test('a page that drips is a timeout, however often a byte comes', async () => {
  const page = await startPage((_request, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(drip));
  });
  expect(await readWithin(page.url, 200)).toMatchObject({ kind: 'failed', problem: 'timeout' });
});

test('redirects share one time limit', async () => {
  const page = await startPage((_request, response) => {
    setTimeout(() => response.writeHead(302, { location: '/' }).end(), 40);
  });
  expect(await readWithin(page.url, 100)).toMatchObject({ kind: 'failed', problem: 'timeout' });
});

test('a byte order mark is no fault', async () => {
  const page = await startPage((_request, response) => response.end('\ufeff{"a":1}'));
  expect(await readWithin(page.url, 2_000)).toMatchObject({ kind: 'read', payload: { a: 1 } });
});
