import { createHash, createHmac } from 'node:crypto';
import type { Notice } from './notice.ts';
import type { Message } from './post.ts';
import { linesOf, titleOf } from './words.ts';

/** Where a signed notice goes, and by what it is signed. */
export interface WebhookOptions {
  readonly url: string;
  /** `whsec_` and base64. */
  readonly secret: string;
  /** When this attempt is made: the receiver refuses what is too old. */
  readonly now: number;
}

/**
 * The notice as Standard Webhooks has it: the id is that of the notice, so that a receiver knows a
 * repeat; the time and the signature are those of the attempt.
 */
export function webhookMessage(notice: Notice, { url, secret, now }: WebhookOptions): Message {
  const id = webhookId(notice);
  const timestamp = Math.floor(now / 1_000);
  const body = JSON.stringify(payloadOf(notice));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${signature}`,
    },
    body,
  };
}

/** Without dots, which part what is signed. */
function webhookId({ id }: Pick<Notice, 'id'>): string {
  return `msg_${createHash('sha256').update(id).digest('base64url').slice(0, 27)}`;
}

function payloadOf(notice: Notice) {
  const { event, at, incident, news, service, statusPage, post } = notice;
  const { startedAt, detectedAt, resolvedAt, ...rest } = incident;
  return {
    type: event === 'test' ? 'test' : `incident.${event}`,
    timestamp: iso(at),
    data: {
      title: titleOf(notice),
      text: linesOf(notice).join('\n'),
      service,
      statusPage,
      incident: {
        ...rest,
        startedAt: iso(startedAt),
        detectedAt: iso(detectedAt),
        resolvedAt: resolvedAt === null ? null : iso(resolvedAt),
      },
      news: news === null ? null : news.kind,
      post: post === null ? null : { ...post, at: iso(post.at) },
    },
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
