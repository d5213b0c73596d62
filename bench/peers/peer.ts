import type { Command } from '../processes.ts';
import type { Protocol } from '../scenarios.ts';

/** An answer as it went over the wire: what Candor said, for the peers to say the same. */
export interface CapturedAnswer {
  readonly status: number;
  readonly reasonPhrase: string;
  /** name, value, name, value; without the fields of the connection. */
  readonly headers: readonly string[];
  /** One byte a character. */
  readonly body: string;
}

/** Where a peer stands: what it listens on, whom it asks, what it says when nobody answers. */
export interface Bed {
  /** A folder for this process alone. */
  readonly folder: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** For a second listener, where a peer has one. */
  readonly opsPort: number;
  readonly originPort: number;
  /** True when nothing listens on `originPort`. */
  readonly isOutage: boolean;
  readonly outageAnswer: CapturedAnswer;
}

/** One proxy, or what it is compared with. */
export interface Peer {
  readonly name: string;
  /** What it is and how it is set up, for the table of peers. */
  readonly about: string;
  /** Whether its code gets fast by running: it is warmed up for longer. */
  readonly isCompiledLate: boolean;
  /** What to type where it is missing. */
  readonly install: string;
  /** The version that is installed, or null. */
  readonly version: () => string | null;
  /** Writes what the peer reads at start, and returns how to start it. */
  readonly prepare: (bed: Bed) => Command;
}
