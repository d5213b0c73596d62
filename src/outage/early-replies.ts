import type { Incident } from './incident.ts';
import type { MisleadingReply } from './incident-record.ts';
import { isOf, KEPT_REPLIES } from './kept-incident.ts';

/** Misleading replies that were replaced on evidence which belongs to no incident: one may yet come of it. */
export class EarlyReplies {
  readonly #byUpstream = new Map<string, readonly MisleadingReply[]>();

  /** Keeps the latest of each upstream. */
  keep(reply: MisleadingReply): void {
    const before = this.#byUpstream.get(reply.upstream) ?? [];
    this.#byUpstream.set(reply.upstream, [...before, reply].slice(-KEPT_REPLIES));
  }

  /** Those whose evidence is of an incident that opens; of the others of its upstream nothing comes any more. */
  take(opened: Incident): readonly MisleadingReply[] {
    const early = this.#byUpstream.get(opened.upstream) ?? [];
    this.forget(opened.upstream);
    return early.filter((reply) => isOf(opened, reply));
  }

  forget(upstream: string): void {
    this.#byUpstream.delete(upstream);
  }
}
