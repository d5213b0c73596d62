import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closeFrame, FrameTracker } from '../../src/gateway/frame-tracker.ts';

/** A frame by RFC 6455, section 5.2, its length written in as many bytes as are given. */
function frameOf(
  opcode: number,
  length: number,
  lengthBytes: 0 | 2 | 8,
  isMasked: boolean,
): Buffer {
  const mark = { 0: length, 2: 126, 8: 127 }[lengthBytes];
  const head = Buffer.alloc(2 + lengthBytes);
  head[0] = opcode;
  head[1] = mark | (isMasked ? 0x80 : 0);
  if (lengthBytes === 2) head.writeUInt16BE(length, 2);
  if (lengthBytes === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, Buffer.alloc((isMasked ? 4 : 0) + length, 0x88)]);
}

const opcode = fc.constantFrom(0x00, 0x01, 0x82, 0xc1, 0x89, 0x8a);
const length = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 125 }), fc.constant(0 as const)),
  fc.tuple(fc.constantFrom(0, 126, 127, 255, 256, 65_535), fc.constant(2 as const)),
  fc.tuple(fc.constantFrom(0, 1, 300, 65_536, 70_001), fc.constant(8 as const)),
);
const frame = fc
  .tuple(opcode, length, fc.boolean())
  .map(([first, [bytes, lengthBytes], isMasked]) => frameOf(first, bytes, lengthBytes, isMasked));
const frames = fc.array(frame, { maxLength: 8 });
const cuts = fc.array(fc.nat(), { maxLength: 40 });

/** The same bytes in pieces. */
function piecesOf(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [0, ...sorted].map((start, index) => bytes.subarray(start, sorted[index] ?? bytes.length));
}

test('any chunks of any frames have the boundaries of the frames', () => {
  fc.assert(
    fc.property(frames, cuts, (all, places) => {
      const boundaries = new Set([0]);
      let end = 0;
      for (const one of all) {
        end += one.length;
        boundaries.add(end);
      }
      const tracker = new FrameTracker();
      let at = 0;
      for (const piece of piecesOf(Buffer.concat(all), places)) {
        tracker.push(piece);
        at += piece.length;
        expect([tracker.isAtBoundary, tracker.hasClosed]).toEqual([boundaries.has(at), false]);
      }
    }),
  );
});

test('a Close frame is known once it is whole, wherever it is cut', () => {
  fc.assert(
    fc.property(frames, fc.constantFrom(0, 2, 125), cuts, (before, bytes, places) => {
      const closing = frameOf(0x88, bytes, 0, false);
      const tracker = new FrameTracker();
      tracker.push(Buffer.concat([...before, closing.subarray(0, -1)]));
      expect(tracker.hasClosed).toBe(false);

      const whole = new FrameTracker();
      for (const piece of piecesOf(Buffer.concat([...before, closing]), places)) whole.push(piece);
      expect([whole.hasClosed, whole.isAtBoundary]).toEqual([true, true]);
    }),
  );
});

test('a Close frame of ours is one frame, and closes', () => {
  const tracker = new FrameTracker();
  tracker.push(closeFrame(1013, 'outage https://status.chargeover.com/'));
  expect([tracker.hasClosed, tracker.isAtBoundary]).toEqual([true, true]);
  expect(closeFrame(1013, 'a')).toEqual(Buffer.from([0x88, 3, 0x03, 0xf5, 0x61]));
});
