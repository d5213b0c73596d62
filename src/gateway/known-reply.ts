/** An error reply that a load balancer or a platform writes itself: what says so, and what it proves. */
export interface KnownReply {
  /** Who writes it. */
  readonly from: string;
  readonly statuses: readonly number[];
  /** What it is told by, in words, for people. */
  readonly sign: string;
  /** A field that it has, and how that reads. */
  readonly field?: { readonly name: string; readonly value: RegExp };
  /** How its body reads, without space at either end. Linear in time: anybody can send anything. */
  readonly body?: RegExp;
  /**
   * Whether it is written only where the request was sent to nobody. Such a row pins the whole reply, so
   * that one which merely quotes it proves nothing; where there is doubt, it is false.
   */
  readonly isNotProcessed: boolean;
  /** Where that is written: the program's own source, or the documents of who runs it. */
  readonly source: string;
}
