import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * Clients that cost a gateway what they can for next to nothing: `node bench/slow-crowd.ts PORT IDLE DRIPPING`. The
 * idle ones keep their connection after one request; half of the others send a head, half a body, a byte a second
 * each. Prints `ready` when all are there, then `lost N` once a second with how many connections have ended.
 */
const [port, idle, dripping] = process.argv.slice(2).map(Number);
if (port === undefined || idle === undefined || dripping === undefined) {
  throw new Error('usage: node bench/slow-crowd.ts PORT IDLE DRIPPING');
}

const AT_ONCE = 100;
/** A connection has a port of its own side: several addresses of the loopback have enough of them. */
const OWN_ADDRESSES = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5'];
/** In each second so many times a part of those that drip sends its byte: all at once would be a burst. */
const TURNS = 100;

const WHOLE = 'GET /64 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
const HEAD = 'GET /64 HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Drip: ';
const BODY = 'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000000\r\n\r\n';

let lost = 0;
await openAll(idle, async (socket) => {
  socket.write(WHOLE);
  await once(socket, 'data');
});
const drips = await openAll(dripping, async (socket, index) => {
  socket.write(index % 2 === 0 ? HEAD : BODY);
});
console.log('ready');
let turn = 0;
setInterval(() => {
  for (let index = turn; index < drips.length; index += TURNS) drips[index]?.write('x');
  turn = (turn + 1) % TURNS;
  if (turn === 0) console.log(`lost ${lost}`);
}, 1_000 / TURNS);

async function openAll(
  count: number,
  begin: (socket: Socket, index: number) => Promise<void>,
): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const first = sockets.length;
    const opening = Array.from({ length: Math.min(AT_ONCE, count - first) }, async (_, index) => {
      const localAddress = OWN_ADDRESSES[index % OWN_ADDRESSES.length];
      const socket = connect({ port: port ?? 0, host: '127.0.0.1', localAddress });
      await once(socket, 'connect');
      socket.on('error', () => undefined);
      socket.once('close', () => {
        lost += 1;
      });
      await begin(socket, first + index);
      return socket;
    });
    sockets.push(...(await Promise.all(opening)));
  }
  return sockets;
}
