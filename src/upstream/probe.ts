import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Client } from 'undici';
import type { ProbeSettings } from '../config/settings.ts';
import type { Cause } from '../outage/cause.ts';
import { causeOf, isOwnFault } from './cause-of.ts';
import type { Endpoint } from './endpoint.ts';

/** What one probe of one endpoint found, and how long it took. */
export type ProbeResult =
  | { readonly ok: true; readonly cause: null; readonly ms: number }
  | { readonly ok: false; readonly cause: Cause; readonly ms: number };

/**
 * Probes an endpoint once: a connect (TLS for `https`), or, where the settings name a path, a GET that
 * has to get one of their statuses. Each probe makes a connection of its own, because an endpoint that
 * serves old connections and refuses new ones is no use to anybody.
 *
 * Never rejects. Null when the probe says nothing: it was cut short by `stop`, or the gateway itself
 * had no descriptor left to make it with.
 */
export async function probe(
  endpoint: Endpoint,
  settings: ProbeSettings,
  stop: AbortSignal,
): Promise<ProbeResult | null> {
  if (stop.aborted) return null;
  const startedAt = performance.now();
  const outcome =
    settings.path === null
      ? await connectOnce(endpoint, settings.timeoutMs, stop)
      : await getOnce(endpoint, { ...settings, path: settings.path }, stop);
  if (stop.aborted || outcome === 'nothing') return null;
  const ms = Math.round((performance.now() - startedAt) * 10) / 10;
  return outcome === 'ok' ? { ok: true, cause: null, ms } : { ok: false, cause: outcome, ms };
}

type Outcome = 'ok' | 'nothing' | Cause;

function connectOnce(endpoint: Endpoint, timeoutMs: number, stop: AbortSignal): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const { socket, ready } = openSocket(endpoint);
  const timer = setTimeout(resolve, timeoutMs, 'connection_timeout');
  const onStop = () => resolve('nothing');
  stop.addEventListener('abort', onStop, { once: true });
  socket.once(ready, () => resolve('ok'));
  // Stays for the socket's life: a second error without a listener would end the program.
  socket.on('error', (error) => resolve(outcomeOf(error)));
  return promise.finally(() => {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
    socket.destroy();
  });
}

function openSocket({ url, host, port }: Endpoint): { socket: Socket; ready: string } {
  if (!url.startsWith('https:')) return { socket: connectTcp({ host, port }), ready: 'connect' };
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return { socket: connectTls({ host, port, ...servername }), ready: 'secureConnect' };
}

async function getOnce(
  endpoint: Endpoint,
  { path, timeoutMs, statuses }: ProbeSettings & { path: string },
  stop: AbortSignal,
): Promise<Outcome> {
  const client = new Client(endpoint.url, { pipelining: 0, connectTimeout: 2 * timeoutMs });
  let late: Cause = 'connection_timeout';
  client.once('connect', () => {
    late = 'response_timeout';
  });
  const timeout = Promise.withResolvers<Outcome>();
  const timer = setTimeout(() => timeout.resolve(late), timeoutMs);
  const onStop = () => timeout.resolve('nothing');
  stop.addEventListener('abort', onStop, { once: true });
  try {
    return await Promise.race([get(client, path, statuses), timeout.promise]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
    // With the connection goes an unread body, and a request that got no reply.
    await client.destroy();
  }
}

async function get(client: Client, path: string, statuses: readonly number[]): Promise<Outcome> {
  try {
    const headers = { 'user-agent': 'candor-probe', accept: '*/*' };
    const reply = await client.request({ method: 'GET', path, headers });
    // The status is the result; a body that is cut off, as it is below, is nobody's error.
    reply.body.on('error', () => undefined);
    return statuses.includes(reply.statusCode) ? 'ok' : 'probe_failed';
  } catch (error) {
    return outcomeOf(error);
  }
}

function outcomeOf(error: unknown): Outcome {
  return isOwnFault(error) ? 'nothing' : causeOf(error);
}
