import type { RequestHead } from './request-head.ts';

/**
 * What node:http takes of a body that nobody reads before it stops reading from the connection: what its
 * stream buffers, 64 KiB, and the one read that goes over it.
 */
const MOST_BODY_BYTES = 128 * 1024;

/**
 * How much memory a request holds while it waits: its head, and as much of its body as can have come by
 * the time that node:http reads no more of it. It is counted before it comes, so a line cannot outgrow
 * its limit while it waits.
 */
export function heldBytes({ method, target, rawHeaders, hasBody }: RequestHead): number {
  let bytes = method.length + target.length;
  let bodyBytes = MOST_BODY_BYTES;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    bytes += name.length + value.length;
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      bodyBytes = Math.min(bodyBytes, Number(value));
    }
  }
  return hasBody ? bytes + bodyBytes : bytes;
}
