import type { Cause } from '../outage/cause.ts';
import type { Counts } from './counts.ts';
import { heldBytes } from './held-bytes.ts';
import type { Route } from './match-route.ts';
import type { RequestHead } from './request-head.ts';
import type { LineLimits, Place, Waiting } from './waiting-line.ts';

/** What a request does when its wait ends. */
export interface HoldEvents {
  /** An endpoint may serve it. */
  go(): void;
  /** None will in time. */
  giveUp(): void;
}

type Way = Pick<Route, 'upstream' | 'line'>;
type Tallies = Pick<Counts, 'held' | 'holds'>;

/** Who is to wait, and why. */
interface Waiter {
  readonly cause: Cause;
  readonly head: RequestHead;
  /** An attempt has just failed: evidence of trouble. Else it waits on the word of others. */
  readonly hasTried: boolean;
}

/** One request's wait for an endpoint, from its first moment in the line until it needs the line no more. */
export class Hold implements Waiting {
  /** Whether the upstream has been told of the failure, as evidence: once, however often it is tried. */
  isReported = false;
  readonly #route: Way;
  readonly #counts: Tallies;
  readonly #events: HoldEvents;
  #place: Place | null = null;

  constructor(route: Way, counts: Tallies, events: HoldEvents) {
    this.#route = route;
    this.#counts = counts;
    this.#events = events;
  }

  /** False where waiting is no use, or no more may wait. */
  begin({ cause, head, hasTried }: Waiter, limits: LineLimits): boolean {
    const { upstream } = this.#route;
    if (upstream.settings.holdMs === 0 || upstream.belief.verdict.state === 'down') return false;
    if (!this.#takePlace(head, limits)) return false;
    this.#counts.held += 1;
    if (!hasTried) return true;
    this.#route.line.stall();
    if (!this.isReported) {
      this.isReported = true;
      upstream.requestStalled(cause);
    }
    return true;
  }

  /** The client has left: true where the request stood in the line. */
  leave(): boolean {
    if (this.#place === null) return false;
    const wasWaiting = this.#place.state === 'waiting';
    this.#route.line.leave(this.#place);
    if (wasWaiting) this.#ended('left');
    return wasWaiting;
  }

  /** What it was let out for is over; it may still come back. */
  attemptOver(isServed: boolean): void {
    this.#route.line.moved(this.#place, isServed);
  }

  letOut(): void {
    this.#ended('let_out');
    this.#events.go();
  }

  giveUp(hasExpired: boolean): void {
    this.#ended(hasExpired ? 'expired' : 'down');
    this.#events.giveUp();
  }

  #takePlace(head: RequestHead, limits: LineLimits): boolean {
    const { line } = this.#route;
    const { holds } = this.#counts;
    if (this.#place !== null) {
      if (!line.comeBack(this.#place)) return false;
      holds.came_back += 1;
      return true;
    }
    const bytes = heldBytes(head);
    const excess = line.overflow(bytes, limits);
    holds[excess ?? 'begun'] += 1;
    if (excess !== null) return false;
    this.#place = line.join(this, bytes);
    return true;
  }

  #ended(how: 'let_out' | 'expired' | 'down' | 'left'): void {
    this.#counts.held -= 1;
    this.#counts.holds[how] += 1;
  }
}
