import { expect, test } from 'vitest';
import { ReplyFault } from '../../src/gateway/field-lines.ts';
import { ReplyParser } from '../../src/gateway/reply-parser.ts';

/** Reads a reply in one piece, with the connection's end after it. */
function read(reply: string, { isHead = false, closes = true } = {}) {
  const parts: string[] = [];
  const parser = new ReplyParser(
    {
      head: (status, reasonPhrase, fields) => {
        parts.push(`${status} ${reasonPhrase}|${fields.join('|')}`);
        return true;
      },
      data: (chunk) => {
        parts.push(chunk.toString('latin1'));
        return true;
      },
      end: (trailers) => parts.push(`end|${trailers.join('|')}`),
    },
    isHead,
  );
  parser.push(Buffer.from(reply, 'latin1'));
  const { isReusable } = parser;
  const isWhole = closes ? parser.close() : parser.isEnded;
  return { parts, isReusable, isWhole, keepAliveMs: parser.keepAliveMs };
}

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

test.for([
  ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
  ['another version', 'HTTP/2.0 200 OK\r\n\r\n'],
  ['another minor version', 'HTTP/1.2 200 OK\r\n\r\n'],
  ['an empty line first', `\r\n${OK}\r\n`],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['a status below 100', 'HTTP/1.1 099 Odd\r\n\r\n'],
  ['a status line that ends with a bare line feed', 'HTTP/1.1 200 OK\nA: b\r\n\r\n'],
  ['a head of bare line feeds', 'HTTP/1.1 200 OK\nA: b\n\n'],
  ['a field line that ends with a bare line feed', `${OK}A: b\nContent-Length: 5\r\n\r\n`],
  ['a bare carriage return in a value', `${OK}A: b\rContent-Length: 5\r\n\r\n`],
  ['a NUL in a value', `${OK}A: b\0c\r\n\r\n`],
  ['an escape in a value', `${OK}A: b\x1bc\r\n\r\n`],
  ['a delete in a value', `${OK}A: b\x7fc\r\n\r\n`],
  ['a folded line', `${OK}A: b\r\n c\r\n\r\n`],
  ['a space before the colon', `${OK}Content-Length : 5\r\n\r\n`],
  ['a field without a name', `${OK}: b\r\n\r\n`],
  ['a line without a colon', `${OK}A\r\nB: c\r\n\r\n`],
  ['a field name that is no token', `${OK}A(b): c\r\n\r\n`],
  ['a head without an end', `${OK}A: ${'b'.repeat(65_536)}`],
  ['a head that is too large', `${OK}A: ${'b'.repeat(65_536)}\r\n\r\n`],
  ['a head without an end, at the limit', `${OK}A: ${'b'.repeat(65_540 - OK.length - 3)}`],
  ['protocols switched unasked', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
  ['two lengths', `${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`],
  ['the same length twice', `${OK}Content-Length: 1\r\nContent-Length: 1\r\n\r\n`],
  ['a list of lengths', `${OK}Content-Length: 1, 1\r\n\r\n`],
  ['an empty length', `${OK}Content-Length: \r\n\r\n`],
  ['a negative length', `${OK}Content-Length: -1\r\n\r\n`],
  ['a length with a sign', `${OK}Content-Length: +1\r\n\r\n`],
  ['a hexadecimal length', `${OK}Content-Length: 0x1\r\n\r\n`],
  ['a length beyond counting', `${OK}Content-Length: 9999999999999999\r\n\r\n`],
  ['a length and a coding', `${OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`],
  ['another coding', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n`],
  ['chunked twice', `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`],
  ['identity', `${OK}Transfer-Encoding: identity\r\n\r\n`],
  ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['a chunk size with a prefix', `${CHUNKED}0x1\r\na\r\n0\r\n\r\n`],
  ['a chunk size with a sign', `${CHUNKED}+1\r\na\r\n0\r\n\r\n`],
  ['a chunk size after a space', `${CHUNKED} 1\r\na\r\n0\r\n\r\n`],
  ['an empty chunk size', `${CHUNKED}\r\na\r\n0\r\n\r\n`],
  ['a chunk size beyond counting', `${CHUNKED}${'f'.repeat(16)}\r\n`],
  ['a size line that ends with a bare line feed', `${CHUNKED}1\na\r\n0\r\n\r\n`],
  ['a line feed in an extension', `${CHUNKED}1;a\nb\r\na\r\n0\r\n\r\n`],
  ['a size line that is too long', `${CHUNKED}1;${'a'.repeat(4096)}\r\na\r\n0\r\n\r\n`],
  ['a size line without an end', `${CHUNKED}1;${'a'.repeat(4096)}`],
  ['a chunk longer than it says', `${CHUNKED}1\r\nab\r\n0\r\n\r\n`],
  ['a chunk that ends with a bare line feed', `${CHUNKED}1\r\na\n0\r\n\r\n`],
  ['a control character in a trailer', `${CHUNKED}0\r\nA: \x01\r\n\r\n`],
  ['a trailer without a colon', `${CHUNKED}0\r\nA\r\n\r\n`],
  ['trailers that are too large', `${CHUNKED}0\r\nA: ${'b'.repeat(16_384)}\r\n\r\n`],
])('%s is a fault', ([, reply]) => {
  expect(() => read(reply ?? '')).toThrow(ReplyFault);
});

interface Good {
  readonly name: string;
  readonly reply: string;
  readonly parts: readonly string[];
  readonly isReusable: boolean;
  readonly isHead?: boolean;
}

test.for<Good>([
  {
    name: 'a length',
    reply: `${OK}Content-Length: 2\r\n\r\nok`,
    parts: ['200 OK|Content-Length|2', 'ok', 'end|'],
    isReusable: true,
  },
  {
    name: 'a length of nothing',
    reply: `${OK}Content-Length: 0\r\n\r\n`,
    parts: ['200 OK|Content-Length|0', 'end|'],
    isReusable: true,
  },
  {
    name: 'bytes beyond the length',
    reply: `${OK}Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n`,
    parts: ['200 OK|Content-Length|2', 'ok', 'end|'],
    isReusable: false,
  },
  {
    name: 'chunks with extensions and trailers',
    reply: `${CHUNKED}1;a=b\r\na\r\nA ; c="d"\r\n0123456789\r\n00;e\r\nT: 1\r\nU:\r\n\r\n`,
    parts: ['200 OK|Transfer-Encoding|chunked', 'a', '0123456789', 'end|T|1|U|'],
    isReusable: true,
  },
  {
    name: 'bytes beyond the last chunk',
    reply: `${CHUNKED}0\r\n\r\n\r\n`,
    parts: ['200 OK|Transfer-Encoding|chunked', 'end|'],
    isReusable: false,
  },
  {
    name: 'the end of the connection',
    reply: `${OK}\r\nall`,
    parts: ['200 OK|', 'all', 'end|'],
    isReusable: false,
  },
  {
    name: 'informational replies before',
    reply: `HTTP/1.1 100\r\n\r\nHTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n${OK}Content-Length: 0\r\n\r\n`,
    parts: ['100 |', '103 Hints|Link|</a>', '200 OK|Content-Length|0', 'end|'],
    isReusable: true,
  },
  {
    name: 'the reply to HEAD',
    reply: `${OK}Content-Length: 5\r\n\r\n`,
    parts: ['200 OK|Content-Length|5', 'end|'],
    isReusable: true,
    isHead: true,
  },
  {
    name: 'the reply to HEAD with a body all the same',
    reply: `${OK}Content-Length: 5\r\n\r\n01234`,
    parts: ['200 OK|Content-Length|5', 'end|'],
    isReusable: false,
    isHead: true,
  },
  {
    name: '204 with a length',
    reply: 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
    parts: ['204 No Content|Content-Length|5', 'end|'],
    isReusable: true,
  },
  {
    name: '304 with a coding',
    reply: 'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n',
    parts: ['304 Not Modified|Transfer-Encoding|chunked', 'end|'],
    isReusable: true,
  },
  {
    name: 'HTTP/1.0, whatever it says of its connection',
    reply: 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na',
    parts: ['200 OK|Connection|keep-alive|Content-Length|1', 'a', 'end|'],
    isReusable: false,
  },
  {
    name: 'a connection that closes',
    reply: `${OK}Connection: x, Close\r\nContent-Length: 1\r\n\r\na`,
    parts: ['200 OK|Connection|x, Close|Content-Length|1', 'a', 'end|'],
    isReusable: false,
  },
  {
    name: 'padding, bytes above ASCII and an empty reason phrase',
    reply: 'HTTP/1.1 200 \r\nA:\t \xa0\xe9 \r\nContent-Length: 0\r\n\r\n',
    parts: ['200 |A|\xa0\xe9|Content-Length|0', 'end|'],
    isReusable: true,
  },
])('$name is read', ({ reply, parts, isReusable, isHead = false }) => {
  expect(read(reply, { isHead })).toMatchObject({ parts, isReusable, isWhole: true });
});

test.for([
  ['a head', OK],
  ['informational replies', 'HTTP/1.1 103 Hints\r\n\r\n'],
  ['a length', `${OK}Content-Length: 3\r\n\r\nab`],
  ['a chunk', `${CHUNKED}3\r\nab`],
  ['chunks without a last one', `${CHUNKED}1\r\na\r\n`],
  ['a last chunk without its empty line', `${CHUNKED}0\r\n`],
  ['trailers', `${CHUNKED}0\r\nA: b\r\n`],
])('%s cut off by the end of the connection is not whole', ([, reply]) => {
  const { isWhole, parts } = read(reply ?? '');
  expect(isWhole).toBe(false);
  expect(parts.some((part) => part.startsWith('end'))).toBe(false);
});

test('the longest head that is allowed is read, also where its end comes late', () => {
  const heads: number[] = [];
  const head = `${OK}Content-Length: 0\r\nA: `.padEnd(65_536, 'b');
  const parts = {
    head: (status: number) => heads.push(status) > 0,
    data: () => true,
    end: () => undefined,
  };
  const parser = new ReplyParser(parts, false);
  parser.push(Buffer.from(`${head}\r\n\r`));
  expect(heads).toEqual([]);
  parser.push(Buffer.from('\n'));
  expect(heads).toEqual([200]);
  expect([parser.isEnded, parser.isReusable]).toEqual([true, true]);
});

test('what comes while it is paused is kept unread until it resumes', () => {
  const read: string[] = [];
  const parts = {
    head: () => false,
    data: (chunk: Buffer) => read.push(chunk.toString()) > 0,
    end: () => read.push('end'),
  };
  const parser = new ReplyParser(parts, false);
  const state = () => [parser.hasUnread, parser.isEnded, parser.isReusable];

  parser.push(Buffer.from(`${OK}Content-Length: 2\r\n\r\n`));
  expect(state()).toEqual([false, false, false]);
  parser.push(Buffer.from('o'));
  parser.push(Buffer.from('k'));
  expect([read, state()]).toEqual([[], [true, false, false]]);
  parser.resume();
  expect([read, state()]).toEqual([
    ['ok', 'end'],
    [false, true, true],
  ]);
});

test.for([
  ['timeout=5, max=100', 5000],
  ['max=100, timeout = 7', 7000],
  ['timeout=0', 0],
  ['timeout=-1', null],
  ['notimeout=5', null],
] as const)('Keep-Alive: %s gives %s', ([value, keepAliveMs]) => {
  const reply = `${OK}Keep-Alive: ${value}\r\nContent-Length: 0\r\n\r\n`;
  expect(read(reply).keepAliveMs).toBe(keepAliveMs);
});
