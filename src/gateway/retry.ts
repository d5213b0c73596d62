import type { Failure } from './exchange-events.ts';
import type { RequestHead } from './request-head.ts';

/** More attempts than this help nobody who waits. */
export const MOST_ATTEMPTS = 3;

/** RFC 9110, section 9.2.1, less TRACE: doing these twice does nothing twice. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a failed attempt may be repeated: always when no byte of it was sent, else only for a safe
 * method without a body, and not after a time-out, which has used up the client's patience. A POST
 * that may have been processed is never sent twice (RFC 9110, section 9.2.2).
 */
export function mayRepeat(
  head: Pick<RequestHead, 'method' | 'hasBody'>,
  failure: Pick<Failure, 'cause' | 'disposition'>,
): boolean {
  if (failure.disposition === 'not_processed') return true;
  return isRepeatable(head) && failure.cause !== 'response_timeout';
}

/**
 * Whether a failure may be that of a connection which the endpoint closed as the request was sent,
 * and so says nothing about the upstream: the first reset, or refusal of a stream, is believed only on
 * a fresh connection.
 */
export function mayBeStale(
  head: Pick<RequestHead, 'method' | 'hasBody'>,
  { cause, isRefused }: Pick<Failure, 'cause' | 'isRefused'>,
  attempts: number,
): boolean {
  if (attempts !== 1) return false;
  return isRefused || (cause === 'connection_reset' && isRepeatable(head));
}

/** Whether doing it twice does nothing twice: a safe method without a body. */
export function isRepeatable(head: Pick<RequestHead, 'method' | 'hasBody'>): boolean {
  return SAFE_METHODS.has(head.method) && !head.hasBody;
}
