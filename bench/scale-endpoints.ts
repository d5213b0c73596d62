import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';

/**
 * All endpoints of the scale benchmark in one process: an application that listens on every address of
 * the loopback, and a name server that lists ENDPOINTS of them for each name `NUMBER.scale.test`.
 *
 * node scale-endpoints.ts APP_PORT DNS_PORT ENDPOINTS
 */
const [appPort = 0, dnsPort = 0, endpoints = 0] = process.argv.slice(2).map(Number);

createServer((_request, response) => response.end('ok\n')).listen(appPort, '0.0.0.0', 4_096);

const HEADER_BYTES = 12;
const TYPE_A = 1;
const socket = createSocket('udp4');
socket.on('message', (query, { port, address }) => socket.send(replyTo(query), port, address));
socket.bind(dnsPort, '127.0.0.1');

/** RFC 1035, section 4.1: one question, and addresses for it where it asks for A. */
function replyTo(query: Buffer): Buffer {
  const firstLabel = HEADER_BYTES + 1;
  const upstream = Number(
    query.toString('latin1', firstLabel, firstLabel + (query[HEADER_BYTES] ?? 0)),
  );
  const nameEnd = query.indexOf(0, HEADER_BYTES) + 1;
  const count = query.readUInt16BE(nameEnd) === TYPE_A ? endpoints : 0;
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180, 2); // A response, recursion desired and available.
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(count, 6);
  const records = Array.from({ length: count }, (_, index) => recordOf(upstream, index));
  return Buffer.concat([header, query.subarray(HEADER_BYTES, nameEnd + 4), ...records]);
}

/** `127.2.UPSTREAM.ENDPOINT`, to be kept for a minute. */
function recordOf(upstream: number, index: number): Buffer {
  return Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 2, upstream, index + 1]);
}
