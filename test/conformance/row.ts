import type { RawClient } from '../support/raw-connection.ts';
import type { RawResponse } from '../support/raw-response.ts';
import type { Http2Seen } from './http2-seen.ts';
import type { Origin, OriginSeen, Script } from './origin.ts';

/** Where a row is played: a proxy, and the origin behind it. */
export interface Stand {
  /** `http://HOST:PORT` for HTTP/1.x. */
  readonly url: string;
  /** The same for HTTP/2 by prior knowledge. */
  readonly http2Url: string;
  readonly origin: Origin;
}

/** One client connection to a stand. */
export interface Stage {
  readonly client: RawClient;
  readonly origin: Origin;
  /** How long a step waits for what it waits for. */
  readonly patienceMs: number;
}

/** Bytes to be sent, one character each, or something else that a client does. Rejects when it cannot. */
export type Step = string | ((stage: Stage) => void | Promise<void>);

/** What was seen on both sides when a row was over. */
export interface Seen {
  /** Whole responses, interim ones included. Empty for HTTP/2. */
  readonly responses: readonly RawResponse[];
  /** What came behind them: a response that is not whole, or bytes of a tunnel. */
  readonly rest: string;
  /** How the proxy ended the connection; null when we did. */
  readonly ended: 'in order' | 'by a reset' | null;
  readonly http2: Http2Seen;
  readonly origin: OriginSeen;
}

/** Looks at what was seen; returns what is wrong with it, or null. */
export type Check = (seen: Seen) => string | null;

/** One row of the tables: what is sent, what the origin does, what must hold. */
export interface Row extends Partial<Script> {
  /** Unique, `group/what`. */
  readonly id: string;
  /** Where it is written. */
  readonly rfc: string;
  /** What must hold, as a sentence. */
  readonly holds: string;
  /** What the client does, on one connection. */
  readonly send: readonly Step[];
  readonly checks: readonly Check[];
  /** How many requests were sent: the origin may never see more. Default: 1. */
  readonly requests?: number;
  /** How many final responses to wait for, at most. Default: as many as requests. */
  readonly replies?: number;
  /** Behind the replies the proxy has to end the connection by itself. */
  readonly ends?: boolean;
  /** The responses are those to HEAD. */
  readonly isHead?: boolean;
  /** Sent behind the HTTP/2 preface; the row is over when these streams are. */
  readonly streams?: readonly number[];
  /** Takes a second or more: played by command only. */
  readonly isSlow?: boolean;
  /** Why Candor keeps to something else than the letter. The peers that it is compared with differ as well. */
  readonly differs?: string;
}
