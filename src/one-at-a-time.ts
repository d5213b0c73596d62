/**
 * Something that runs when it is asked for, and never twice at once.
 *
 * Who asks while it runs gets the outcome of one more run, all of them of the same: what it reads may
 * have changed since the running one read it.
 */
export class OneAtATime<Outcome> {
  readonly #run: () => Promise<Outcome>;
  #running: Promise<Outcome> | null = null;
  #next: Promise<Outcome> | null = null;

  /** `run` must not reject. */
  constructor(run: () => Promise<Outcome>) {
    this.#run = run;
  }

  ask(): Promise<Outcome> {
    if (this.#running === null) return this.#start();
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      return this.ask(); // Somebody may have been first.
    });
    return this.#next;
  }

  /** Resolves when nothing runs that has been asked for by now. */
  async idle(): Promise<void> {
    await (this.#next ?? this.#running);
  }

  #start(): Promise<Outcome> {
    this.#running = this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }
}
