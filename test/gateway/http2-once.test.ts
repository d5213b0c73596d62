import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectHttp2, type Http2Got } from '../support/http2-client.ts';
import { type Http2Upstream, startHttp2Upstream } from '../support/http2-upstream.ts';

const REQUESTS = 400;
const AT_ONCE = 20;

/** Numbers from 0 to 1 that are the same each time. */
function drawing(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** Sessions that have said that they look at no more. */
const goneAway = new WeakSet<Http2Session>();

/** What an endpoint may do with a stream that it does not process. */
const REFUSALS: readonly ((stream: ServerHttp2Stream) => void)[] = [
  (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM),
  ({ session, id = 0 }) => {
    if (session === undefined) return;
    session.goaway(constants.NGHTTP2_NO_ERROR, Math.max(1, id - 2));
    goneAway.add(session);
  },
];
/** And with one that it has processed. */
const REPLIES: readonly ((stream: ServerHttp2Stream) => void)[] = [
  (stream) => {
    stream.respond({ ':status': 200 });
    stream.end('processed');
  },
  (stream) => stream.destroy(new Error('fell over')),
  ({ session }) => session?.socket.destroy(),
];

/** What the client is left to believe. A reply that breaks off says itself that nobody knows. */
function outcomeOf(got: Http2Got): string {
  if (got.code !== 'NO_ERROR') return 'broken_off';
  return got.field('candor-disposition')?.split(';')[0] ?? 'served';
}

test('a write is processed once at most, whatever its endpoints do, and every answer is true', async () => {
  const random = drawing(7);
  const processed = new Map<string, number>();
  const start = () =>
    startHttp2Upstream((stream, fields) => {
      if (stream.session !== undefined && goneAway.has(stream.session)) return;
      const body: Buffer[] = [];
      const drawn = random();
      if (drawn < 0.1 && stream.id !== 1) return REFUSALS[drawn < 0.05 ? 0 : 1]?.(stream);
      stream.on('data', (chunk: Buffer) => body.push(chunk));
      stream.on('end', () => {
        if (stream.destroyed || stream.rstCode !== constants.NGHTTP2_NO_ERROR) return;
        const id = String(fields['x-id']);
        expect(Buffer.concat(body).toString()).toBe(`body of ${id}`);
        processed.set(id, (processed.get(id) ?? 0) + 1);
        const act = drawn < 0.96 ? 0 : drawn < 0.995 ? 1 : 2;
        REPLIES[act]?.(stream);
      });
    });
  const endpoints: readonly Http2Upstream[] = [await start(), await start()];
  const { url } = await startGateway(
    oneUpstream(
      endpoints.map((endpoint) => endpoint.url),
      { protocol: 'http2', hold: '5s' },
    ),
    { random },
  );
  const client = await connectHttp2(url);
  const seen = new Map<string, number>();
  const ask = async (id: string) => {
    const got = await client.ask({
      method: 'POST',
      headers: { 'x-id': id },
      body: `body of ${id}`,
    });
    const times = processed.get(id) ?? 0;
    const what = outcomeOf(got);
    expect(times).toBeLessThanOrEqual(what === 'not_processed' ? 0 : 1);
    if (what === 'served') expect([got.text, times]).toEqual(['processed', 1]);
    seen.set(what, (seen.get(what) ?? 0) + 1);
  };

  let next = 0;
  const worker = async () => {
    while (next < REQUESTS) await ask(String(next++));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));

  expect(seen.get('served')).toBeGreaterThan(REQUESTS / 2);
  expect(seen.get('unknown')).toBeGreaterThan(0);
});
