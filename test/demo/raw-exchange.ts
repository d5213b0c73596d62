import { connect } from 'node:net';

/** How a connection that some bytes were sent on went on, and ended. */
export interface Ending {
  readonly received: string;
  /** The error's code, or null when the other side closed the connection in order. */
  readonly code: string | null;
}

/** Sends bytes as they are, and waits until the connection has ended. */
export function sendRaw(url: string, bytes: string | Uint8Array): Promise<Ending> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let received = '';
    let code: string | null = null;
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code ?? error.message;
    });
    socket.on('close', () => resolve({ received, code }));
    socket.write(bytes);
  });
}
