/** What one question got: records (none is an answer as well), or the code of why there is no answer. */
export type Reply<Item> =
  | {
      readonly records: readonly Item[];
      /** False: there is no such name (NXDOMAIN), which goes for every kind of record. */
      readonly isName: boolean;
    }
  | { readonly code: string };

export type Family = 4 | 6;

/** One A or AAAA record. */
export interface AddressRecord {
  readonly address: string;
  /** How long it may be kept; null where nobody says. */
  readonly freshMs: number | null;
}

/** One SRV record. */
export interface ServiceRecord {
  readonly priority: number;
  readonly target: string;
  readonly port: number;
  /** How long it may be kept; null where nobody says. */
  readonly freshMs: number | null;
  /** The addresses of its target that came with it, if any: all of a kind, or none. */
  readonly addresses: Readonly<Record<Family, readonly AddressRecord[]>>;
}
