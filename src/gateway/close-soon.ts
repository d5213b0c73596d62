import { Socket } from 'node:net';

/**
 * `destroySoon` of a connection without TLS: ends it as soon as all is written, which it nearly always is.
 *
 * node:net shuts down what it sends first, and closes when that is done. To close says the same to the client
 * (RFC 9293, section 3.6), without a system call, a request to the system and two events: about 4 µs.
 */
export function closeSoon(this: Socket): void {
  // A stream that is destroyed by the callback of its last write makes an error for nobody: as dear as the shutdown.
  if (this.writableLength === 0) process.nextTick(close, this);
  else Socket.prototype.destroySoon.call(this);
}

function close(socket: Socket): void {
  socket.destroy();
}
