import { type Dispatcher, request } from 'undici';
import { parseDocument } from './parse-document.ts';

const MOST_BYTES = 1024 * 1024;
const MOST_REDIRECTS = 3;
/** Feeds as well: what a page is written in is seen when it comes. */
const ACCEPT = 'application/json, application/atom+xml, application/rss+xml;q=0.9, */*;q=0.1';
const REDIRECTS = [301, 302, 303, 307, 308];

/** Why a document could not be read. The tokens appear in the log. */
type ReadProblem =
  | 'timeout'
  | 'unreachable'
  | 'http_status'
  | 'redirect_refused'
  | 'too_many_redirects'
  | 'compressed'
  | 'too_large'
  | 'not_json'
  | 'not_statuspage';

/** A reading that came to nothing. `detail` is an error's code or a status, for the log. */
export interface ReadFailure {
  readonly kind: 'failed';
  readonly problem: ReadProblem;
  readonly detail: string;
  /** `Retry-After` as it came, or null. */
  readonly retryAfter: string | null;
}

/** What came of one reading. */
export type ReadOutcome =
  | { readonly kind: 'read'; readonly payload: unknown; readonly etag: string | null }
  | { readonly kind: 'unchanged' }
  | ReadFailure;

/** How a document is asked for. */
export interface ReadOptions {
  readonly dispatcher: Dispatcher;
  readonly userAgent: string;
  readonly etag: string | null;
  /** For the whole reading, redirects included. */
  readonly timeoutMs: number;
  /** Ends the reading at once: the program stops. */
  readonly stop: AbortSignal;
}

/**
 * Reads one document, JSON or a feed, of at most 1 MiB.
 *
 * Never rejects: everything that a status page can do wrong comes back as `failed`. Redirects are
 * followed three times at most and only on the same host, or to `https` there. The body is asked
 * for uncompressed and refused when it comes compressed, so that no few bytes become many.
 */
export async function readDocument(url: URL, options: ReadOptions): Promise<ReadOutcome> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([timeout, options.stop]);
  try {
    return await follow(url, options, signal);
  } catch (error) {
    // Whatever the socket did: the last good copy stays, and the log says which error it was.
    return timeout.aborted
      ? failed('timeout', `${options.timeoutMs} ms`)
      : failed('unreachable', codeOf(error));
  }
}

async function follow(first: URL, options: ReadOptions, signal: AbortSignal): Promise<ReadOutcome> {
  let url = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const reply = await ask(url, options, signal);
    if (!REDIRECTS.includes(reply.statusCode)) return await outcomeOf(reply, options);
    drop(reply);
    const location = fieldOf(reply, 'location');
    const target = location === null ? null : URL.parse(location, url);
    if (target === null) return failed('redirect_refused', 'no location');
    if (!isSameSite(url, target)) return failed('redirect_refused', target.host);
    url = target;
  }
  return failed('too_many_redirects', url.host);
}

function ask(
  url: URL,
  { dispatcher, userAgent, etag }: ReadOptions,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  return request(url, {
    dispatcher,
    signal,
    headers: {
      accept: ACCEPT,
      'accept-encoding': 'identity',
      'user-agent': userAgent,
      ...(etag !== null && { 'if-none-match': etag }),
    },
  });
}

async function outcomeOf(
  reply: Dispatcher.ResponseData,
  { etag }: ReadOptions,
): Promise<ReadOutcome> {
  if (reply.statusCode === 304 && etag !== null) {
    drop(reply);
    return { kind: 'unchanged' };
  }
  if (reply.statusCode !== 200) {
    drop(reply);
    return failed('http_status', String(reply.statusCode), fieldOf(reply, 'retry-after'));
  }
  const coding = fieldOf(reply, 'content-encoding') ?? 'identity';
  if (coding.toLowerCase() !== 'identity') {
    drop(reply);
    return failed('compressed', coding.slice(0, 40));
  }
  const bytes = await collect(reply.body);
  if (bytes === null) return failed('too_large', `${MOST_BYTES} bytes`);
  return await parse(bytes, reply);
}

/** The whole body, or null as soon as it is over the limit, whatever its length was said to be. */
async function collect(body: Dispatcher.ResponseData['body']): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop early destroys the body, and with it the connection.
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function parse(bytes: Buffer, reply: Dispatcher.ResponseData): Promise<ReadOutcome> {
  const parsed = await parseDocument(bytes);
  if (parsed === 'too_large') return failed('too_large', 'too many values');
  // The text is the page's; what of it the parser disliked is nothing that helps an operator.
  if (parsed === 'unreadable') {
    return failed('not_json', (fieldOf(reply, 'content-type') ?? 'no content-type').slice(0, 60));
  }
  const etag = fieldOf(reply, 'etag');
  return {
    kind: 'read',
    payload: parsed.payload,
    etag: etag !== null && etag.length <= 200 ? etag : null,
  };
}

/** The same scheme, host and port; or the same host name, from http up to https. */
function isSameSite(from: URL, to: URL): boolean {
  if (to.username !== '' || to.password !== '') return false;
  if (to.protocol === from.protocol) return to.host === from.host;
  return from.protocol === 'http:' && to.protocol === 'https:' && to.hostname === from.hostname;
}

function fieldOf(reply: Dispatcher.ResponseData, name: string): string | null {
  const value = reply.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** A body that nobody wants: its connection is cheaper to close than to read to the end. */
function drop(reply: Dispatcher.ResponseData): void {
  reply.body.on('error', () => undefined).destroy();
}

function failed(
  problem: ReadProblem,
  detail: string,
  retryAfter: string | null = null,
): ReadFailure {
  return { kind: 'failed', problem, detail, retryAfter };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
