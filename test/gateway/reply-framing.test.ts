import { expect, test } from 'vitest';
import { framingOf } from '../../src/gateway/reply-framing.ts';

const PLAIN = { kind: 'close', length: 0, closes: false, keepAliveMs: null };

test.for([
  { fields: [], frame: {} },
  { fields: ['Content-Length', '42'], frame: { kind: 'length', length: 42 } },
  { fields: ['CONTENT-LENGTH', '0'], frame: { kind: 'length' } },
  {
    fields: ['Content-Length', '999999999999999'],
    frame: { kind: 'length', length: 999_999_999_999_999 },
  },
  { fields: ['Transfer-Encoding', 'chunked'], frame: { kind: 'chunked' } },
  { fields: ['transfer-encoding', 'Chunked'], frame: { kind: 'chunked' } },
  { fields: ['Connection', 'close'], frame: { closes: true } },
  { fields: ['Connection', 'Keep-Alive , CLOSE'], frame: { closes: true } },
  { fields: ['Connection', 'close,x'], frame: { closes: true } },
  { fields: ['Connection', 'x-close, closed, to close'], frame: {} },
  { fields: ['Connection', 'close', 'Connection', 'keep-alive'], frame: { closes: true } },
  { fields: ['Keep-Alive', 'timeout=5'], frame: { keepAliveMs: 5000 } },
  { fields: ['Keep-Alive', 'max=100, Timeout = 15'], frame: { keepAliveMs: 15_000 } },
  { fields: ['Keep-Alive', 'max=100,timeout=1'], frame: { keepAliveMs: 1000 } },
  { fields: ['Keep-Alive', 'xtimeout=5'], frame: {} },
  { fields: ['Keep-Alive', 'timeout=x'], frame: {} },
  // As long as those that matter, and none of them.
  { fields: ['X-Content-Size', '1', 'X-Transfer-Coding', '2', 'Connektion', 'close'], frame: {} },
  {
    fields: ['A', 'b', 'Connection', 'close', 'Content-Length', '7', 'Keep-Alive', 'timeout=2'],
    frame: { kind: 'length', length: 7, closes: true, keepAliveMs: 2000 },
  },
])('$fields', ({ fields, frame }) => {
  expect(framingOf(fields)).toEqual({ ...PLAIN, ...frame });
});

test.for([
  { fields: ['Content-Length', '1', 'Content-Length', '1'], fault: 'two lengths' },
  { fields: ['Content-Length', '1', 'Transfer-Encoding', 'chunked'], fault: 'length and a' },
  { fields: ['Transfer-Encoding', 'gzip'], fault: 'coding is unknown' },
  { fields: ['Transfer-Encoding', 'gzip, chunked'], fault: 'coding is unknown' },
  {
    fields: ['Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'],
    fault: 'coding is unknown',
  },
  { fields: ['Transfer-Encoding', ''], fault: 'coding is unknown' },
  { fields: ['Content-Length', ''], fault: 'length is malformed' },
  { fields: ['Content-Length', '-1'], fault: 'length is malformed' },
  { fields: ['Content-Length', '+1'], fault: 'length is malformed' },
  { fields: ['Content-Length', '1, 1'], fault: 'length is malformed' },
  { fields: ['Content-Length', '0x10'], fault: 'length is malformed' },
  { fields: ['Content-Length', '1000000000000000'], fault: 'length is malformed' },
])('$fields is a fault', ({ fields, fault }) => {
  expect(() => framingOf(fields)).toThrow(fault);
});
