import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { exchange } from '../support/raw-client.ts';
import { type RawConnection, startRawUpstream } from '../support/raw-upstream.ts';

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const LENGTH = SMUGGLED.length;

/** Counts what a second parser, one that trusts the other field, would take for requests. */
function requestsIn(received: string): number {
  return received.match(/^[A-Z]+ \/\S* HTTP\/1\.[01]$/gm)?.length ?? 0;
}

function answering({ socket }: RawConnection): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
}

test.for([
  'foo, chunked',
  'chunked, foo',
  'chunked, chunked',
  'gzip, chunked',
  'identity',
  'xchunked',
  'chunked;a=b',
  '"chunked"',
  '\x0bchunked',
  ',chunked',
  'chunked\r\nTransfer-Encoding: identity',
  'chunked\r\nTransfer-encoding: chunked',
  '\r\n chunked',
])('Transfer-Encoding: %j is refused', async (coding) => {
  const upstream = await startRawUpstream(answering);
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });

  const { received } = await exchange(
    url,
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  );

  expect(received).toMatch(/^HTTP\/1\.1 (?:400|501) /);
  expect(upstream.received).toBe('');
});

test.for([
  {
    name: 'Content-Length and Transfer-Encoding',
    bytes: `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${LENGTH + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  },
  {
    name: 'Transfer-Encoding and Content-Length',
    bytes: `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: ${LENGTH + 5}\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  },
  {
    name: 'two different lengths',
    bytes: `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: ${LENGTH}\r\n\r\n${SMUGGLED}`,
  },
  {
    name: 'two lengths that agree',
    bytes: `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n`,
  },
  {
    name: 'a list of lengths',
    bytes: `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 0\r\n\r\n`,
  },
  {
    name: 'a length with a sign',
    bytes: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +0\r\n\r\n',
  },
  { name: 'a negative length', bytes: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n' },
  {
    name: 'a length that no number can hold',
    bytes: `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n`,
  },
  { name: 'a length in hex', bytes: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x0\r\n\r\n' },
  {
    name: 'Transfer-Encoding in HTTP/1.0',
    bytes: `POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  },
])('$name: 400, and the upstream sees nothing', async ({ bytes }) => {
  const upstream = await startRawUpstream(answering);
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });

  const { received } = await exchange(url, bytes);

  expect(received).toMatch(/^HTTP\/1\.1 400 /);
  expect(received.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
  expect(upstream.received).toBe('');
});

test.for([
  { name: 'in the body of a POST', head: 'POST / HTTP/1.1' },
  { name: 'in the body of a GET', head: 'GET / HTTP/1.1' },
  { name: 'in the body of a DELETE', head: 'DELETE / HTTP/1.1' },
  { name: 'in the body of an OPTIONS', head: 'OPTIONS / HTTP/1.1' },
])('a request $name stays a body', async ({ head }) => {
  const upstream = await startRawUpstream(answering);
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });

  await exchange(
    url,
    `${head}\r\nHost: a\r\nConnection: close\r\nContent-Length: ${LENGTH}\r\n\r\n${SMUGGLED}`,
  );

  expect(upstream.connections).toHaveLength(1);
  expect(upstream.received).toContain(`content-length: ${LENGTH}\r\n\r\n${SMUGGLED}`);
  expect(upstream.received).not.toMatch(/transfer-encoding/i);
});

test('a chunked body arrives chunked once, without extensions and trailers', async () => {
  const upstream = await startRawUpstream(({ socket, received }) => {
    if (received.endsWith('0\r\n\r\n')) {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
    }
  });
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });

  await exchange(
    url,
    'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: Chunked\r\nTrailer: X-Sum\r\n\r\n5;ext="a"\r\nhello\r\n0\r\nX-Sum: 1\r\nHost: b\r\n\r\n',
  );

  expect(upstream.received).toContain('transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n');
  expect(upstream.received).not.toMatch(/x-sum|ext=/i);
  expect(requestsIn(upstream.received)).toBe(1);
});
