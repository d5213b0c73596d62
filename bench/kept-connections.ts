import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Limit } from './limits.ts';
import { startLoneCandor } from './lone-candor.ts';
import type { Processes } from './processes.ts';
import { residentBytes } from './usage.ts';

const CONNECTIONS = 10_000;
const AT_ONCE = 100;
const EACH_BYTES = 25 * 1024;
/** A connection has a port of its own side: several addresses of the loopback have enough of them. */
const OWN_ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];
/** Until what the requests have left is tidied up. */
const SETTLE_MS = 2000;

/** Keeps 10,000 connections open, each after one request; the memory that Candor holds for one of them. */
export async function keptLimit(processes: Processes): Promise<Limit> {
  const { running, port } = await startLoneCandor('kept', processes);
  const before = residentBytes(running.pid);
  const sockets: Socket[] = [];
  while (sockets.length < CONNECTIONS) {
    const opened = Array.from({ length: AT_ONCE }, (_, index) => askOnNewConnection(port, index));
    sockets.push(...(await Promise.all(opened)));
  }
  await delay(SETTLE_MS);
  const each = (residentBytes(running.pid) - before) / CONNECTIONS;
  const open = sockets.filter(({ readyState }) => readyState === 'open').length;
  for (const socket of sockets) socket.destroy();
  await running.stop();
  return {
    promise: `(kept) each of ${CONNECTIONS} kept-alive connections holds less than ${EACH_BYTES / 1024} KiB`,
    measured: `${(each / 1024).toFixed(1)} KiB (${open} open)`,
    holds: each < EACH_BYTES && open === CONNECTIONS,
  };
}

async function askOnNewConnection(port: number, index: number): Promise<Socket> {
  const localAddress = OWN_ADDRESSES[index % OWN_ADDRESSES.length];
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.write('GET /64 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  await once(socket, 'data');
  return socket;
}
