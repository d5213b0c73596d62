import { CAUSES, type Cause } from '../outage/cause.ts';
import type { Belief } from '../outage/verdict.ts';
import type { StatusPageState } from '../statuspage/model.ts';
import type { Matter, Reason } from './answer.ts';
import type { Form } from './client-kind.ts';
import type { Prepared } from './prepare.ts';

/** How long a prepared answer is used: "over 24 h" and "overdue" depend on the time of day. */
const FRESH_MS = 30_000;
/** Variants of one belief; far more than there are, so a bound and no policy. */
const KEPT = 2048;

const REASONS: Readonly<Record<Reason, number>> = {
  outage: 0,
  maintenance: 1,
  overload: 2,
  unknown_route: 3,
};
const CAUSE_INDEX: ReadonlyMap<Cause | null, number> = new Map<Cause | null, number>([
  [null, CAUSES.length],
  ...CAUSES.map((cause, index) => [cause, index] as const),
]);
const FORM_INDEX: Readonly<Record<Form, number>> = {
  page: 0,
  frame: 1,
  json: 2,
  problem_json: 3,
  envelope: 4,
  problem_xml: 5,
  text: 6,
  soap11: 7,
  soap12: 8,
  grpc: 9,
  graphql_json: 10,
  graphql_response: 11,
  event_stream: 12,
  empty: 13,
  pixel: 14,
  script: 15,
  style: 16,
  preflight: 17,
};
/** Stands for "no upstream" where a belief is the key. */
const NO_BELIEF: object = {};

/** What tells one prepared answer from another, besides the belief and the status page. */
export interface Variant {
  readonly form: Form;
  readonly matter: Matter;
  readonly retrySafe: boolean;
  readonly isRead: boolean;
  readonly isPayment: boolean;
  readonly hasOrigin: boolean;
  /** The envelope's name; null for every other form. */
  readonly envelope: string | null;
}

interface Shelf {
  readonly madeAt: number;
  readonly variants: Map<number, Prepared>;
  readonly envelopes: Map<string, Map<number, Prepared>>;
}

/**
 * Keeps prepared answers by the identity of the belief and of the status page's state: both are
 * immutable, so another object means that something changed.
 */
export class PreparedAnswers {
  #shelves = new WeakMap<object, Shelf>();
  #statusPage: StatusPageState | null = null;

  /** The prepared answer of a variant, made by `make` when there is none that is fresh. */
  of(
    variant: Variant,
    { statusPage, now }: { readonly statusPage: StatusPageState; readonly now: number },
    make: () => Prepared,
  ): Prepared {
    if (statusPage !== this.#statusPage) {
      this.#statusPage = statusPage;
      this.#shelves = new WeakMap();
    }
    const kept = variantsOf(this.#shelfOf(variant.matter.belief, now), variant.envelope);
    const key = keyOf(variant);
    const before = kept.get(key);
    if (before !== undefined) return before;
    const made = make();
    if (kept.size >= KEPT) kept.clear();
    kept.set(key, made);
    return made;
  }

  #shelfOf(belief: Belief | null, now: number): Shelf {
    const owner = belief ?? NO_BELIEF;
    const shelf = this.#shelves.get(owner);
    // A clock that was set back makes everything anew as well.
    if (shelf !== undefined && Math.abs(now - shelf.madeAt) < FRESH_MS) return shelf;
    const fresh: Shelf = { madeAt: now, variants: new Map(), envelopes: new Map() };
    this.#shelves.set(owner, fresh);
    return fresh;
  }
}

function variantsOf(shelf: Shelf, envelope: string | null): Map<number, Prepared> {
  if (envelope === null) return shelf.variants;
  const kept = shelf.envelopes.get(envelope);
  if (kept !== undefined) return kept;
  const fresh = new Map<number, Prepared>();
  shelf.envelopes.set(envelope, fresh);
  return fresh;
}

// One small integer: a string key would cost more than the rest of the look-up together.
function keyOf(variant: Variant): number {
  const { matter } = variant;
  let key = FORM_INDEX[variant.form];
  key = key * 4 + REASONS[matter.reason];
  key = key * 16 + (CAUSE_INDEX.get(matter.cause) ?? 0);
  key = key * 2 + (matter.disposition === 'unknown' ? 1 : 0);
  key = key * 2 + (variant.retrySafe ? 1 : 0);
  key = key * 2 + (matter.signIn ? 1 : 0);
  key = key * 2 + (matter.fromLoadBalancer ? 1 : 0);
  key = key * 2 + (variant.isRead ? 1 : 0);
  key = key * 2 + (variant.isPayment ? 1 : 0);
  key = key * 2 + (variant.hasOrigin ? 1 : 0);
  return key * 1024 + ((matter.receivedStatus ?? 0) & 1023);
}
