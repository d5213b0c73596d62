import { mapping, valueAt } from '../config/untyped.ts';
import type { UpstreamView } from '../ops/views.ts';
import type { OpsPlace } from './ops-preview.ts';

/** What a gateway says of its upstreams, or why it says nothing. */
export type UpstreamsWord =
  | { readonly kind: 'said'; readonly upstreams: readonly UpstreamView[] }
  /** It may answer later. */
  | { readonly kind: 'silent'; readonly fault: string }
  /** Asking again helps nobody. */
  | { readonly kind: 'refused'; readonly fault: string };

const PATIENCE_MS = 3_000;
/** The token is missing or wrong, or the listener is asked by a name that is not its own. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 421]);

/** Asks the ops API of a running gateway. Never rejects. */
export async function askUpstreams({ address, token }: OpsPlace): Promise<UpstreamsWord> {
  try {
    const reply = await fetch(new URL('/api/upstreams', address), {
      headers: {
        Accept: 'application/json',
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      },
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!reply.ok) {
      const fault = `answers ${reply.status}`;
      return { kind: REFUSALS.has(reply.status) ? 'refused' : 'silent', fault };
    }
    return wordOf(await reply.json());
  } catch {
    return { kind: 'silent', fault: 'does not answer' }; // Refused, too slow, or no JSON: it may start.
  }
}

function wordOf(body: unknown): UpstreamsWord {
  const upstreams = mapping(body)?.upstreams;
  if (!Array.isArray(upstreams) || !upstreams.every(isView)) {
    return { kind: 'refused', fault: 'is no gateway of ours' };
  }
  return { kind: 'said', upstreams };
}

/** By what is read here. */
function isView(one: unknown): one is UpstreamView {
  return (
    typeof valueAt(['name'], one) === 'string' &&
    typeof valueAt(['verdict'], one) === 'string' &&
    Array.isArray(valueAt(['endpoints'], one)) &&
    mapping(valueAt(['discovery'], one)) !== undefined
  );
}
