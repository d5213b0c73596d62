import type { Answer, Matter } from '../answer/answer.ts';
import type { Evidence } from './evidence.ts';
import type { Limit, Refusal } from './refusal.ts';

/** One answer of ours, by what metrics tell apart. */
export interface AnswerCount {
  readonly upstream: string;
  readonly reason: Matter['reason'];
  readonly cause: string;
  readonly kind: Answer['kind'];
  readonly disposition: Matter['disposition'];
  count: number;
}

/**
 * What became of waits for an endpoint: `begun` and `came_back` (let out, and found none) have led to
 * `let_out`, `expired`, `down` (the verdict), `left` (the client), or go on. `too_many` and `too_large` are
 * requests for which the line had no place.
 */
interface Holds {
  begun: number;
  came_back: number;
  let_out: number;
  expired: number;
  down: number;
  left: number;
  too_many: number;
  too_large: number;
}

/** Answers in the place of misleading replies, by what metrics tell apart. */
interface MisleadingCount {
  readonly rule: string;
  readonly evidence: Evidence['source'];
  readonly upstream: string;
  count: number;
}

/**
 * What the gateway has done, as plain numbers that cost nothing to add to and are read when metrics
 * are asked for.
 */
export class Counts {
  /** By route, then by the hundreds of the status: `relayed[route][2]` are its 2xx. */
  readonly relayed: number[][] = [];
  readonly answers = new Map<string, AnswerCount>();
  /** Misleading replies replaced, and sign-ins held back, by rule, evidence and upstream. */
  readonly misleading = new Map<string, MisleadingCount>();
  /** Requests refused as malformed, by status. */
  readonly refused = new Map<number, number>();
  /** How often each limit was reached. */
  readonly limited = new Map<Limit, number>();
  /** Of clients, whatever became of them. */
  readonly requests = { http1: 0, http2: 0 };
  connections = 0;
  inFlight = 0;
  tunnels = 0;
  /** Pages and others that are told of changes as they come. */
  eventStreams = 0;
  /** Requests that wait for an endpoint. */
  held = 0;
  readonly holds: Holds = {
    begun: 0,
    came_back: 0,
    let_out: 0,
    expired: 0,
    down: 0,
    left: 0,
    too_many: 0,
    too_large: 0,
  };

  relayedBy(route: number, status: number): void {
    let classes = this.relayed[route];
    if (classes === undefined) {
      classes = [0, 0, 0, 0, 0, 0];
      this.relayed[route] = classes;
    }
    const hundreds = Math.trunc(status / 100);
    classes[hundreds] = (classes[hundreds] ?? 0) + 1;
  }

  refusedBy({ status, limit }: Pick<Refusal, 'status' | 'limit'>): void {
    countUp(this.refused, status);
    if (limit !== undefined) countUp(this.limited, limit);
  }

  /** The count of answers like this one. */
  answersLike(matter: Matter, { kind, reason }: Pick<Answer, 'kind' | 'reason'>): AnswerCount {
    const upstream = matter.belief?.upstream ?? '';
    const cause = matter.cause ?? '';
    const { disposition } = matter;
    const key = `${upstream} ${reason} ${cause} ${kind} ${disposition}`;
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const count = { upstream, reason, cause, kind, disposition, count: 0 };
    this.answers.set(key, count);
    return count;
  }

  misled({ rule, source: evidence, belief: { upstream } }: Evidence): void {
    const key = `${rule} ${evidence} ${upstream}`;
    const known = this.misleading.get(key);
    if (known !== undefined) known.count += 1;
    else this.misleading.set(key, { rule, evidence, upstream, count: 1 });
  }
}

/** Adds one under a key. */
export function countUp<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
