import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectFrames, END_HEADERS, FRAME, frame, headers } from '../support/http2-frames.ts';
import { startUpstream } from '../support/upstream.ts';

async function startOne() {
  const upstreamSide = await startUpstream((incoming, response) => {
    response.end(`served ${JSON.stringify(incoming.rawHeaders)}\n`);
  });
  const settings = oneUpstream([upstreamSide.url]);
  return { upstreamSide, ...(await startGateway(settings, { isQuiet: true })) };
}

/** What two parsers could read differently once it is HTTP/1.1, and what RFC 9113 calls malformed (section 8.2). */
test.for<{ name: string; fields: Readonly<Record<string, string>> }>([
  { name: 'a name in upper case', fields: { 'X-A': 'b' } },
  { name: 'a transfer coding', fields: { 'transfer-encoding': 'chunked' } },
  { name: 'a Connection field', fields: { connection: 'x-own' } },
  { name: 'an Upgrade', fields: { upgrade: 'websocket' } },
  { name: 'TE with more than trailers', fields: { te: 'gzip' } },
  { name: 'a length that is none', fields: { 'content-length': '1x' } },
  { name: 'a length of a body that is not there', fields: { 'content-length': '5' } },
  { name: 'a method that is two', fields: { ':method': 'GET / HTTP/1.1\r\nX-A:' } },
  { name: 'a path with a line break', fields: { ':path': '/ HTTP/1.1\r\nX-A: b' } },
  { name: 'a path with a space', fields: { ':path': '/a b' } },
  { name: 'a path that is a URL', fields: { ':path': 'http://b/' } },
  { name: 'an authority with a line break', fields: { ':authority': 'a\r\nX-A: b' } },
  { name: 'a pseudo-field that nobody knows', fields: { ':unknown': 'a' } },
  { name: 'the status of a response', fields: { ':status': '200' } },
  {
    name: 'extended CONNECT, which is not offered',
    fields: { ':method': 'CONNECT', ':protocol': 'websocket' },
  },
])('$name is reset and reaches no upstream; the connection goes on', async ({ fields }) => {
  const { url, upstreamSide, upstream } = await startOne();
  const client = await connectFrames(url);

  client.send(headers(1, fields));
  await client.until(frame(FRAME.reset, { stream: 1, payload: '\0\0\0\x01' }));
  client.send(headers(3));
  await client.until('served');

  expect(upstreamSide.requests).toBe(1);
  expect(upstream().belief.verdict.state).toBe('up');
});

test.for<{ name: string; fields: Readonly<Record<string, string>> }>([
  { name: 'a line break in a value', fields: { 'x-a': 'b\r\nX-Own: c' } },
  { name: 'a line feed in a value', fields: { 'x-a': 'b\nx' } },
  { name: 'a NUL in a value', fields: { 'x-a': 'b\0c' } },
  { name: 'a space in front of a value', fields: { 'x-a': ' b' } },
  { name: 'a line break in a name', fields: { 'x-a\r\nx-b': 'c' } },
  { name: 'a colon in a name', fields: { 'x-a: b\r\nhost': 'c' } },
])('a field with $name does not go on', async ({ fields }) => {
  const { url } = await startOne();
  const client = await connectFrames(url);

  client.send(headers(1, fields));
  await client.until('served');
  await client.until('\n');
  client.leave();

  expect((await client.ending()).received).not.toContain('x-a');
});

test('a Host that differs from the authority is refused', async () => {
  const { url, upstreamSide } = await startOne();
  const client = await connectFrames(url);

  client.send(headers(1, { host: 'b' }));
  await client.until('more than one Host field');

  expect(upstreamSide.requests).toBe(0);
});

test('trailers may not say what only a head can', async () => {
  const { url } = await startOne();
  const client = await connectFrames(url);

  client.send(headers(1, { flags: END_HEADERS, ':method': 'POST' }));
  client.send(headers(1));

  await client.until(frame(FRAME.reset, { stream: 1, payload: '\0\0\0\x01' }));
});
