/** How a quantity that is sampled each second goes on: the slope of a straight line through it. */
export interface Trend {
  /** A second. */
  readonly slope: number;
  /** The bounds within which the true slope lies with 95 %. */
  readonly low: number;
  readonly high: number;
  readonly mean: number;
}

const BLOCKS = 20;
const Z_95 = 1.96;

/**
 * The trend of samples that were taken one second apart; null where they are too few to tell.
 *
 * Samples of a heap are no independent ones: it grows from one collection to the next. A plain
 * regression takes that saw for certainty and finds a slope in whatever it looks at. So the line is laid
 * through the medians of twenty blocks, and what correlation is left between a block and the next widens
 * the interval, as if there were fewer of them. Medians, because a fault that opens and closes some
 * connections is no growth, whenever it comes; what leaks stays.
 */
export function trendOf(samples: readonly number[]): Trend | null {
  const blockSeconds = Math.floor(samples.length / BLOCKS);
  if (blockSeconds === 0) return null;
  const blocks = Array.from({ length: BLOCKS }, (_, index) =>
    medianOf(samples.slice(index * blockSeconds, (index + 1) * blockSeconds)),
  );
  const mean = meanOf(blocks);
  const middle = (BLOCKS - 1) / 2;
  const spread = blocks.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  const slope = blocks.reduce((sum, value, index) => sum + (index - middle) * value, 0) / spread;
  const rests = blocks.map((value, index) => value - mean - slope * (index - middle));
  const correlation = correlationOf(rests);
  const independent = (BLOCKS * (1 - correlation)) / (1 + correlation);
  const freedom = Math.max(1, independent - 2);
  const variance = rests.reduce((sum, rest) => sum + rest ** 2, 0) / (BLOCKS - 2) / spread;
  const error = Math.sqrt((variance * (1 + correlation)) / (1 - correlation));
  const reach = studentOf(freedom) * error;
  const bySecond = (value: number) => value / blockSeconds;
  return {
    slope: bySecond(slope),
    low: bySecond(slope - reach),
    high: bySecond(slope + reach),
    mean,
  };
}

/** Whether it may be that nothing grows: the interval reaches down to zero. */
export function isFlat({ low }: Trend): boolean {
  return low <= 0;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const half = sorted.length / 2;
  return meanOf(sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of each rest with the next one; from 0, since an apparent contrast must not narrow the interval, to 0.8. */
function correlationOf(rests: readonly number[]): number {
  const own = rests.reduce((sum, rest) => sum + rest ** 2, 0);
  if (own === 0) return 0;
  const shared = rests.reduce((sum, rest, index) => sum + rest * (rests[index + 1] ?? 0), 0);
  return Math.min(0.8, Math.max(0, shared / own));
}

/** The two-sided 95 % quantile of Student's t: the expansion of Abramowitz and Stegun, 26.7.5. */
function studentOf(freedom: number): number {
  const first = (Z_95 ** 3 + Z_95) / 4;
  const second = (5 * Z_95 ** 5 + 16 * Z_95 ** 3 + 3 * Z_95) / 96;
  return Z_95 + first / freedom + second / freedom ** 2;
}
