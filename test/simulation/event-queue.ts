/** What happens at a time: told the time, so that what was put off can tell an entry that is out of date. */
export interface Happening {
  happen(dueAt: number): void;
}

/**
 * What is to happen, in the order of time; of the same time, what was put in first. A binary heap in
 * three arrays, because a day of one world has a million entries.
 */
export class EventQueue {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #events: Happening[] = [];
  #order = 0;

  get size(): number {
    return this.#times.length;
  }

  /** When the first is due. */
  get nextAt(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  put(dueAt: number, event: Happening): void {
    const order = this.#order++;
    let place = this.#times.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if ((this.#times[parent] ?? 0) <= dueAt) break; // The parent was put in before.
      this.#move(parent, place);
      place = parent;
    }
    this.#set(place, { dueAt, order, event });
  }

  take(): Happening | null {
    const first = this.#events[0];
    const dueAt = this.#times.pop();
    const order = this.#orders.pop();
    const event = this.#events.pop();
    if (first === undefined || dueAt === undefined || order === undefined || event === undefined) {
      return null;
    }
    if (this.#times.length > 0) this.#sink({ dueAt, order, event });
    return first;
  }

  #sink(entry: { dueAt: number; order: number; event: Happening }): void {
    const count = this.#times.length;
    let place = 0;
    for (let child = 1; child < count; child = 2 * place + 1) {
      if (child + 1 < count && this.#isBefore(child + 1, child)) child += 1;
      const childAt = this.#times[child] ?? 0;
      if (childAt > entry.dueAt) break;
      if (childAt === entry.dueAt && (this.#orders[child] ?? 0) > entry.order) break;
      this.#move(child, place);
      place = child;
    }
    this.#set(place, entry);
  }

  #isBefore(one: number, other: number): boolean {
    const oneAt = this.#times[one] ?? 0;
    const otherAt = this.#times[other] ?? 0;
    if (oneAt !== otherAt) return oneAt < otherAt;
    return (this.#orders[one] ?? 0) < (this.#orders[other] ?? 0);
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] ?? 0;
    this.#orders[to] = this.#orders[from] ?? 0;
    const event = this.#events[from];
    if (event !== undefined) this.#events[to] = event;
  }

  #set(
    place: number,
    { dueAt, order, event }: { dueAt: number; order: number; event: Happening },
  ): void {
    this.#times[place] = dueAt;
    this.#orders[place] = order;
    this.#events[place] = event;
  }
}
