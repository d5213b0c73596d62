import { Agent } from 'undici';
import type { NotifyTarget } from '../config/settings.ts';
import type { Notice } from './notice.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { pagerdutyMessage, pagerdutyTakeBack } from './pagerduty.ts';
import { type Message, post, type Reply } from './post.ts';
import { slackMessage } from './slack.ts';
import { StatuspagePublisher } from './statuspage-publisher.ts';
import type { Thread } from './thread.ts';
import { webhookMessage } from './webhook.ts';

const TIMEOUT_MS = 5_000;

/** Tells one target. Has connections of its own, so that no target waits for another's. */
export class Sender implements AsyncDisposable {
  readonly #target: NotifyTarget;
  readonly #version: string;
  readonly #stop = new AbortController();
  // No connection is kept: notices are rare, and one that went stale meanwhile would fail the next.
  readonly #agent = new Agent({ connect: { timeout: TIMEOUT_MS }, pipelining: 0, allowH2: false });
  readonly #publisher: StatuspagePublisher | null;

  constructor(target: NotifyTarget, version: string) {
    this.#target = target;
    this.#version = version;
    this.#publisher =
      target.kind === 'statuspage'
        ? new StatuspagePublisher(target, (message) => this.#post(message))
        : null;
  }

  /** One attempt. Never rejects. */
  async send(notice: Notice, thread: Thread): Promise<Outcome> {
    if (this.#publisher !== null) return await this.#publisher.publish(notice, thread);
    const outcome = outcomeOf(await this.#post(this.#messageOf(notice)));
    if (notice.event !== 'test' || outcome.kind === 'failed') return outcome;
    if (this.#target.kind === 'pagerduty') {
      return outcomeOf(await this.#post(pagerdutyTakeBack(notice, this.#target)));
    }
    return outcome;
  }

  /** Cuts off what is under way: the receiver may have it, and gets it again with the same id. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#agent.destroy();
  }

  #messageOf(notice: Notice): Message {
    const target = this.#target;
    switch (target.kind) {
      case 'webhook':
        return webhookMessage(notice, { ...target, now: Date.now() });
      case 'slack':
        return slackMessage(notice, target.url);
      case 'pagerduty':
        return pagerdutyMessage(notice, target);
      case 'statuspage':
        throw new Error('a status page is told by its publisher');
    }
  }

  #post(message: Message): Promise<Reply> {
    const userAgent = `candor/${this.#version} (notices)`;
    return post(message, { dispatcher: this.#agent, stop: this.#stop.signal, userAgent });
  }
}
