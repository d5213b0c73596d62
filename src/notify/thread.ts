/** What is known of an incident from earlier notices of it, and where more of that is kept. */
export interface Thread {
  readonly memory: string | null;
  /** Resolves when it is on disk, or cannot be for now. */
  readonly remember: (memory: string) => Promise<void>;
}
