import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { cutOff } from '../../src/gateway/relay.ts';

/** A connection, and how it ends for the other side, which reads nothing until then. */
async function connection(): Promise<{ socket: Socket; ending: () => Promise<string> }> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[other]] = (await Promise.all([once(server, 'connection'), once(socket, 'connect')])) as [
    [Socket],
    [],
  ];
  const { promise, resolve } = Promise.withResolvers<string>();
  other.on('end', () => resolve('finished')).on('error', () => resolve('reset'));
  const ending = () => {
    other.resume();
    return promise;
  };
  return { socket, ending };
}

test('a connection that is cut off is reset', async () => {
  const { socket, ending } = await connection();
  socket.write('some');
  cutOff(socket);
  await once(socket, 'close');
  expect(await ending()).toBe('reset');
});

test('one whose last bytes nobody takes is reset as well', async () => {
  const { socket, ending } = await connection();
  socket.end('much '.repeat(4_000_000));
  cutOff(socket);
  await once(socket, 'close');
  expect(await ending()).toBe('reset');
});

test('one that is being shut down in this moment is closed', async () => {
  const { socket, ending } = await connection();
  socket.end();
  cutOff(socket);
  await once(socket, 'close');
  expect(await ending()).toBe('finished');
});
