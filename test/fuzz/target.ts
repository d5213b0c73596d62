/** Something that reads what strangers write, and what has to hold whatever that is. */
export interface Target {
  readonly name: string;
  /** One sentence: what is read, and what must hold. */
  readonly about: string;
  /** Inputs that are as they should be. */
  readonly seeds: readonly (string | Buffer)[];
  /** Pieces of the format. */
  readonly words: readonly string[];
  readonly mostBytes: number;
  /** Reading an input of that length takes no longer, in milliseconds of CPU. */
  readonly mostMs: number;
  /** Throws where something does not hold. */
  readonly check: (input: Buffer) => void | Promise<void>;
  /** What has to run meanwhile, such as a server. */
  readonly open?: () => Promise<AsyncDisposable>;
}
