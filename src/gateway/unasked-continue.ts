import { Socket } from 'node:net';

const CONTINUE = 'HTTP/1.1 100';
const HEAD_END = '\r\n\r\n';
const MOST_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Takes each 100 (Continue) from the beginning of what an endpoint replies on a connection of undici's, to
 * which one that it has not asked for is a broken reply. A client must be able to skip it (RFC 9110,
 * section 15.2), and some servers send one before each body. However it is cut: what may be the beginning
 * of one is kept back until that is known. One that is longer than any head may be stays what it is.
 *
 * `isBeginning` says, once for each reply, that the bytes that are read next are its first.
 */
export function skipContinue(socket: Socket, isBeginning: () => boolean): void {
  const next = (size?: number): Buffer | null => Socket.prototype.read.call(socket, size);
  /** What has come of a head that may be a 100; null once the reply that is awaited has begun. */
  let begun: Buffer | null = null;
  socket.read = (size?: number) => {
    for (let bytes = next(size); bytes !== null; bytes = next(size)) {
      if (isBeginning()) begun = NOTHING;
      if (begun === null) return bytes;
      const rest = afterContinue(begun.length === 0 ? bytes : Buffer.concat([begun, bytes]));
      if (!mayBeContinue(rest)) {
        begun = null;
        return rest;
      }
      begun = rest;
    }
    return null;
  };
}

/** What is left behind each whole 100 (Continue). */
function afterContinue(bytes: Buffer): Buffer {
  let rest = bytes;
  while (mayBeContinue(rest)) {
    const end = rest.indexOf(HEAD_END, CONTINUE.length, 'latin1');
    if (end === -1) break;
    rest = rest.subarray(end + HEAD_END.length);
  }
  return rest;
}

/** Whether it is a 100 as far as it has come, which may be not at all. */
function mayBeContinue(bytes: Buffer): boolean {
  if (bytes.length > MOST_BYTES) return false;
  return CONTINUE.startsWith(bytes.toString('latin1', 0, CONTINUE.length));
}
