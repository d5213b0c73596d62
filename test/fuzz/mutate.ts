import type { Random } from './random.ts';

/** What inputs are changed with. */
export interface Stock {
  /** Inputs that got somewhere. */
  readonly pool: readonly Buffer[];
  /** Pieces of the format that chance alone would hardly make. */
  readonly words: readonly string[];
  readonly mostBytes: number;
}

const NUMBERS = [
  '0',
  '-1',
  '1',
  '2147483648',
  '4294967296',
  '1e999',
  '0x10',
  '00',
  '+5',
  '9'.repeat(30),
];
const ODD = [
  '\0',
  '\r',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '\u00a0',
  '\u2028',
  '\ud83d\ude00',
  '\ufeff',
  '%',
  '\\',
  '"',
  "'",
  '<',
  '&',
];

/** Another input made of one that got somewhere: one to six changes. */
export function mutate(stock: Stock, random: Random): Buffer {
  let input = random.of(stock.pool);
  for (let change = random.below(6); change >= 0; change -= 1) {
    input = random.of(CHANGES)(input, stock, random);
  }
  return input.subarray(0, stock.mostBytes);
}

type Change = (input: Buffer, stock: Stock, random: Random) => Buffer;

const CHANGES: readonly Change[] = [
  function flip(input, _stock, random) {
    if (input.length === 0) return input;
    const changed = Buffer.from(input);
    const at = random.below(changed.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
    return changed;
  },
  function cut(input, _stock, random) {
    const [from, to] = rangeIn(input, random);
    return Buffer.concat([input.subarray(0, from), input.subarray(to)]);
  },
  function repeat(input, { mostBytes }, random) {
    const [from, to] = rangeIn(input, random);
    const piece = input.subarray(from, to);
    const most = Math.ceil(mostBytes / Math.max(1, piece.length));
    const times = Math.min(most, random.of([2, 3, 20, 5_000]));
    return Buffer.concat([input.subarray(0, to), ...Array(times).fill(piece), input.subarray(to)]);
  },
  function move(input, _stock, random) {
    const [from, to] = rangeIn(input, random);
    const rest = Buffer.concat([input.subarray(0, from), input.subarray(to)]);
    return put(rest, input.subarray(from, to), random);
  },
  function splice(input, { pool }, random) {
    const other = random.of(pool);
    const [from, to] = rangeIn(other, random);
    return put(input, other.subarray(from, to), random);
  },
  function word(input, { words }, random) {
    return words.length === 0 ? input : put(input, Buffer.from(random.of(words)), random);
  },
  function odd(input, _stock, random) {
    return put(input, Buffer.from(random.of(ODD)), random);
  },
  function number(input, _stock, random) {
    const text = input.toString('latin1');
    const numbers = [...text.matchAll(/\d+/g)];
    if (numbers.length === 0) return put(input, Buffer.from(random.of(NUMBERS)), random);
    const { index, 0: found } = random.of(numbers);
    return Buffer.from(
      text.slice(0, index) + random.of(NUMBERS) + text.slice(index + found.length),
      'latin1',
    );
  },
];

function put(input: Buffer, piece: Buffer, random: Random): Buffer {
  const at = random.below(input.length + 1);
  return Buffer.concat([input.subarray(0, at), piece, input.subarray(at)]);
}

function rangeIn(input: Buffer, random: Random): [from: number, to: number] {
  const from = random.below(input.length + 1);
  const most = input.length - from;
  // Short ones more often than long ones.
  return [from, from + random.below(Math.min(most, random.of([4, 16, 64, most])) + 1)];
}
