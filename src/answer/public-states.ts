import type { Belief } from '../outage/verdict.ts';
import { isSameList } from '../same-list.ts';
import type { StatusPageState } from '../statuspage/model.ts';
import type { Pen } from './lead.ts';
import { type Known, type PublicState, publicState } from './status-json.ts';

/** How long a state is told without being put in words again: "over 24 h" depends on the time of day. */
const FRESH_MS = 30_000;

interface Kept {
  readonly state: PublicState;
  readonly madeAt: number;
}

/**
 * Keeps what the public may know in words, for one voice: made once for all who ask, and again when a
 * belief or the status page is another object.
 *
 * A state that reads as before stays the same object, so that whoever was told it need not be told again.
 */
export class PublicStates {
  /** By the name of the upstream that is told in full. */
  readonly #kept = new Map<string | null, Kept>();
  #beliefs: readonly Belief[] = [];
  #statusPage: StatusPageState | null = null;
  #isKnown = new Set<string | null>();

  /** What is to be told now. */
  of(known: Known, pen: Pen): PublicState {
    this.#notice(known);
    const upstream = known.told?.upstream ?? null;
    const kept = this.#kept.get(upstream);
    // A clock that was set back makes everything anew as well.
    const isFresh = kept !== undefined && Math.abs(known.now - kept.madeAt) < FRESH_MS;
    if (isFresh && this.#isKnown.has(upstream)) return kept.state;
    const made = publicState(known, pen);
    const state = kept !== undefined && kept.state.text === made.text ? kept.state : made;
    this.#kept.set(upstream, { state, madeAt: known.now });
    this.#isKnown.add(upstream);
    return state;
  }

  #notice({ beliefs, statusPage }: Known): void {
    if (statusPage === this.#statusPage && isSameList(beliefs, this.#beliefs)) return;
    this.#beliefs = beliefs;
    this.#statusPage = statusPage;
    this.#isKnown = new Set();
  }
}
