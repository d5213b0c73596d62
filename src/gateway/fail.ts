import type { Log } from '../log.ts';
import type { ClientResponse } from './client-message.ts';
import type { Counts } from './counts.ts';
import type { Peer } from './peer.ts';
import type { Refusal } from './refusal.ts';
import { refuse } from './respond.ts';

interface Failing {
  readonly log: Log;
  readonly counts: Counts;
}

/**
 * Ends a request whose handling has thrown, which is a bug of ours: it costs this request and one line
 * of the log, and counts against no upstream. Where a response has begun, its connection breaks off; one that
 * is whole goes out.
 */
export function failWith(
  response: ClientResponse,
  error: unknown,
  { peer, gateway }: { readonly peer: Peer; readonly gateway: Failing },
): void {
  const { log, counts } = gateway;
  log.error({ err: error }, 'request failed by an error of ours');
  if (peer.current === response) peer.passage?.breakDown();
  if (response.headersSent) {
    response.destroy();
    return;
  }
  counts.refusedBy(FAILED);
  refuse(response, FAILED);
}

const FAILED: Refusal = { status: 500, detail: 'The gateway failed at this request.' };
