import type { IncomingHttpHeaders } from 'node:http';
import type { AskingClient } from '../../bench/honest-answer.ts';
import { Comparison } from './content.ts';

/** One request, and what has to come back where the application replies. */
export interface Asking {
  readonly id: string;
  readonly client: AskingClient;
  readonly path: string;
  readonly body: Buffer | null;
  readonly isChunked: boolean;
  /** The whole reply; null for an event stream, which has no end. */
  readonly expected: Buffer | null;
  /** When the client leaves, in milliseconds from the start; null: it stays. */
  readonly leavesAfterMs: number | null;
}

/** How it ended for the client: whole; broken off by the other side; left by the client's own will. */
export type End = 'whole' | 'broken' | 'left';

/** What came back. Times are milliseconds since the epoch. */
export interface Got {
  readonly startedAt: number;
  readonly endedAt: number;
  /** To the last byte, by a clock that is never set. */
  readonly ms: number;
  /** Null where no head came. */
  readonly status: number | null;
  readonly headers: IncomingHttpHeaders;
  /** The body as text, where it is not the application's. */
  readonly text: string;
  readonly bytes: number;
  /** How much of the request's body the client has sent. */
  readonly sentBytes: number;
  /** Whether the whole reply is the one that was expected. */
  readonly isIntact: boolean;
  /** The place of the first piece that is not; null where all that came agrees. */
  readonly differsAt: number | null;
  readonly end: End;
  /** The code of the error with which it broke off. */
  readonly code: string;
}

/** A way to ask: one client's connections of one protocol. */
export interface Line {
  readonly name: string;
  ask(asking: Asking): Promise<Got>;
  /** Closes the connections. */
  close(): void;
}

/** Patience that no answer of the gateway's needs: beyond it, it has hung. */
const PATIENCE_MS = 30_000;

/** Reads what comes back to one asking, and holds it against what should come. */
export class Reading {
  readonly #comparison: Comparison;
  readonly #isStream: boolean;
  readonly #startedAt = Date.now();
  readonly #started = performance.now();
  readonly #texts: Buffer[] = [];
  #sentBytes = 0;
  #status: number | null = null;
  #headers: IncomingHttpHeaders = {};

  constructor({ expected }: Asking) {
    this.#comparison = new Comparison(expected ?? Buffer.alloc(0));
    this.#isStream = expected === null;
  }

  head(status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  sent(bytes: number): void {
    this.#sentBytes = bytes;
  }

  take(chunk: Buffer): void {
    if (this.#isApplications && !this.#isStream) this.#comparison.take(chunk);
    else this.#texts.push(chunk);
  }

  end(end: End, code: string): Got {
    const { isIntact, differsAt } = this.#comparison;
    const text = Buffer.concat(this.#texts);
    return {
      startedAt: this.#startedAt,
      endedAt: Date.now(),
      ms: performance.now() - this.#started,
      status: this.#status,
      headers: this.#headers,
      text: text.toString(),
      bytes: text.length + this.#comparison.bytes,
      sentBytes: this.#sentBytes,
      isIntact,
      differsAt,
      end,
      code,
    };
  }

  get #isApplications(): boolean {
    return this.#status === 200 && this.#headers['candor-disposition'] === undefined;
  }
}

/**
 * The end of a request, whatever comes first: what its connection says by `finish`, the end of its client's
 * patience, or its leave. One that is not whole is given up.
 */
export function endOf(
  { leavesAfterMs }: Asking,
  reading: Reading,
  giveUp: () => void,
): { readonly got: Promise<Got>; readonly finish: (end: End, code: string) => void } {
  const { promise: got, resolve } = Promise.withResolvers<Got>();
  const timers = [setTimeout(() => finish('broken', 'patience is over'), PATIENCE_MS)];
  if (leavesAfterMs !== null) timers.push(setTimeout(() => finish('left', ''), leavesAfterMs));
  const finish = (end: End, code: string) => {
    for (const timer of timers) clearTimeout(timer);
    resolve(reading.end(end, code)); // What comes later changes nothing.
    if (end !== 'whole') giveUp();
  };
  return { got, finish };
}
