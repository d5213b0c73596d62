import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectHttp2 } from '../support/http2-client.ts';
import { startUpstream } from '../support/upstream.ts';

const name = fc.stringMatching(/^x-[a-z0-9!#$%&'*+.^_`|~-]{1,12}$/);
/** What a field can hold: visible characters and bytes beyond ASCII, with spaces and tabs only in between. */
const value = fc.stringMatching(
  /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]{0,20}[\x21-\x7e\x80-\xff])?)?$/,
);
const fields = fc.array(fc.tuple(name, value), { maxLength: 12 });

test('fields go through HTTP/2 in their order, repetition and bytes, both ways', async () => {
  let reply: readonly (readonly [string, string])[] = [];
  let seen: readonly string[] = [];
  const upstream = await startUpstream((incoming, response) => {
    seen = incoming.rawHeaders;
    // Written by itself: node:http would gather the lines of a repeated field.
    const lines = reply.map(([field, text]) => `${field.toUpperCase()}: ${text}\r\n`).join('');
    incoming.socket.write(`HTTP/1.1 200 OK\r\n${lines}Content-Length: 0\r\n\r\n`, 'latin1');
    response.detachSocket(incoming.socket);
    incoming.socket.end();
  });
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectHttp2(url);

  await fc.assert(
    fc.asyncProperty(fields, fields, async (sent, replied) => {
      reply = replied;
      const { status, fields: got } = await client.ask({ raw: sent.flat() });

      expect(status).toBe(200);
      expect(ownIn(seen)).toEqual(sent.flat());
      expect(ownIn(got)).toEqual(replied.flat());
    }),
    { numRuns: 60 },
  );
});

/** The fields of the test, without those that others add. */
function ownIn(all: readonly string[]): readonly string[] {
  const isOwn = (field = '') =>
    field.startsWith('x-') && !/^x-(?:forwarded-|request-id)/.test(field);
  return all.filter((_part, index) => isOwn(all[index - (index % 2)]));
}
