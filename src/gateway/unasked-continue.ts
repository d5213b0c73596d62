import { Socket } from 'node:net';

const CONTINUE = 'HTTP/1.1 100';
const HEAD_END = '\r\n\r\n';

/**
 * Takes each 100 (Continue) from the beginning of what an endpoint replies on a connection of undici's, to
 * which one that it has not asked for is a broken reply. A client must be able to skip it (RFC 9110,
 * section 15.2), and some servers send one before each body.
 *
 * `isBeginning` says, once for each reply, that the bytes that are read next are its first.
 */
export function skipContinue(socket: Socket, isBeginning: () => boolean): void {
  let awaitsHead = false;
  socket.read = (size?: number) => {
    let bytes: Buffer | null = Socket.prototype.read.call(socket, size);
    if (bytes !== null && isBeginning()) awaitsHead = true;
    while (awaitsHead && bytes !== null) {
      const end = bytes.indexOf(HEAD_END, 0, 'latin1');
      awaitsHead = end !== -1 && bytes.toString('latin1', 0, CONTINUE.length) === CONTINUE;
      if (!awaitsHead) break;
      const rest: Buffer = bytes.subarray(end + HEAD_END.length);
      bytes = rest.length === 0 ? Socket.prototype.read.call(socket, size) : rest;
    }
    return bytes;
  };
}
