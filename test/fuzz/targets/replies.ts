import { Agent, request } from 'node:http';
import { Duplex } from 'node:stream';
import { ReplyFault } from '../../../src/gateway/field-lines.ts';
import { ReplyParser } from '../../../src/gateway/reply-parser.ts';
import type { Target } from '../target.ts';

/** What was read of a reply. */
interface Reading {
  readonly status: number;
  readonly fields: readonly string[];
  readonly body: string;
}

/** A reply of an endpoint, as it comes from its connection. */
export const REPLIES: Target = {
  name: 'replies',
  about:
    "a reply's bytes: a fault, or the very reply that node:http reads in them, however they are cut",
  seeds: [
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a="b"\r\nhello\r\n0\r\nT: u\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.0 404\r\n\r\nto the end',
    'HTTP/1.1 204 No Content\r\nConnection: close, x\r\nKeep-Alive: timeout=5\r\n\r\n',
  ],
  words: [
    ...[
      '\r\n',
      '\r\n\r\n',
      '\n',
      '\r',
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.0',
      '304',
      '101',
      '0\r\n\r\n',
      'A\r\n',
    ],
    ...[
      'Content-Length: 5\r\n',
      'Content-Length: +5\r\n',
      'content-length:5, 5\r\n',
      ' folded\r\n',
      ': ',
      ' :',
    ],
    ...[
      'Transfer-Encoding: chunked\r\n',
      'Transfer-Encoding: gzip, chunked\r\n',
      'identity',
      'ffffffffffffffff\r\n',
    ],
    ...[
      'Connection: close\r\n',
      'Connection: upgrade\r\nUpgrade: x\r\n',
      ';ext',
      '\0',
      '\x80',
      '0x5\r\n',
    ],
  ],
  mostBytes: 4_000,
  mostMs: 500,
  async check(input) {
    const ours = readOurs([input]);
    const middle = Math.floor(input.length / 2);
    const cut = readOurs([input.subarray(0, middle), input.subarray(middle)]);
    expectSame(cut, ours, 'cut in two');
    if (ours === null) return;
    const theirs = (await readTheirs(input)) ?? (await readTheirs(withoutExtensions(input)));
    expectSame(ours, theirs, 'node:http');
  },
};

/** Null for what is refused, or is not whole. */
function readOurs(pieces: readonly Buffer[]): Reading | null {
  let reading: Reading | null = null;
  let isWhole = false;
  const body: Buffer[] = [];
  const parser = new ReplyParser(
    {
      head(status, _reasonPhrase, fields) {
        if (status >= 200) reading = { status, fields: [...fields], body: '' };
        return true;
      },
      data(chunk) {
        body.push(Buffer.from(chunk));
        return true;
      },
      end() {
        isWhole = true;
      },
    },
    false,
  );
  try {
    for (const piece of pieces) if (!parser.isEnded) parser.push(piece);
    parser.close();
  } catch (error) {
    if (error instanceof ReplyFault) return null;
    throw error;
  }
  if (!isWhole || reading === null) return null;
  return { ...(reading as Reading), body: Buffer.concat(body).toString('latin1') };
}

/** Chunk extensions are nothing that is relayed, and llhttp is stricter about how they are spelt. */
function withoutExtensions(input: Buffer): Buffer {
  const text = input
    .toString('latin1')
    .replaceAll(/(\r\n[0-9a-f]+)[\t ]*;[^\r\n\0]*(?=\r\n)/gi, '$1');
  return Buffer.from(text, 'latin1');
}

/** The same by node:http's client, whose parser is llhttp, over no socket at all. */
function readTheirs(input: Buffer): Promise<Reading | null> {
  const { promise, resolve } = Promise.withResolvers<Reading | null>();
  const wire = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      done();
    },
  });
  const agent = new Agent();
  agent.createConnection = () => wire;
  const asked = request({ method: 'GET', agent });
  let isWhole = (): boolean => false;
  // What follows a whole reply is an error of the connection, and none of the reply.
  asked.on('error', () => {
    if (!isWhole()) resolve(null);
  });
  asked.on('upgrade', () => resolve(null));
  asked.on('response', (response) => {
    isWhole = () => response.complete;
    const body: Buffer[] = [];
    response.on('data', (chunk: Buffer) => body.push(chunk));
    response.on('error', () => resolve(null));
    response.on('end', () => {
      const { statusCode: status = 0, rawHeaders: fields } = response;
      resolve({ status, fields, body: Buffer.concat(body).toString('latin1') });
    });
  });
  asked.end();
  wire.push(input);
  // The end is an event of its own, as on a socket.
  setImmediate(() => wire.push(null));
  return promise.finally(() => wire.destroy());
}

function expectSame(one: Reading | null, other: Reading | null, what: string): void {
  if (JSON.stringify(one) === JSON.stringify(other)) return;
  throw new Error(`${what}: ${JSON.stringify(one)} in the place of ${JSON.stringify(other)}`);
}
