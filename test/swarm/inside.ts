/**
 * Runs inside the network of the test's own Engine, and ends with the test (when its input ends).
 *
 * It opens a door for each published port: a socket in the folder, so that the test, which is in
 * another network, can get in. And it is the name server that answers what Docker does not know: no
 * such name.
 *
 * Usage: node inside.ts NAME_SERVER FOLDER PORT...
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

const [nameServer = '', folder = '', ...ports] = process.argv.slice(2);

await answerNames(nameServer);
for (const port of ports) await openDoor(Number(port), join(folder, `${port}.sock`));

process.stdin.resume().on('end', () => process.exit(0));
console.log('open');

/** Carries bytes both ways, and the way a connection ends as well. */
async function openDoor(port: number, path: string): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const service = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    client.pipe(service).pipe(client);
    client.on('error', () => service.resetAndDestroy()).on('close', () => service.destroy());
    service.on('error', () => client.destroy()).on('close', () => client.destroySoon());
  });
  server.listen(path);
  await once(server, 'listening');
}

/** RFC 1035, section 4.1.1: the question comes back as a response (QR) that says NXDOMAIN (3). */
async function answerNames(address: string): Promise<void> {
  const server = createSocket('udp4');
  server.on('message', (question, from) => {
    const answer = Buffer.from(question);
    answer.writeUInt8(question.readUInt8(2) | 0x80, 2);
    answer.writeUInt8(0x83, 3);
    server.send(answer, from.port, from.address);
  });
  server.bind(53, address);
  await once(server, 'listening');
}
