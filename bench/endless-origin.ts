import { createServer, type ServerResponse } from 'node:http';

/**
 * An application that sends and reads a lot: `node bench/endless-origin.ts PORT`. GET /BYTES sends that
 * many; a POST is read to its end before it is answered.
 */
const [, , port] = process.argv;
if (port === undefined) throw new Error('usage: node bench/endless-origin.ts PORT');
const PART = Buffer.alloc(64 * 1024, 'x');

createServer((request, response) => {
  if (request.method === 'POST') {
    request.resume().once('end', () => response.end('ok'));
    return;
  }
  const bytes = Number(request.url?.slice(1));
  response.writeHead(200, { 'Content-Length': bytes, 'Content-Type': 'application/octet-stream' });
  send(response, bytes);
}).listen(Number(port), '127.0.0.1');

function send(response: ServerResponse, bytes: number): void {
  let left = bytes;
  while (left > 0) {
    const part = left < PART.length ? PART.subarray(0, left) : PART;
    left -= part.length;
    if (response.write(part)) continue;
    response.once('drain', () => send(response, left));
    return;
  }
  response.end();
}
