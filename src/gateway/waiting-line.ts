import { type Clock, SYSTEM_CLOCK } from '../upstream/clock.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { type Enrolled, Roll } from './roll.ts';

/** A request that can wait in a line. Both are called from the line's own turn, never while it joins. */
export interface Waiting {
  /** Its turn has come: it goes its way at once. */
  letOut(): void;
  /** Waiting is no more use: the hold is over, or the verdict is `down`. */
  giveUp(hasExpired: boolean): void;
}

/** Where a request stands in its line. It keeps its place while it is let out, in case it has to come back. */
export interface Place extends Enrolled<Place> {
  readonly who: Waiting;
  readonly bytes: number;
  /** When its hold ends, on the monotonic clock. */
  readonly until: number;
  state: 'waiting' | 'let_out' | 'over';
}

/** How much may wait at once; a line over either says which. */
export interface LineLimits {
  readonly held: number;
  readonly heldBytes: number;
}

/** Let out at once at first; each one that is served makes room for one more beside its own. */
const FIRST_ROOM = 32;
/** How often the line is looked at while nothing else moves it: for the hold, and for what opens with time. */
const TICK_MS = 50;
/** How long nobody is let out after one came back, unless somebody is served or there is news. */
const STALL_MS = 100;

/**
 * The requests of one upstream that wait for an endpoint, first come, first served.
 *
 * A roll with one timer for all: to join, to leave and to be let out cost the same however many
 * wait. Who is let out and finds no endpoint goes back to the place that it had.
 */
export class WaitingLine {
  readonly #upstream: Upstream;
  readonly #clock: Clock;
  readonly #places = new Roll<Place>();
  #bytes = 0;
  /** Ends the pause until the line is looked at next; null while nobody waits. */
  #cancel: (() => void) | null = null;
  #isListening = false;
  /** Let out, and their attempt goes on. */
  #underWay = 0;
  #room = FIRST_ROOM;
  #stalledUntil = 0;

  constructor(upstream: Upstream, clock: Clock = SYSTEM_CLOCK) {
    this.#upstream = upstream;
    this.#clock = clock;
  }

  /** Asked for each request: one that comes while others wait goes behind them. */
  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  /** Why one more does not fit; null when it does. */
  overflow(bytes: number, { held, heldBytes }: LineLimits): 'too_many' | 'too_large' | null {
    if (this.#places.size >= held) return 'too_many';
    return this.#bytes + bytes > heldBytes ? 'too_large' : null;
  }

  /** Takes the last place. */
  join(who: Waiting, bytes: number): Place {
    const until = this.#clock.monotonic() + this.#upstream.settings.holdMs;
    const place: Place = { who, bytes, until, state: 'over', ahead: null, behind: null };
    this.#enter(place);
    this.#watch();
    return place;
  }

  /** Back to the place that it had; false when its hold is over. */
  comeBack(place: Place): boolean {
    if (this.#clock.monotonic() >= place.until) return false;
    let ahead: Place | null = null;
    // Only those that were let out before it and came back as well can stand in front of it.
    for (const next of this.#places) {
      if (next.until > place.until) break;
      ahead = next;
    }
    this.#enter(place, ahead);
    this.#room = FIRST_ROOM;
    this.#watch();
    return true;
  }

  /** An attempt has just found no endpoint: the next ones need not find the same. */
  stall(): void {
    this.#stalledUntil = this.#clock.monotonic() + STALL_MS;
  }

  /** The client has left. */
  leave(place: Place): void {
    if (place.state === 'waiting') this.#remove(place);
    else this.#end(place);
    place.state = 'over';
  }

  /** An attempt of the upstream's is over; `place` where it was one of ours, `isServed` where a reply came. */
  moved(place: Place | null, isServed: boolean): void {
    if (place !== null) this.#end(place);
    if (!isServed) return;
    if (place !== null) this.#room += 1;
    this.#stalledUntil = 0;
    this.advance();
  }

  /** Lets out as many as may go, and answers those for whom there is no more hope. */
  advance(): void {
    const { verdict } = this.#upstream.belief;
    const now = this.#clock.monotonic();
    const places = this.#places;
    // Whoever is let out may come back at once, or others leave: the first is who stands there then.
    for (let place = places.first; place !== null; place = places.first) {
      const hasExpired = now >= place.until;
      if (verdict.state !== 'down' && this.#mayGo(hasExpired, now)) {
        this.#remove(place);
        place.state = 'let_out';
        this.#underWay += 1;
        place.who.letOut();
      } else if (verdict.state === 'down' || hasExpired) {
        this.#remove(place);
        place.who.giveUp(hasExpired);
      } else break;
    }
    if (this.isEmpty) this.#rest();
  }

  /** Whose hold is over need not heed the line's own pace, only the upstream's. */
  #mayGo(hasExpired: boolean, now: number): boolean {
    if (now < this.#stalledUntil) return false;
    if (!hasExpired && this.#underWay >= this.#room) return false;
    return this.#upstream.admit(false) === 'forward';
  }

  #end(place: Place): void {
    if (place.state !== 'let_out') return;
    place.state = 'over';
    this.#underWay -= 1;
  }

  #enter(place: Place, ahead?: Place | null): void {
    this.#places.add(place, ahead);
    place.state = 'waiting';
    this.#bytes += place.bytes;
  }

  #remove(place: Place): void {
    this.#places.delete(place);
    place.state = 'over';
    this.#bytes -= place.bytes;
  }

  #watch(): void {
    if (!this.#isListening) void this.#listen(); // Never rejects: it ends with the line.
    if (this.#cancel === null) this.#arm();
  }

  #arm(): void {
    const leftMs = (this.#places.first?.until ?? 0) - this.#clock.monotonic();
    this.#cancel = this.#clock.after(Math.max(1, Math.min(TICK_MS, leftMs)), () => {
      this.advance();
      if (!this.isEmpty) this.#arm();
    });
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#underWay === 0) this.#room = FIRST_ROOM;
  }

  async #listen(): Promise<void> {
    this.#isListening = true;
    try {
      while (!this.isEmpty) {
        await this.#upstream.changed();
        this.#stalledUntil = 0;
        this.advance();
      }
    } finally {
      this.#isListening = false;
    }
  }
}

const lines = new WeakMap<Upstream, WaitingLine>();

/** The line of an upstream: one for its whole life, whatever plans come and go. */
export function lineOf(upstream: Upstream): WaitingLine {
  const known = lines.get(upstream);
  if (known !== undefined) return known;
  const line = new WaitingLine(upstream);
  lines.set(upstream, line);
  return line;
}
