import { Session } from 'node:inspector/promises';

/**
 * Which code ran, by V8's own block coverage: what tells the fuzzer that an input got somewhere new.
 *
 * Of our own sources alone. One for the whole process, since V8 counts for all.
 */
export class Coverage implements AsyncDisposable {
  readonly #session = new Session();
  readonly #known = new Set<string>();

  private constructor() {
    this.#session.connect();
  }

  static async start(): Promise<Coverage> {
    const coverage = new Coverage();
    await coverage.#session.post('Profiler.enable');
    await coverage.#session.post('Profiler.startPreciseCoverage', {
      callCount: true,
      detailed: true,
    });
    return coverage;
  }

  /** Forgets what has run by now: nothing of it will be new. */
  async takeAll(): Promise<void> {
    for (const block of await this.#ran()) this.#known.add(block);
  }

  /** Of inputs that have just been tried, those that reached code that none had reached before. */
  async whatReachedNew(
    inputs: readonly Buffer[],
    check: (input: Buffer) => unknown,
  ): Promise<Buffer[]> {
    if (!(await this.#ran()).some((block) => !this.#known.has(block))) return [];
    const found: Buffer[] = [];
    for (const input of inputs) {
      await check(input);
      const blocks = (await this.#ran()).filter((block) => !this.#known.has(block));
      if (blocks.length > 0) found.push(input);
      for (const block of blocks) this.#known.add(block);
    }
    return found;
  }

  /** The blocks of our code that ran since this was asked last. */
  async #ran(): Promise<string[]> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    return result
      .filter(({ url }) => url.includes('/src/'))
      .flatMap(({ url, functions }) =>
        functions.flatMap(({ ranges }) => ranges.map((range) => ({ url, ...range }))),
      )
      .filter(({ count }) => count > 0)
      .map(({ url, startOffset, endOffset }) => `${url}:${startOffset}:${endOffset}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.post('Profiler.disable');
    this.#session.disconnect();
  }
}
