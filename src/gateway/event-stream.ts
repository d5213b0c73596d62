import { type PublicState, stateJson } from '../answer/status-json.ts';
import type { ClientResponse } from './client-message.ts';
import type { Release } from './release.ts';
import { type ReaderAsk, reloadAfter, type Told } from './told.ts';

/** A response that is written piece by piece, of whichever protocol. */
export type StreamResponse = Pick<ClientResponse, 'writeHead' | 'write' | 'end' | 'destroy'>;

const RETRY_MS = { least: 5_000, spread: 10_000 };
const COMMENT = ':\n\n';

/** The fields of every stream. */
export const EVENT_FIELDS: readonly string[] = [
  ...['Content-Type', 'text/event-stream'],
  ...['Cache-Control', 'no-store'],
  ...['Access-Control-Allow-Origin', '*'],
  // nginx and others like it pass on what they get at once when they are asked to.
  ...['X-Accel-Buffering', 'no'],
  ...['X-Content-Type-Options', 'nosniff'],
  ...['X-Robots-Tag', 'noindex'],
];

/**
 * One client that is told of every change, by server-sent events.
 *
 * At most one message waits to leave. A client that reads slowly misses what came in between, and gets
 * the newest when it has read; so it costs no more memory than any other.
 */
export class EventStream {
  readonly ask: ReaderAsk;
  readonly #response: StreamResponse;
  readonly #random: () => number;
  /** What it was told last. No `id` is ever sent: who comes again is told everything. */
  #told: PublicState | null = null;
  #wasOn = false;
  /** When its page is to reload; null while it is not. */
  #reloadAt: number | null = null;
  #isWriting = false;
  #isBehind = false;
  #wroteAt = 0;
  readonly #flushed: () => void;

  /** `onCaughtUp` is called when a change had to wait, and can be told. */
  constructor(
    response: StreamResponse,
    ask: ReaderAsk,
    { random, onCaughtUp }: { random: () => number; onCaughtUp: (stream: EventStream) => void },
  ) {
    this.ask = ask;
    this.#response = response;
    this.#random = random;
    this.#flushed = () => {
      this.#isWriting = false;
      if (!this.#isBehind) return;
      this.#isBehind = false;
      onCaughtUp(this);
    };
  }

  /** Sends the head, and how things are. */
  begin(told: Told, now: number): void {
    if (typeof this.ask.place === 'number') this.#reloadAt = now + this.ask.place;
    this.#response.writeHead(200, 'OK', EVENT_FIELDS as string[]);
    const retryMs = RETRY_MS.least + Math.floor(this.#random() * RETRY_MS.spread);
    this.#write(`retry: ${retryMs}\n${this.#message(told, now)}`, now);
  }

  /** Sends how things are, if that reads other than before, as soon as the client has read the rest. */
  tell(told: Told, now: number): void {
    if (told.state === this.#told && isOn(told) === this.#wasOn) return;
    if (this.#isWriting) this.#isBehind = true;
    else this.#write(this.#message(told, now), now);
  }

  /** Shows proxies and the client that the stream lives, if nothing was sent for so long. */
  keepAlive(now: number, everyMs: number): void {
    if (!this.#isWriting && now - this.#wroteAt >= everyMs) this.#write(COMMENT, now);
  }

  /** True when the client has read nothing for so long. */
  isStuck(now: number, forMs: number): boolean {
    return this.#isWriting && now - this.#wroteAt >= forMs;
  }

  end(): void {
    this.#response.end();
  }

  cut(): void {
    this.#response.destroy();
  }

  #message(told: Told, now: number): string {
    const { state, release } = told;
    this.#told = state;
    this.#wasOn = isOn(told);
    const reloadAfterMs = this.#reloadAfter(release, now);
    return `data: ${stateJson(state, { reloadAfterMs, random: this.#random })}\n\n`;
  }

  #reloadAfter(release: Release | null, now: number): number | null {
    // A page that has lost its place wants another.
    const wanted = this.ask.place === 'none' ? 'none' : 'wanted';
    const left = this.#reloadAt === null ? wanted : this.#reloadAt - now;
    const afterMs = reloadAfter(release, left, now);
    this.#reloadAt = afterMs === null ? null : now + afterMs;
    return afterMs;
  }

  #write(text: string, now: number): void {
    this.#isWriting = true;
    this.#wroteAt = now;
    this.#response.write(text, 'latin1', this.#flushed);
  }
}

function isOn({ release }: Told): boolean {
  return release?.isOn === true;
}
