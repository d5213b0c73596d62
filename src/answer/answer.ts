import type { RouteKind } from '../config/settings.ts';
import type { Cause, Disposition } from '../outage/cause.ts';
import type { Belief } from '../outage/verdict.ts';

/** What a client is told of; never mixed up with one another. */
export type Reason = 'outage' | 'maintenance' | 'overload' | 'unknown_route';

/** Who asks, as far as an answer depends on it. Header fields as they came: name, value, name, value. */
export interface Asker {
  readonly method: string;
  /** Path and query as they came (origin-form). */
  readonly target: string;
  readonly rawHeaders: readonly string[];
  /** Equals X-Request-Id. */
  readonly reference: string;
  /** The options of the matched route; null when no route matched. */
  readonly route: AnswerRoute | null;
}
/** The part of a route that answers depend on. `RouteSettings` satisfies it. */
export interface AnswerRoute {
  readonly errors: string | null;
  readonly cors: readonly string[];
  readonly payment: boolean;
  readonly idempotencyKey: boolean;
  readonly kind: RouteKind | null;
}
/** What is to be told. */
export interface Matter {
  readonly reason: Reason;
  /** null for `overload` and `unknown_route`. */
  readonly cause: Cause | null;
  readonly disposition: Disposition;
  /** True when the answer stands for a sign-in: a misleading reply replaced, or a POST held back. */
  readonly signIn: boolean;
  /** The status of the upstream's own reply that is replaced, or null when none came. */
  readonly receivedStatus: number | null;
  /** The load balancer or platform that wrote that reply, where it says so; for the log alone. */
  readonly receivedFrom: string | null;
  /**
   * True when the received reply proves that no server took the request (a known load balancer's
   * own "no server" page).
   */
  readonly fromLoadBalancer: boolean;
  /** Fields of the replaced reply that still hold (Retry-After, CORS, WWW-Authenticate, …), name, value, … */
  readonly kept: readonly string[];
  /** What is believed of the upstream that failed; null for `overload` and `unknown_route`. */
  readonly belief: Belief | null;
}
/** Who asked, and so in which form the answer comes: UX.md, section 5. */
export type ClientKind =
  | 'websocket'
  | 'preflight'
  | 'grpc'
  | 'soap'
  | 'graphql'
  | 'event_source'
  | 'image'
  | 'subresource'
  | 'webhook'
  | 'api'
  | 'person'
  | 'html_fetch'
  | 'fetch'
  | 'xml'
  | 'extension'
  | 'other';

/** Prints an answer. */
export interface Printer {
  /**
   * The whole HTTP/1.1 message in bytes, with `headEnd` (what follows the answer's own fields, the empty
   * line included). The bytes are good until the next answer is printed: who reads them for longer says
   * so by `keepPrinted`.
   */
  print(headEnd: string): Buffer;
}

/** A whole answer, ready to be written in one go. */
export interface Answer {
  readonly status: number;
  /** ASCII, at most 80 characters. */
  readonly reasonPhrase: string;
  /** name, value, name, value; Content-Length included, hop-by-hop fields not. */
  readonly headers: readonly string[];
  /** A text stands as its UTF-8 bytes, one a character: write it as `latin1`. Empty for HEAD. */
  readonly body: string | Buffer;
  readonly kind: ClientKind;
  /** The same object for answers on one belief that say the same but for what is filled in for each request. */
  readonly source: object;
  readonly retrySafe: boolean;
  /** Prints the whole message for HTTP/1.1; null where it has to be put together from the above. */
  readonly printer: Printer | null;
  /** What was told. Not always the matter's: work that the status page announced turns an outage into maintenance. */
  readonly reason: Reason;
}
