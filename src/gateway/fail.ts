import type { ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import { type Counts, countUp } from './counts.ts';
import { peerOf } from './peer.ts';
import { refuse } from './respond.ts';

/**
 * Ends a request whose handling has thrown, which is a bug of ours: it costs this request and one line
 * of the log, and counts against no upstream. Where a response has begun, its connection breaks off.
 */
export function failWith(
  response: ServerResponse,
  error: unknown,
  { log, counts }: { readonly log: Log; readonly counts: Counts },
): void {
  log.error({ err: error }, 'request failed by an error of ours');
  const peer = peerOf(response.req.socket);
  if (peer.current === response) peer.passage?.breakDown();
  if (response.headersSent) {
    response.destroy();
    return;
  }
  countUp(counts.refused, 500);
  refuse(response, { status: 500, detail: 'The gateway failed at this request.' });
}
