import type { ProbeSettings } from '../config/upstream-settings.ts';
import type { Cause } from '../outage/cause.ts';
import { causeOf, isOwnFault } from './cause-of.ts';
import type { Dialer } from './dialer.ts';
import type { Endpoint } from './endpoint.ts';
import { askForPage } from './health-page.ts';
import { askForHealth, askForPageByHttp2 } from './http2-health.ts';
import { afterPatience } from './patience.ts';

/** What one probe of one endpoint found, and how long it took. */
export type ProbeResult =
  | { readonly ok: true; readonly cause: null; readonly ms: number }
  | { readonly ok: false; readonly cause: Cause; readonly ms: number };

/** What is asked, and how it is reached. */
export interface ProbeWay extends ProbeSettings {
  readonly dialer: Dialer;
}

/**
 * Probes an endpoint once: a connect (TLS for `https`), or, where the settings name a path, a GET that
 * has to get one of their statuses, or a gRPC health check. Each probe makes a connection of its own, because an endpoint that
 * serves old connections and refuses new ones is no use to anybody.
 *
 * Never rejects. Null when the probe says nothing: it was cut short by `stop`, or the gateway itself
 * had no descriptor left to make it with.
 */
export async function probe(
  endpoint: Endpoint,
  way: ProbeWay,
  stop: AbortSignal,
): Promise<ProbeResult | null> {
  if (stop.aborted) return null;
  const startedAt = performance.now();
  const outcome = await ask(endpoint, way, stop);
  if (stop.aborted || outcome === 'nothing') return null;
  const ms = Math.round((performance.now() - startedAt) * 10) / 10;
  return outcome === 'ok' ? { ok: true, cause: null, ms } : { ok: false, cause: outcome, ms };
}

type Outcome = 'ok' | 'nothing' | Cause;

const OUTCOME_OF = {
  serving: 'ok',
  not_serving: 'probe_failed',
  malformed: 'bad_response',
} as const satisfies Record<string, Outcome>;

function ask(endpoint: Endpoint, way: ProbeWay, stop: AbortSignal): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const { path, grpc, statuses, timeoutMs } = way;
  const { socket, whenOpen } = way.dialer.dialOnce(endpoint);
  let late: Cause = 'connection_timeout';
  const settle = (outcome: Outcome) => {
    cancel();
    stop.removeEventListener('abort', onStop);
    socket.destroy(); // With the connection goes an unread body, and a request that got no reply.
    resolve(outcome);
  };
  const cancel = afterPatience(timeoutMs, () => settle(late));
  const onStop = () => settle('nothing');
  stop.addEventListener('abort', onStop);
  // Stays for the socket's life: a second error without a listener would end the program.
  socket.on('error', (error) => settle(isOwnFault(error) ? 'nothing' : causeOf(error)));
  whenOpen(() => {
    if (path === null && !grpc) return settle('ok');
    late = 'response_timeout';
    socket.once('end', () => settle('connection_reset'));
    if (path === null) {
      return askForHealth(socket, endpoint, (health) => settle(OUTCOME_OF[health]));
    }
    const askFor = way.dialer.protocol === 'http2' ? askForPageByHttp2 : askForPage;
    askFor(socket, { url: endpoint.url, path }, (status) => {
      if (status === 'malformed') settle('bad_response');
      else settle(statuses.includes(status) ? 'ok' : 'probe_failed');
    });
  });
  return promise;
}
