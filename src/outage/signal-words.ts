import type { Cause } from './cause.ts';
import type { Signal, Traffic } from './signal.ts';

/** Who a signal comes from, as the time line names it. */
export function sourceOf({ kind }: Signal): 'requests' | 'probe' | 'discovery' {
  if (kind === 'request_success' || kind === 'request_failure') return 'requests';
  return kind === 'probe_success' || kind === 'probe_failure' ? 'probe' : 'discovery';
}

/** What a signal says, in one sentence. */
export function signalWords(signal: Signal): string {
  switch (signal.kind) {
    case 'request_success':
      return 'A request was replied to.';
    case 'request_failure':
      return `A request failed: ${CAUSE_WORDS[signal.cause]}${shareOf(signal.traffic)}.`;
    case 'probe_success':
      return signal.depth === 'connect'
        ? 'An endpoint accepted a connection.'
        : 'An endpoint answered its probe.';
    case 'probe_failure':
      return `No endpoint passed its probe: ${CAUSE_WORDS[signal.cause]}.`;
    case 'discovered':
      return discoveredWords(signal);
    case 'resolver_failure':
      return `Discovery could not say who serves; ${endpoints(signal.known)} known from before.`;
  }
}

function discoveredWords({ count, isDecided }: Signal & { kind: 'discovered' }): string {
  if (count > 0) return `Discovery listed ${endpoints(count)}.`;
  return isDecided
    ? 'Discovery listed no endpoint: the service was removed, or scaled to none.'
    : 'Discovery listed no endpoint.';
}

function shareOf({ succeeded, failed }: Traffic): string {
  const all = succeeded + failed;
  return all > 1 ? ` (${failed} of the last ${all} failed)` : '';
}

function endpoints(count: number): string {
  return count === 1 ? '1 endpoint' : `${count} endpoints`;
}

/** What a cause is called in a sentence. */
export const CAUSE_WORDS = {
  no_endpoints: 'there was no endpoint',
  connection_refused: 'the connection was refused',
  connection_timeout: 'no connection was accepted in time',
  connection_reset: 'the connection was reset',
  dns_error: 'the name did not resolve',
  tls_error: 'TLS could not be agreed on',
  response_timeout: 'no reply came in time',
  bad_response: 'what came was no HTTP',
  upstream_status: 'the reply was a generic error page',
  probe_failed: 'the probe was answered with an error',
} as const satisfies Record<Cause, string>;
