/** A member of a roll, between its neighbours; null at the ends, and where it is on none. */
export interface Enrolled<T> {
  ahead: T | null;
  behind: T | null;
}

/**
 * Those that are there at the moment, in the order in which they came. A member is on one roll at most.
 *
 * For what comes and goes with each connection or request a `Set` is dear: V8 moves a set to a new table again and
 * again, and each table that was left holds the next one and all members of its time. Once one of them is old to the
 * garbage collector, which takes a tenth of a second, every later one survives with all that its members hold, up to
 * the next full collection (docs/decisions/0025). Who leaves a roll holds nothing of it, and is held by nothing.
 */
export class Roll<T extends Enrolled<T>> {
  #first: T | null = null;
  #last: T | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | null {
    return this.#first;
  }

  /** At the end, or right behind another one; null: in front of all. */
  add(member: T, ahead: T | null = this.#last): void {
    const behind = ahead === null ? this.#first : ahead.behind;
    member.ahead = ahead;
    member.behind = behind;
    if (ahead === null) this.#first = member;
    else ahead.behind = member;
    if (behind === null) this.#last = member;
    else behind.ahead = member;
    this.#size += 1;
  }

  /** Whether it was there. */
  delete(member: T): boolean {
    const { ahead, behind } = member;
    if (ahead === null && this.#first !== member) return false;
    if (ahead === null) this.#first = behind;
    else ahead.behind = behind;
    if (behind === null) this.#last = ahead;
    else behind.ahead = ahead;
    member.ahead = null;
    member.behind = null;
    this.#size -= 1;
    return true;
  }

  /** Whoever is visited may be deleted meanwhile; of others the next one must not. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let member = this.#first; member !== null; ) {
      const next: T | null = member.behind;
      yield member;
      member = next;
    }
  }
}
