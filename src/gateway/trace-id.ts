import { fieldValue } from './reply.ts';

/** Version, trace id, parent id and flags; a later version may have more behind (W3C Trace Context, section 3.2). */
const TRACEPARENT =
  /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-|$)/;

/**
 * The trace that a request belongs to, as its client or a proxy before us says; null where it says
 * nothing that is well-formed. It is a name to search by, and nothing is decided by it.
 */
export function traceIdOf(rawHeaders: readonly string[]): string | null {
  return TRACEPARENT.exec(fieldValue(rawHeaders, 'traceparent') ?? '')?.[1] ?? null;
}
