import { once } from 'node:events';
import { createServer } from 'node:net';

/** The host's ports that the stack files publish. */
export interface Ports {
  readonly gateway: number;
  readonly ops: number;
  readonly login: number;
  /** Of the gateway that follows the Engine's events. */
  readonly byEngine: number;
  readonly byEngineOps: number;
}

/** Ports that nobody listens on. */
export async function freePorts(): Promise<Ports> {
  await using held = new AsyncDisposableStack();
  const free = async () => {
    const server = held.use(createServer());
    server.listen(0);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('expected a port');
    return address.port;
  };
  return {
    gateway: await free(),
    ops: await free(),
    login: await free(),
    byEngine: await free(),
    byEngineOps: await free(),
  };
}
