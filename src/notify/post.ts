import { type Dispatcher, request } from 'undici';
import { retryAfterMs } from '../statuspage/pace.ts';

/** One request to a receiver. */
export interface Message {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What came back. A receiver that cannot be reached is what outboxes are for, so it is no error. */
export type Reply =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly text: string;
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: 'no_reply'; readonly problem: string };

/** How a receiver is asked. */
export interface PostOptions {
  readonly dispatcher: Dispatcher;
  readonly stop: AbortSignal;
  readonly userAgent: string;
}

const TIMEOUT_MS = 5_000;
/** Of a reply: enough to tell a person why it was refused, and for what Statuspage tells of a page. */
const MOST_BYTES = 1024 * 1024;

/**
 * Sends one request and waits 5 s at most for the whole reply. Redirects are not followed: a signed
 * notice goes where the settings say. Never rejects.
 */
export async function post(message: Message, options: PostOptions): Promise<Reply> {
  const { dispatcher, stop, userAgent } = options;
  const { method, url, headers, body } = message;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const reply = await request(url, {
      dispatcher,
      method,
      signal: AbortSignal.any([stop, timeout]),
      headers: { accept: 'application/json', 'user-agent': userAgent, ...headers },
      ...(body === undefined ? {} : { body: textOf(body) }),
    });
    const field = reply.headers['retry-after'];
    return {
      kind: 'reply',
      status: reply.statusCode,
      text: await firstOf(reply.body),
      retryAfterMs: retryAfterMs(typeof field === 'string' ? field : null, Date.now()),
    };
  } catch (error) {
    return { kind: 'no_reply', problem: timeout.aborted ? 'timeout' : problemOf(error) };
  }
}

/** A body that is signed is a text already. */
function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

async function firstOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MOST_BYTES) break; // Leaving the loop closes the connection.
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** By code alone: a message may hold the address, and with it what the receiver knows us by. */
function problemOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'failed';
}
