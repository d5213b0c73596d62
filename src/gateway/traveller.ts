import type { Socket } from 'node:net';
import type { Matter } from '../answer/answer.ts';
import type { Endpoint } from '../upstream/endpoint.ts';
import type { ClientRequest, ClientResponse } from './client-message.ts';
import type { Connections, Target } from './connections.ts';
import type { Counts } from './counts.ts';
import type { Evidence } from './evidence.ts';
import type { HeldReply } from './held-reply.ts';
import type { Route } from './match-route.ts';
import type { Refusal } from './refusal.ts';
import type { RequestHead } from './request-head.ts';
import type { LineLimits } from './waiting-line.ts';

/** The request, and what can be done about it. */
export interface Traveller {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly head: RequestHead;
  readonly counts: Counts;
  readonly inspectBytes: number;
  readonly mostBodyBytes: number;
  /** How much may wait at once. */
  readonly lineLimits: LineLimits;
  connectionsTo(endpoint: Endpoint, target: Target): Connections;
  /** Answers in the upstream's place; `evidence` where a misleading reply is replaced. */
  say(matter: Matter, evidence: Evidence | null): void;
  /** Ends it for what it is: the client's fault. */
  refuse(refusal: Refusal): void;
  /** An error of ours: costs this request, and a line of the log. */
  fail(error: unknown): void;
  tunnel(fields: readonly string[], upstreamSocket: Socket): void;
  /** False when it was answered in the upstream's place after all. */
  relayHeld(reply: HeldReply, isDeliberate: boolean): boolean;
}

/** Where the request goes, and as what. */
export interface Ticket {
  readonly route: Route;
  /** The request's fields as the upstream gets them. */
  readonly fields: string[];
  /** Let through while the verdict is `down`, to see whether it still is. */
  readonly isTrial: boolean;
}
