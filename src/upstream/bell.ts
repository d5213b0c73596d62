/** Lets any number of callers wait for the next event. Costs nothing while nobody waits. */
export class Bell {
  #next: PromiseWithResolvers<void> | null = null;

  /** Resolves at the next `ring`; all who wait share one promise. */
  wait(): Promise<void> {
    this.#next ??= Promise.withResolvers<void>();
    return this.#next.promise;
  }

  ring(): void {
    this.#next?.resolve();
    this.#next = null;
  }
}
