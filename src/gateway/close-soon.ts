import { Socket } from 'node:net';

/**
 * `destroySoon` of a connection without TLS: ends it as soon as all is written, which it nearly always is.
 *
 * node:net shuts down what it sends first, and closes when that is done. To close says the same to the client
 * (RFC 9293, section 3.6), without a system call, a request to the system and two events: about 4 µs.
 */
export function closeSoon(this: Socket): void {
  if (this.writableLength === 0) this.destroy();
  else Socket.prototype.destroySoon.call(this);
}
