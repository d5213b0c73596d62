import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where to connect, and how long that may take. */
export interface SocketTarget {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** The name that a certificate must have; the host where it is null. */
  readonly serverName: string | null;
  readonly timeoutMs: number;
}

/**
 * Opens a connection, with a time-out that is kept to the millisecond: undici's own runs on a coarse
 * clock that may add a second, which is half of the default.
 */
export function openSocket(
  { host, port, isSecure, serverName, timeoutMs }: SocketTarget,
  callback: (error: Error | null, socket: Socket) => void,
): void {
  const target = {
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    // A tunnel's sides finish one by one; undici closes its own connections at once.
    allowHalfOpen: true,
  };
  const name = serverName ?? host;
  const socket = isSecure
    ? connectTls({
        ...target,
        ...(isIP(name) === 0 ? { servername: name } : {}),
        ALPNProtocols: ['http/1.1'],
      })
    : connectTcp(target);
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' }));
  }, timeoutMs);
  const settle = (error: Error | null): void => {
    clearTimeout(timer);
    socket.off('error', settle);
    callback(error, socket);
  };
  socket.once('error', settle);
  socket.once(isSecure ? 'secureConnect' : 'connect', () => settle(null));
}
