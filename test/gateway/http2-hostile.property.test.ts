import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { exchange, request } from '../support/raw-client.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';

const SETTINGS = Buffer.from('000000040000000000', 'hex');

/** A frame as RFC 9113, section 4.1, lays it out, whatever it says. */
const frame = fc
  .record({
    type: fc.integer({ min: 0, max: 12 }),
    flags: fc.constantFrom(0, 1, 4, 5, 8, 0x20, 0xff),
    stream: fc.constantFrom(0, 1, 1, 1, 2, 3),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      // Fields: `:status: 200`, `:status: 103`, `content-length: 3`, a name in upper case.
      fc.constantFrom(
        [0x88],
        [0x48, 3, 0x31, 0x30, 0x33],
        [0x88, 0x0f, 0x0d, 1, 0x33],
        [0x88, 0, 1, 0x41, 1, 0x42],
      ),
    ),
  })
  .map(({ type, flags, stream, payload }) =>
    Buffer.from([0, 0, payload.length, type, flags, 0, 0, 0, stream, ...payload]),
  );
const sent = fc.oneof(
  fc.array(frame, { maxLength: 6 }).map((frames) => Buffer.concat(frames)),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
);

const BODIES = [
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi',
  'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTrailer: X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n',
] as const;

test('whatever an endpoint sends, its clients are answered or broken off, and the next one is served', async () => {
  await fc.assert(
    fc.asyncProperty(sent, fc.constantFrom(...BODIES), fc.boolean(), async (bytes, asked, ends) => {
      const upstream = await startRawUpstream(({ socket, received }) => {
        if (socket.bytesWritten === 0) socket.write(SETTINGS);
        else if (socket.bytesWritten === SETTINGS.length && received.length > 60) {
          socket.write(bytes);
          if (ends) socket.end();
        }
      });
      const { url } = await startGateway(
        oneUpstream([upstream.url], {
          protocol: 'http2',
          hold: '0s',
          timeouts: { connect: '100ms', response: '60ms', idle: '60ms' },
        }),
        { isQuiet: true },
      );

      const { received } = await exchange(url, asked);

      expect(received === '' || /^HTTP\/1\.1 \d{3} /.test(received)).toBe(true);
      expect((await request(url, 'GET /_candor/healthz HTTP/1.1\r\nHost: a\r\n\r\n')).status).toBe(
        200,
      );
    }),
    { numRuns: 30 },
  );
}, 30_000);
