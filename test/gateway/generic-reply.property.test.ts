import fc from 'fast-check';
import { expect, test } from 'vitest';
import { originOf } from '../../src/gateway/generic-reply.ts';
import type { ReplyHead } from '../../src/gateway/reply.ts';
import { mayBeStale, mayRepeat } from '../../src/gateway/retry.ts';
import { CAUSES } from '../../src/outage/cause.ts';

function headOf(contentType: string | null, status = 503): ReplyHead {
  const fields = contentType === null ? [] : ['Content-Type', contentType];
  return { status, reasonPhrase: '', fields, contentLength: null, isLast: false };
}

const type = fc.constantFrom(null, 'text/html', 'text/plain; charset=x', 'application/json', 'x/y');

test('JSON that the application wrote is deliberate, whatever its type', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), type, (value, contentType) => {
      const body = Buffer.from(JSON.stringify(value));
      // The sentence of a load balancer within it is the one thing that makes a difference.
      fc.pre(!/no (?:server|available|healthy)/i.test(String(body)) && body.length <= 4096);
      expect(originOf(headOf(contentType), body).kind).toBe('deliberate');
    }),
  );
});

test('an empty body is generic, whatever its type', () => {
  fc.assert(
    fc.property(type, (contentType) => {
      expect(originOf(headOf(contentType), Buffer.alloc(0)).kind).toBe('generic');
    }),
  );
});

test('no body makes it throw, and without one the type decides', () => {
  fc.assert(
    fc.property(type, fc.uint8Array({ maxLength: 5_000 }), (contentType, bytes) => {
      const isText = contentType === null || contentType.startsWith('text/');
      expect(originOf(headOf(contentType), null).kind).toBe(isText ? 'generic' : 'deliberate');
      expect(['generic', 'deliberate']).toContain(
        originOf(headOf(contentType), Buffer.from(bytes)).kind,
      );
    }),
  );
});

const attempt = fc.record({
  method: fc.constantFrom(
    'GET',
    'HEAD',
    'OPTIONS',
    'TRACE',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'QUERY',
  ),
  hasBody: fc.boolean(),
});
const failure = fc.record({
  cause: fc.constantFrom(...CAUSES),
  disposition: fc.constantFrom('not_processed' as const, 'unknown' as const),
});

test('what may have been processed is repeated only where it is safe and has no body', () => {
  fc.assert(
    fc.property(attempt, failure, (head, failed) => {
      const isSafe = ['GET', 'HEAD', 'OPTIONS'].includes(head.method) && !head.hasBody;
      const wanted =
        failed.disposition === 'not_processed' || (isSafe && failed.cause !== 'response_timeout');
      expect(mayRepeat(head, failed)).toBe(wanted);
    }),
  );
});

test('only a first reset of what is safe, or a first refusal of a stream, may be a stale connection’s', () => {
  const attempts = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(attempt, failure, fc.boolean(), attempts, (head, { cause }, isRefused, count) => {
      const isSafe = ['GET', 'HEAD', 'OPTIONS'].includes(head.method) && !head.hasBody;
      expect(mayBeStale(head, { cause, isRefused }, count)).toBe(
        (isRefused || (isSafe && cause === 'connection_reset')) && count === 1,
      );
    }),
  );
});
