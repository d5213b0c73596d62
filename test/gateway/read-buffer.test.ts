import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Aftermath, readInto } from '../../src/gateway/read-buffer.ts';

const MIB = 1024 * 1024;

/** A socket of node:net, as far as `onread` goes: `read` fills the place that it was given. */
function connection(onRead: (bytes: Buffer) => Aftermath) {
  const { buffer, callback } = readInto(onRead);
  if (typeof buffer !== 'function') throw new Error('the place must be asked for anew');
  let place = buffer();
  return {
    read(mark: number, length: number): void {
      const most = Math.min(length, place.length);
      place.fill(mark, 0, most);
      callback(most, place);
      place = buffer();
    },
  };
}

const reads = fc.array(
  fc.record({
    connection: fc.nat(2),
    length: fc.oneof(fc.integer({ min: 1, max: 64 * 1024 }), fc.constant(64 * 1024)),
    isHeld: fc.boolean(),
    isOver: fc.boolean(),
  }),
  { maxLength: 40 },
);

test('bytes that somebody holds stay what they were, whatever is read after them', () => {
  fc.assert(
    fc.property(reads, (sequence) => {
      const held: { readonly bytes: Buffer; readonly mark: number }[][] = [[], [], []];
      let next: Aftermath = { isHeld: false, isOver: false };
      let mark = 0;
      const connections = held.map((kept) =>
        connection((bytes) => {
          kept.push({ bytes, mark });
          if (!next.isHeld) kept.length = 0;
          return next;
        }),
      );
      for (const read of sequence) {
        next = read;
        mark = (mark + 1) % 256;
        connections[read.connection]?.read(mark, read.length);
      }
      for (const { bytes, mark: own } of held.flat()) {
        expect(bytes.every((byte) => byte === own)).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

test('what is read again and again into the same place takes no memory', () => {
  const places = new Set<ArrayBufferLike>();
  const { read } = connection(({ buffer }) => {
    places.add(buffer);
    return { isHeld: false, isOver: false };
  });
  for (let bytes = 0; bytes < 16 * MIB; bytes += 64 * 1024) read(1, 64 * 1024);
  expect(places.size).toBe(2); // A copy of the first read, and the place of all others.
});
