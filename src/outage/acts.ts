import type { Log } from '../log.ts';

/** Who did something, as far as the gateway can know. */
export interface Actor {
  /** What the operator's tool calls its user: said, not proved. Null where it says nothing. */
  readonly name: string | null;
  /**
   * What let the act through: the ops API's token, or an address of this machine; a signal; or nobody,
   * since the gateway did by itself what was asked for earlier.
   */
  readonly through: 'token' | 'loopback' | 'signal' | 'itself';
}

/** What operators can do; `expired` is what they have left to the gateway. */
export type ActKind =
  | 'reload'
  | 'reload_refused'
  | 'maintenance_declared'
  | 'maintenance_changed'
  | 'maintenance_ended'
  | 'maintenance_expired'
  | 'bypass_issued'
  | 'outcome_ticked'
  | 'outcome_unticked';

/** Each in words, as the start of a sentence. */
export const ACT_WORDS: Readonly<Record<ActKind, string>> = {
  reload: 'The settings were loaded again',
  reload_refused: 'Other settings were refused',
  maintenance_declared: 'Closed for planned work',
  maintenance_changed: 'The planned work was changed',
  maintenance_ended: 'The planned work was ended',
  maintenance_expired: 'The planned work expired',
  bypass_issued: 'A link past the planned work was made',
  outcome_ticked: 'An unknown outcome was ticked off',
  outcome_unticked: 'An unknown outcome was put back on the list',
};

/** One thing that was done: by whom, what, when and why. */
export interface Act {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly who: Actor;
  readonly what: ActKind;
  /** What it was done to; null: all upstreams, or none in particular. */
  readonly upstream: string | null;
  readonly why: string | null;
}

/** Where acts outlive the program. Nobody waits for it. */
export interface ActKeeper {
  add(act: Act): void;
}

/** The gateway, where it does by itself what was asked for earlier. */
export const ITSELF: Actor = { name: null, through: 'itself' };

/** Acts that are at hand; the store has all of them. */
const KEPT = 500;

/** What operators have done, for whoever asks later who did that. */
export class ActLog {
  readonly #log: Log;
  readonly #keeper: ActKeeper | null;
  readonly #now: () => number;
  #acts: Act[] = [];

  constructor(log: Log, { keeper = null, now = Date.now }: ActLogOptions = {}) {
    this.#log = log;
    this.#keeper = keeper;
    this.#now = now;
  }

  /** Newest first, at most the latest five hundred. */
  list(): readonly Act[] {
    return this.#acts.toReversed();
  }

  /** Records what was done just now. */
  record(done: Omit<Act, 'at'>): void {
    const act = { at: this.#now(), ...done };
    this.#acts.push(act);
    if (this.#acts.length > KEPT) this.#acts.shift();
    this.#keeper?.add(act);
    const { who, what, upstream, why } = act;
    this.#log.info(
      { act: what, by: who.name, through: who.through, upstream, why },
      'act recorded',
    );
  }

  /** Takes up what was recorded before the program started, oldest first. */
  restore(acts: readonly Act[]): void {
    this.#acts = [...acts, ...this.#acts].slice(-KEPT);
  }
}

interface ActLogOptions {
  readonly keeper?: ActKeeper | null;
  readonly now?: () => number;
}
