import type { Dispatcher } from 'undici';
import type { UpstreamSettings } from '../config/upstream-settings.ts';
import type { Dialer } from '../upstream/dialer.ts';
import type { RequestBody } from './request-body.ts';

/** Below the idle time-out of common application servers, so that a stale connection is rare. */
export const KEEP_ALIVE_MS = 4_000;

/** A request as a client of ours sends it. */
export interface Outgoing extends Dispatcher.DispatchOptions {
  readonly headers: string[];
  readonly body: RequestBody | null;
  /** undici takes the client's Host where there is none, and another connection for another one. */
  readonly servername: string;
  /** The client says that it reads trailers (RFC 9110, section 10.1.4). */
  readonly acceptsTrailers: boolean;
}

/** What sends one request at a time, and tells a handler what came of it. */
export interface Sending {
  /** Whether the system has taken all that it was given to send; left out where it cannot tell. */
  readonly hasWritten?: boolean;
  dispatch(request: Outgoing, handler: Dispatcher.DispatchHandler): unknown;
  /** Nobody waits for a connection that is still being opened; left out where others may. */
  stopOpening?(): void;
}

/** The part of an upstream that says how its endpoints are connected to. */
export interface Target {
  readonly dialer: Dialer;
  readonly settings: Pick<UpstreamSettings, 'protocol' | 'timeouts'>;
}

/** The connections to one endpoint. */
export interface Connections {
  /** What sends the next request; give it back when its request is over. `isLight`: safe, and without a body. */
  take(isLight: boolean): Sending;
  /** The same, where a connection that was used before has just failed. */
  fresh(isLight: boolean): Sending;
  /** What sends a request whose client waits for 100 (Continue); null where the others do that as well. */
  expecting(): Sending | null;
  give(client: Sending): void;
  /**
   * The endpoint has ended a connection, says that it will, or accepts none: it may be about to end
   * itself, and close the others.
   */
  distrust(): void;
  /** Closes what is idle; what is in use closes after its requests. */
  close(): void;
}

/** Time-outs are looked at so often, or four times in the shortest of them. */
const SWEEP_MS = 500;

/** How often those who wait for a reply are looked at. */
export function sweepEveryMs({ responseMs, idleMs }: UpstreamSettings['timeouts']): number {
  return Math.min(SWEEP_MS, Math.max(10, Math.min(responseMs, idleMs) / 4));
}
