import type { Socket } from 'node:net';
import type { Dialed } from '../upstream/dialer.ts';

/**
 * Waits until a connection is open, with a time-out that is kept to the millisecond: undici's own runs
 * on a coarse clock that may add a second, which is half of the default.
 */
export function openSocket(
  { socket, whenOpen }: Dialed,
  timeoutMs: number,
  callback: (error: Error | null, socket: Socket) => void,
): void {
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' }));
  }, timeoutMs);
  const settle = (error: Error | null): void => {
    clearTimeout(timer);
    socket.off('error', settle);
    // TLS tells of an alert without closing, and then of the end: a second error without a listener ends the program.
    if (error !== null) socket.on('error', () => undefined).destroy();
    callback(error, socket);
  };
  socket.once('error', settle);
  whenOpen(() => settle(null));
}
