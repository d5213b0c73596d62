import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Coverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import type { Target } from './target.ts';

const CORPUS = join(import.meta.dirname, 'corpus');

/** To look what ran takes longer than to run: it is looked at once for so many inputs. */
const BATCH = 20;

/** How long, and how. */
export interface FuzzOptions {
  readonly seed: number;
  /** Asked before each run: whether it was enough. */
  readonly isEnough: (runs: number) => boolean;
  /** Null: inputs are made by chance alone. */
  readonly coverage: Coverage | null;
  /** Whether inputs that reached new code are written to the corpus. */
  readonly isKeeping?: boolean;
}

/** What came of it. */
export interface Fuzzed {
  readonly runs: number;
  /** Inputs that reached new code. */
  readonly kept: number;
  readonly finding: Finding | null;
}

/** An input for which something does not hold. */
interface Finding {
  readonly input: Buffer;
  readonly problem: unknown;
}

/** The inputs that are kept of a target: those that once reached new code, and old findings. */
function corpusOf({ name }: Pick<Target, 'name'>): Buffer[] {
  const folder = join(CORPUS, name);
  try {
    return readdirSync(folder)
      .sort()
      .map((file) => readFileSync(join(folder, file)));
  } catch {
    return []; // None yet.
  }
}

/** Tries inputs on a target, the kept ones first, until it was enough or something does not hold. */
export async function fuzz(target: Target, options: FuzzOptions): Promise<Fuzzed> {
  await using _running = await target.open?.();
  const { coverage, isEnough } = options;
  const random = new Random(options.seed);
  const pool = [...target.seeds.map((seed) => Buffer.from(seed)), ...corpusOf(target)];
  const stock = { ...target, pool };
  let kept = 0;
  for (const input of pool) {
    const problem = await problemWith(target, input);
    if (problem !== null) return { runs: 0, kept, finding: { input, problem } };
  }
  await coverage?.takeAll();
  let runs = 0;
  while (!isEnough(runs)) {
    const batch = Array.from({ length: BATCH }, () => mutate(stock, random));
    for (const input of batch) {
      const problem = await problemWith(target, input);
      if (problem !== null) return { runs, kept, finding: { input, problem } };
      runs += 1;
    }
    for (const input of (await coverage?.whatReachedNew(batch, target.check)) ?? []) {
      pool.push(input);
      kept += 1;
      if (options.isKeeping === true) keep(target, input);
    }
  }
  return { runs, kept, finding: null };
}

/** Writes an input down, and returns the file. */
export function keep({ name }: Pick<Target, 'name'>, input: Buffer): string {
  const folder = join(CORPUS, name);
  const file = join(folder, createHash('sha256').update(input).digest('hex').slice(0, 12));
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, input);
  return file;
}

async function problemWith(target: Target, input: Buffer): Promise<unknown> {
  const before = process.threadCpuUsage();
  try {
    await target.check(input);
  } catch (error) {
    return error;
  }
  const { user, system } = process.threadCpuUsage(before);
  const tookMs = (user + system) / 1_000;
  return tookMs > target.mostMs ? new Error(`it took ${tookMs} ms of CPU`) : null;
}
