import { readdirSync } from 'node:fs';
import { residentBytes } from '../../bench/usage.ts';

/** What the process held, a sample a second. */
export class Samples implements Disposable {
  readonly residentBytes: number[] = [];
  readonly descriptors: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#timer = setInterval(() => {
      this.residentBytes.push(residentBytes(pid));
      this.descriptors.push(descriptorsOf(pid));
    }, 1_000);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** How many descriptors a process has open; 0 where there is no such process. */
function descriptorsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0; // It has ended, which another check tells.
  }
}
