import { connect as connectTcp, type Socket } from 'node:net';
import { type RawResponse, readResponse } from './raw-response.ts';

/** How a connection ended: what came since the last response that was read, and the error's code, if any. */
export interface Ending {
  readonly received: string;
  /** Null when the other side closed the connection in order. */
  readonly code: string | null;
}

/** One client connection, byte by byte. Bytes are latin1 strings, both ways. */
export interface RawClient {
  readonly socket: Socket;
  /** Sends bytes as they are. */
  send(bytes: string): void;
  /** The next response, interim ones included; rejects when the connection ends within it. */
  response(options?: { readonly isHead?: boolean }): Promise<RawResponse>;
  /** Waits until `text` has come, and leaves it to be read. */
  until(text: string): Promise<void>;
  /** Waits until the other side has closed the connection. */
  ending(): Promise<Ending>;
  /** The same as by now, and whether it is the end. */
  readonly soFar: Ending & { readonly hasEnded: boolean };
  /** Resets the connection. */
  leave(): void;
}

interface State {
  bytes: Buffer;
  hasEnded: boolean;
  code: string | null;
}

/** Opens a connection to `http://HOST:PORT`, which the caller closes; from an address of this machine. */
export async function openRaw(url: string, from?: string): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connectTcp({
    host: hostname,
    port: Number(port),
    allowHalfOpen: true,
    ...(from === undefined ? undefined : { localAddress: from }),
  });
  const state: State = { bytes: Buffer.alloc(0), hasEnded: false, code: null };
  let wake = Promise.withResolvers<void>();
  const ring = () => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  socket.on('data', (chunk: Buffer) => {
    state.bytes = Buffer.concat([state.bytes, chunk]);
    ring();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    state.code = error.code ?? error.message;
  });
  const end = () => {
    state.hasEnded = true;
    ring();
  };
  socket.on('end', end).on('close', end);
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return {
    socket,
    send: (bytes) => void socket.write(Buffer.from(bytes, 'latin1')),
    async response({ isHead = false } = {}) {
      for (;;) {
        const read = readResponse(state.bytes, { isHead, hasEnded: state.hasEnded });
        if (read !== null) {
          state.bytes = state.bytes.subarray(read.length);
          return read.response;
        }
        if (state.hasEnded) {
          const soFar = state.bytes.toString('latin1');
          throw new Error(`the connection ended (${state.code ?? 'in order'}) within: ${soFar}`);
        }
        await wake.promise;
      }
    },
    async until(text) {
      while (!state.bytes.includes(text, 0, 'latin1')) {
        if (state.hasEnded) throw new Error(`ended before ${JSON.stringify(text)} came`);
        await wake.promise;
      }
    },
    async ending() {
      while (!state.hasEnded) await wake.promise;
      return { received: state.bytes.toString('latin1'), code: state.code };
    },
    get soFar() {
      const { bytes, code, hasEnded } = state;
      return { received: bytes.toString('latin1'), code, hasEnded };
    },
    leave: () => void socket.resetAndDestroy(),
  };
}
