import type { Upstream } from '../upstream/upstream.ts';

/**
 * Waits until an upstream that is `suspect` has an endpoint to try again, at most until a point on
 * the monotonic clock.
 *
 * Resolves to false when waiting is no use: the time is over, the verdict is `down`, or the client
 * has left. Never rejects.
 */
export async function endpointOf(
  upstream: Upstream,
  until: number,
  gone: AbortSignal,
): Promise<boolean> {
  while (await changeOf(upstream, until, gone)) {
    if (upstream.belief.verdict.state === 'down') return false;
    if (upstream.pick(null) !== null) return true;
  }
  return false;
}

/** The next change in what is known of an upstream; false when the time is over or the client left. */
async function changeOf(upstream: Upstream, until: number, gone: AbortSignal): Promise<boolean> {
  const leftMs = until - performance.now();
  if (leftMs <= 0 || gone.aborted || upstream.belief.verdict.state === 'down') return false;
  const { promise: over, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(resolve, leftMs, false);
  const leave = () => resolve(false);
  gone.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([over, upstream.changed().then(() => true)]);
  } finally {
    clearTimeout(timer);
    gone.removeEventListener('abort', leave);
  }
}
