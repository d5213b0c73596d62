import { CAUSES, type Cause } from '../outage/cause.ts';
import type { Belief } from '../outage/verdict.ts';
import type { StatusPageState } from '../statuspage/model.ts';
import type { Asker, Reason } from './answer.ts';
import type { PerRequest } from './filled-answer.ts';
import type { Form } from './form.ts';
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

interface Shelf {
  readonly madeAt: number;
  readonly variants: Variants;
  readonly envelopes: Map<string, Variants>;
}

/** Prepared answers of one belief, by `variantKey`. */
export type Variants = Map<number, Prepared>;

/**
 * Keeps prepared answers by the identity of the belief and of the status page's state: both are
 * immutable, so another object means that something changed.
 */
export class PreparedAnswers {
  #shelves = new WeakMap<object, Shelf>();
  #statusPage: StatusPageState | null = null;

  /** What is prepared for a belief and still fresh; for one envelope, or (null) for every other form. */
  of(
    belief: Belief | null,
    envelope: string | null,
    current: { readonly statusPage: StatusPageState; readonly now: number },
  ): Variants {
    if (current.statusPage !== this.#statusPage) {
      this.#statusPage = current.statusPage;
      this.#shelves = new WeakMap();
    }
    const shelf = this.#shelfOf(belief ?? NO_BELIEF, current.now);
    if (envelope === null) return bounded(shelf.variants);
    const kept = shelf.envelopes.get(envelope);
    if (kept !== undefined) return bounded(kept);
    const fresh: Variants = new Map();
    shelf.envelopes.set(envelope, fresh);
    return fresh;
  }

  #shelfOf(owner: object, now: number): Shelf {
    const shelf = this.#shelves.get(owner);
    // A clock that was set back makes everything anew as well.
    if (shelf !== undefined && Math.abs(now - shelf.madeAt) < FRESH_MS) return shelf;
    const fresh: Shelf = { madeAt: now, variants: new Map(), envelopes: new Map() };
    this.#shelves.set(owner, fresh);
    return fresh;
  }
}

/**
 * Tells one prepared answer from another, besides the belief, the status page and the envelope.
 *
 * One small integer: a string key would cost more than the rest of the look-up together.
 */
export function variantKey(form: Form, { method, route }: Asker, perRequest: PerRequest): number {
  const { matter } = perRequest;
  let key = FORM_INDEX[form];
  key = key * 4 + REASONS[matter.reason];
  key = key * 16 + (CAUSE_INDEX.get(matter.cause) ?? 0);
  key = key * 2 + (matter.disposition === 'unknown' ? 1 : 0);
  key = key * 2 + (perRequest.retrySafe ? 1 : 0);
  key = key * 2 + (matter.signIn ? 1 : 0);
  key = key * 2 + (matter.fromLoadBalancer ? 1 : 0);
  key = key * 2 + (method === 'GET' || method === 'HEAD' ? 1 : 0);
  key = key * 2 + (route?.payment === true ? 1 : 0);
  key = key * 2 + (perRequest.origin === null ? 0 : 1);
  key = key * 2 + (perRequest.isPlain503 ? 1 : 0);
  return key * 1024 + ((matter.receivedStatus ?? 0) & 1023);
}

function bounded(variants: Variants): Variants {
  if (variants.size >= KEPT) variants.clear();
  return variants;
}
