import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sketch } from '../../src/outage/sketch.ts';

/** A hash of a number, in two halves (the finalizer of MurmurHash3): the same ones each time. */
function hashOf(number: number): readonly [high: number, low: number] {
  const mix = (bits: number): number => {
    const first = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
    return second ^ (second >>> 16);
  };
  return [mix(number * 2 + 1), mix(number * 2 + 2)];
}

function sketchOf(count: number): Sketch {
  const sketch = new Sketch();
  for (let number = 0; number < count; number += 1) sketch.add(...hashOf(number));
  return sketch;
}

test('nothing is counted where nothing was added', () => {
  expect(new Sketch().count()).toBe(0);
});

test.for([1, 10, 300, 4_000, 9_000, 12_000, 30_000, 300_000])('%i are about as many', (count) => {
  expect(Math.abs(sketchOf(count).count() - count) / count).toBeLessThan(0.05);
});

test('what was added before is not new, and changes nothing', () => {
  const sketch = new Sketch();
  expect(sketch.add(...hashOf(1))).toBe(true);
  const registers = Uint8Array.from(sketch.registers);
  expect(sketch.add(...hashOf(1))).toBe(false);
  expect(sketch.registers).toEqual(registers);
});

test('what was kept by a sketch of another size is not taken up', () => {
  const sketch = new Sketch(new Uint8Array(16).fill(9));
  expect(sketch.count()).toBe(0);
  expect(sketch.registers).toHaveLength(4096);
});

test('a sketch that is kept goes on as it was', () => {
  const hash = fc.tuple(fc.integer(), fc.integer());
  fc.assert(
    fc.property(fc.array(hash), fc.array(hash), (first, second) => {
      const whole = new Sketch();
      const halves = new Sketch();
      for (const one of first) for (const sketch of [whole, halves]) sketch.add(...one);
      const kept = new Sketch(Uint8Array.from(halves.registers));
      for (const one of second) for (const sketch of [whole, kept]) sketch.add(...one);
      expect(kept.count()).toBe(whole.count());
    }),
  );
});
