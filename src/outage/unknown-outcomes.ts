import type { AnswerFacts } from './answer-facts.ts';
import type { Store } from './store.ts';

/** A write of which nobody at the gateway can know whether it was done. Times in milliseconds since 1970. */
export interface UnknownOutcome {
  readonly id: number;
  readonly at: number;
  readonly reference: string;
  readonly upstream: string;
  readonly route: string | null;
  readonly method: string;
  readonly clientKind: string;
  /** What the client was told. */
  readonly status: number;
  readonly cause: string | null;
  readonly isPayment: boolean;
  /** That somebody has looked what became of it; null: nobody yet. */
  readonly ticked: Tick | null;
}

/** That an operator has looked what became of a write, when, who, and what was found. */
export interface Tick {
  readonly at: number;
  readonly by: string | null;
  readonly note: string | null;
}

/** Which of them are asked for. */
export interface OutcomeWish {
  /** Of this time, both ends included. */
  readonly from: number;
  readonly to: number;
  /** Null: of all. */
  readonly upstream: string | null;
}

/** How many there are. */
export interface OutcomeTotals {
  /** Listed, and those of them that are payments, and that nobody has ticked off. */
  readonly listed: number;
  readonly payments: number;
  readonly unticked: number;
  /** Beyond the most that are listed in a minute. None of them is a payment. */
  readonly notListed: number;
}

/** How many there were since the start, of one upstream. */
export interface OutcomeCount {
  readonly upstream: string;
  readonly isPayment: boolean;
  count: number;
}

/** Listed in a minute, at most; payments come on top of it. */
const MOST_A_MINUTE = 600;
const MINUTE_MS = 60_000;
/** What is not listed is counted, and the count is written this often. */
const COUNT_MS = 500;

interface OutcomeRow {
  readonly id: number;
  readonly at: number;
  readonly reference: string;
  readonly upstream: string;
  readonly route: string | null;
  readonly method: string;
  readonly client_kind: string;
  readonly status: number;
  readonly cause: string | null;
  readonly payment: number;
  readonly ticked_at: number | null;
  readonly ticked_by: string | null;
  readonly note: string | null;
}

/**
 * The writes with unknown outcome: which payment has to be looked for.
 *
 * A storm does not fill the disk: in a minute so many are listed, the others are counted. A payment is
 * always listed.
 */
export class UnknownOutcomes implements Disposable {
  /** Listed or not, by upstream and whether they are payments. */
  readonly counts: ReadonlyMap<string, Readonly<OutcomeCount>>;
  readonly #counts = new Map<string, OutcomeCount>();
  readonly #store: Store;
  #minute = 0;
  #listed = 0;
  readonly #overflow = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(store: Store) {
    this.#store = store;
    this.counts = this.#counts;
  }

  /** Records one. Waits for nothing. */
  add(at: number, reference: string, facts: AnswerFacts): void {
    const upstream = facts.upstream ?? '';
    this.#count(upstream, facts.isPayment);
    const minute = Math.floor(at / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#writeOverflow();
      this.#minute = minute;
      this.#listed = 0;
    }
    if (!facts.isPayment && this.#listed >= MOST_A_MINUTE) return this.#countOnly(upstream);
    if (!facts.isPayment) this.#listed += 1;
    const { route, method, clientKind, status, cause, isPayment } = facts;
    this.#store.write('unknown_outcomes.add', [
      ...[at, reference, upstream, route, method, clientKind, status, cause],
      isPayment ? 1 : 0,
    ]);
  }

  /** Some of them: payments first, then the newest. Rejects as `Store.read`, as all that ask here do. */
  async list(
    wish: OutcomeWish,
    { isUnticked = false, limit = 1_000, offset = 0 } = {},
  ): Promise<readonly UnknownOutcome[]> {
    const values = [...within(wish), isUnticked ? 1 : 0, limit, offset];
    return (await this.#store.read<OutcomeRow>('unknown_outcomes.list', values)).map(outcomeOf);
  }

  async totals(wish: OutcomeWish): Promise<OutcomeTotals> {
    this.#writeOverflow();
    const { from, to, upstream } = wish;
    const minutes = [Math.floor(from / MINUTE_MS) * MINUTE_MS, to, upstream];
    const [[totals], [overflow]] = await Promise.all([
      this.#store.read<Totals>('unknown_outcomes.totals', within(wish)),
      this.#store.read<{ count: number }>('unknown_overflows.total', minutes),
    ]);
    return {
      listed: totals?.total ?? 0,
      payments: totals?.payments ?? 0,
      unticked: totals?.unticked ?? 0,
      notListed: overflow?.count ?? 0,
    };
  }

  async withReference(reference: string): Promise<readonly UnknownOutcome[]> {
    const rows = await this.#store.read<OutcomeRow>('unknown_outcomes.by_reference', [reference]);
    return rows.map(outcomeOf);
  }

  /** Ticks one off, or with null takes the tick back; null where there is none of this id. */
  async tick(id: number, tick: Tick | null): Promise<UnknownOutcome | null> {
    const { at = null, by = null, note = null } = tick ?? {};
    this.#store.write('unknown_outcomes.tick', [at, by, note, id]);
    const [row] = await this.#store.read<OutcomeRow>('unknown_outcomes.find', [id]);
    return row === undefined ? null : outcomeOf(row);
  }

  [Symbol.dispose](): void {
    this.#writeOverflow();
  }

  #count(upstream: string, isPayment: boolean): void {
    const key = `${upstream} ${isPayment}`;
    const counted = this.#counts.get(key) ?? { upstream, isPayment, count: 0 };
    counted.count += 1;
    this.#counts.set(key, counted);
  }

  #countOnly(upstream: string): void {
    this.#overflow.set(upstream, (this.#overflow.get(upstream) ?? 0) + 1);
    this.#timer ??= setTimeout(() => this.#writeOverflow(), COUNT_MS);
  }

  #writeOverflow(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const [upstream, count] of this.#overflow) {
      this.#store.write('unknown_overflows.add', [this.#minute * MINUTE_MS, upstream, count]);
    }
    this.#overflow.clear();
  }
}

/** A write that was sent before the end of an incident may be answered after it. */
const SLOWEST_MS = 60_000;

/** The writes with unknown outcome that belong to an incident. */
export function writesOf(incident: {
  readonly upstream: string;
  readonly startedAt: number;
  readonly resolvedAt: number | null;
}): OutcomeWish {
  const { upstream, startedAt, resolvedAt } = incident;
  const to = resolvedAt === null ? Number.MAX_SAFE_INTEGER : resolvedAt + SLOWEST_MS;
  return { from: startedAt, to, upstream };
}

interface Totals {
  readonly total: number;
  readonly payments: number;
  readonly unticked: number;
}

function within({ from, to, upstream }: OutcomeWish) {
  return [from, to, upstream];
}

function outcomeOf(row: OutcomeRow): UnknownOutcome {
  const { id, at, reference, upstream, route, method, status, cause } = row;
  const { client_kind: clientKind, payment, ticked_at, ticked_by: by, note } = row;
  return {
    ...{ id, at, reference, upstream, route, method, clientKind, status, cause },
    isPayment: payment === 1,
    ticked: ticked_at === null ? null : { at: ticked_at, by, note },
  };
}
