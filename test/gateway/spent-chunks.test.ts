import { expect, test } from 'vitest';
import { SpentChunks } from '../../src/gateway/spent-chunks.ts';

const LONG_BYTES = 16 * 1024;

test('the memory of a chunk is given back when it has left, and not before', () => {
  const spent = new SpentChunks();
  const chunk = Buffer.allocUnsafeSlow(LONG_BYTES);
  spent.add(chunk);
  expect(chunk.length).toBe(LONG_BYTES);
  spent.free();
  expect(chunk.length).toBe(0);
  expect(() => spent.free()).not.toThrow();
});

test.for([
  ['a part of a buffer', Buffer.allocUnsafeSlow(2 * LONG_BYTES).subarray(LONG_BYTES)],
  ['a short chunk', Buffer.allocUnsafeSlow(LONG_BYTES - 1)],
] as const)('%s is left to the collector', ([, chunk]) => {
  const { length } = chunk;
  const spent = new SpentChunks();
  spent.add(chunk);
  spent.free();
  expect(chunk.length).toBe(length);
});
