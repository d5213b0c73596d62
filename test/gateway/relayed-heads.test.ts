import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Http1Response } from '../../src/gateway/http1-response.ts';
import type { ReplyHead } from '../../src/gateway/reply.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { exchange } from '../support/raw-client.ts';
import { replying, startRawUpstream } from '../support/raw-upstream.ts';

const name = fc.oneof(
  fc.constantFrom('Date', 'dAtE', 'Server', 'ETag', 'Set-Cookie', 'X-A'),
  fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,20}$/),
);
/** What has a say in framing and connection never reaches the client as it came. */
const OF_THE_HOP = /^(?:connection|keep-alive|transfer-encoding|content-length|trailer|expect)$/i;
const field = fc
  .tuple(name, fc.stringMatching(/^[\t\x20-\x7e\x80-\xff]{0,30}$/))
  .filter(([key]) => !OF_THE_HOP.test(key));
const reply = fc.record({
  status: fc.constantFrom(200, 204, 206, 304, 404, 500, 799),
  reasonPhrase: fc.constantFrom('', 'OK', 'caf\xe9'),
  fields: fc.array(field).map((fields) => fields.flat()),
  length: fc.option(fc.nat()),
  method: fc.constantFrom('GET', 'HEAD'),
  minor: fc.constantFrom(0, 1),
  isKept: fc.boolean(),
});

test('the head of a checked reply is the one that node:http makes', () => {
  fc.assert(
    fc.property(reply, ({ length, fields, ...asked }) => {
      const framing = length === null ? [] : ['Content-Length', String(length)];
      const head: ReplyHead = {
        ...asked,
        fields: [...framing, ...fields],
        contentLength: length,
        isLast: false,
      };
      const [written, checked] = [responseTo(asked), responseTo(asked)];
      written.writeReplyHead(head, false);
      checked.writeReplyHead(head, true);
      expect(traitsOf(checked)).toEqual(traitsOf(written));
    }),
  );
});

function responseTo({ method, minor, isKept }: { method: string; minor: number; isKept: boolean }) {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method, httpVersionMajor: 1, httpVersionMinor: minor });
  const response = new Http1Response(request);
  response._keepAliveTimeout = 75_000;
  response.shouldKeepAlive = isKept;
  return response;
}

function traitsOf(response: Http1Response) {
  const { _header, _last, statusCode, statusMessage, headersSent, chunkedEncoding } = response;
  const head = _header?.replace(/^Date: \w{3}, .* GMT\r$/m, 'Date: \r');
  return { head, _last, statusCode, statusMessage, headersSent, chunkedEncoding };
}

test.for([
  { name: 'a light reply', method: 'GET', status: '200 OK' },
  { name: 'a reply to a write', method: 'POST', status: '200 OK' },
  { name: 'a reply that was looked into', method: 'GET', status: '503 Deliberate' },
])('the name of a download in $name keeps its bytes', async ({ method, status }) => {
  const fields =
    'Content-Type: application/json\r\nContent-Length: 2\r\n' +
    'Content-Disposition: attachment; filename="\xc3\xa9\xe2\x82\xac"\r\n';
  const upstream = await startRawUpstream(replying(`HTTP/1.1 ${status}\r\n${fields}\r\n{}`));
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const asked = `${method} / HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n`;

  const { received } = await exchange(
    url,
    `${asked}Content-Length: 0\r\nConnection: close\r\n\r\n`,
  );

  expect(received).toContain(fields);
});

test('what is no field goes the way on which node:http refuses it', () => {
  for (const fields of [
    ['X A', 'b'],
    ['', 'b'],
    ['X-A', 'a\r\nX-B: c'],
    ['X-A', '\u20ac'],
  ]) {
    const response = responseTo({ method: 'GET', minor: 1, isKept: true });
    const head = { status: 200, reasonPhrase: 'OK', fields, contentLength: 0, isLast: false };
    expect(() => response.writeReplyHead(head, false)).toThrow(TypeError);
    expect(response.headersSent).toBe(false);
  }
});
