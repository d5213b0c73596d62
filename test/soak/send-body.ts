import { once } from 'node:events';
import type { Writable } from 'node:stream';

const PIECE_BYTES = 64 * 1024;

/**
 * Sends the body of a request piece by piece, as fast as the other side takes it, and ends. Never
 * rejects: where the request breaks off, its own events tell. `onSent` is told how far it has come.
 */
export async function sendBody(
  into: Writable,
  body: Buffer | null,
  onSent: (bytes: number) => void,
): Promise<void> {
  const closed = new AbortController();
  into.once('close', () => closed.abort());
  for (let sent = 0; body !== null && sent < body.length; sent += PIECE_BYTES) {
    if (into.destroyed) return;
    onSent(sent);
    if (into.write(body.subarray(sent, sent + PIECE_BYTES))) continue;
    await once(into, 'drain', { signal: closed.signal }).catch(() => undefined);
  }
  if (into.destroyed) return;
  onSent(body?.length ?? 0);
  into.end();
}
