import type { Log } from '../log.ts';
import { type Clock, SYSTEM_CLOCK } from '../upstream/clock.ts';
import type { ClientResponse } from './client-message.ts';
import { EventStream } from './event-stream.ts';
import { NetworkCounts } from './network-counts.ts';
import type { Plan } from './plan.ts';
import { followAll, type ReaderAsk, toldTo } from './told.ts';

const TICK_MS = 1_000;
const COMMENT_MS = 20_000;
/** After so many ticks what is told is looked at again: "over 24 h" depends on the time of day. */
const TICKS_TO_LOOK = 20;
/** A client that reads nothing for so long has its stream cut. */
const STUCK_MS = 60_000;
/** Streams that are told in one turn of the loop: requests come in between. */
const TOLD_AT_ONCE = 100;

/** What the streams are given. */
export interface EventStreamsDeps {
  /** The plan that holds at this moment. */
  readonly plan: () => Plan;
  readonly counts: { eventStreams: number };
  readonly log: Log;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/**
 * Everybody who is told of changes as they come (`GET /_candor/events`).
 *
 * A change is put in words once for all who are told it in the same voice. One timer serves all streams,
 * and runs while there are any.
 */
export class EventStreams {
  readonly #deps: EventStreamsDeps;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #streams = new Set<EventStream>();
  /** Those that are still to be told of the last change, in the order of their turn. */
  readonly #waiting = new Set<EventStream>();
  readonly #networks = new NetworkCounts();
  #isTelling = false;
  #isEnded = false;
  #cancelTick: (() => void) | null = null;
  #ticks = 0;
  #changedAt = 0;

  constructor(deps: EventStreamsDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? SYSTEM_CLOCK;
    this.#random = deps.random ?? Math.random;
  }

  /** Whether one more is to be refused; an address has no more of them than of connections. */
  isFullFor(address: string): boolean {
    const { eventStreams, connectionsPerAddress } = this.#deps.plan().settings.limits;
    return (
      this.#isEnded ||
      this.#streams.size >= eventStreams ||
      (connectionsPerAddress !== null && this.#networks.of(address) >= connectionsPerAddress)
    );
  }

  /** Begins a stream; it ends when the client leaves, at `end`, or when it is not read. */
  open(response: ClientResponse, ask: ReaderAsk, address: string): void {
    const plan = this.#deps.plan();
    const now = this.#clock.monotonic();
    for (const { release } of plan.shown) release.check(now);
    const told = toldTo(plan, ask);
    const stream = new EventStream(response, ask, {
      random: this.#random,
      onCaughtUp: (behind) => this.#tell(behind, this.#clock.monotonic()),
    });
    this.#streams.add(stream);
    this.#deps.counts.eventStreams += 1;
    this.#networks.opened(address);
    response.once('close', () => {
      this.#networks.closed(address);
      this.#forget(stream);
    });
    stream.begin(told, now);
    this.#cancelTick ??= this.#clock.after(TICK_MS, () => this.#tick());
  }

  /** A belief, the status page, the settings or a release may have changed: tells who has to know, soon. */
  changed(): void {
    const now = this.#clock.monotonic();
    followAll(this.#deps.plan(), now);
    this.#tellAll(now);
  }

  /** Ends all streams; none begins after. */
  end(): void {
    this.#isEnded = true;
    this.#cancelTick?.();
    for (const stream of this.#streams) stream.end();
  }

  #forget(stream: EventStream): void {
    this.#streams.delete(stream);
    this.#waiting.delete(stream);
    this.#deps.counts.eventStreams -= 1;
    if (this.#streams.size > 0) return;
    this.#cancelTick?.();
    this.#cancelTick = null;
  }

  /** Those who are told of one change have one time: what is drawn for them fits together. */
  #tellAll(now: number): void {
    if (this.#waiting.size === 0 || now - this.#changedAt > TICK_MS) this.#changedAt = now;
    for (const stream of this.#streams) this.#waiting.add(stream);
    if (this.#isTelling || this.#waiting.size === 0) return;
    this.#isTelling = true;
    setImmediate(() => this.#tellSome());
  }

  #tellSome(): void {
    let count = 0;
    for (const stream of this.#waiting) {
      if (count === TOLD_AT_ONCE) break;
      count += 1;
      this.#waiting.delete(stream);
      this.#tell(stream, this.#changedAt);
    }
    this.#isTelling = this.#waiting.size > 0;
    if (this.#isTelling) setImmediate(() => this.#tellSome());
  }

  #tell(stream: EventStream, now: number): void {
    if (this.#isEnded) return;
    try {
      stream.tell(toldTo(this.#deps.plan(), stream.ask), now);
    } catch (err) {
      // What cannot be put in words is not told; the stream goes on, and so does everything else.
      this.#deps.log.error({ err }, 'a change could not be told');
    }
  }

  #tick(): void {
    this.#cancelTick = this.#clock.after(TICK_MS, () => this.#tick());
    const now = this.#clock.monotonic();
    for (const stream of this.#streams) {
      if (stream.isStuck(now, STUCK_MS)) stream.cut();
      else stream.keepAlive(now, COMMENT_MS);
    }
    this.#ticks = (this.#ticks + 1) % TICKS_TO_LOOK;
    const changes = this.#deps.plan().shown.map(({ release }) => release.check(now));
    if (this.#ticks === 0 || changes.includes(true)) this.#tellAll(now);
  }
}
