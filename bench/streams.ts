import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Limit } from './limits.ts';
import { download, highestWhile, startLoneCandor, upload } from './lone-candor.ts';
import type { Processes } from './processes.ts';
import { residentBytes } from './usage.ts';

const STREAM_BYTES = 1024 ** 3;
const MIB = 1024 ** 2;
/** How much the memory may grow by during such a stream. */
const GROWTH_BYTES = 64 * MIB;
/** Those who ask for such a reply and read nothing of it, and what each may hold. */
const UNREAD_CLIENTS = 50;
const UNREAD_BYTES = MIB;
const SETTLED_MS = 1000;

/** Streams 1 GiB down and 1 GiB up through Candor, and watches its memory. */
export async function streamLimits(processes: Processes): Promise<Limit[]> {
  return [
    await streamLimit('reply', (port) => download(port, STREAM_BYTES), processes),
    await streamLimit('upload', (port) => upload(port, STREAM_BYTES), processes),
  ];
}

/** Has clients ask for 1 GiB each and read nothing; the memory that Candor holds for one of them. */
export async function unreadLimit(processes: Processes): Promise<Limit> {
  const { running, port } = await startLoneCandor('unread', processes);
  const before = residentBytes(running.pid);
  const clients = Array.from({ length: UNREAD_CLIENTS }, () => askAndReadNothing(port));
  const after = await settled(running.pid);
  for (const client of clients) client.destroy();
  await running.stop();
  const each = (after - before) / UNREAD_CLIENTS;
  return {
    promise: `(unread) a client that reads nothing of 1 GiB holds less than ${UNREAD_BYTES / MIB} MiB`,
    measured: `${(each / MIB).toFixed(2)} MiB`,
    holds: each < UNREAD_BYTES,
  };
}

async function streamLimit(
  what: string,
  stream: (port: number) => Promise<void>,
  processes: Processes,
): Promise<Limit> {
  const { running, port } = await startLoneCandor(`stream-${what}`, processes);
  const before = residentBytes(running.pid);
  const growth = (await highestWhile(running.pid, stream(port))) - before;
  await running.stop();
  return {
    promise: `(streams) the memory grows by less than ${GROWTH_BYTES / MIB} MiB during a 1 GiB ${what}`,
    measured: `${(growth / MIB).toFixed(1)} MiB`,
    holds: growth < GROWTH_BYTES,
  };
}

function askAndReadNothing(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.pause();
  socket.write(`GET /${STREAM_BYTES} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  return socket;
}

/** The resident memory once it has stayed the same, within a hundredth, for a second. */
async function settled(pid: number): Promise<number> {
  let before = residentBytes(pid);
  for (;;) {
    await delay(SETTLED_MS);
    const after = residentBytes(pid);
    if (Math.abs(after - before) < before / 100) return after;
    before = after;
  }
}
