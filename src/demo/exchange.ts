import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** One request that a part of the demo has to reply to. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

/** What a part of the demo sends back: a whole reply, never a stream. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: OutgoingHttpHeaders;
}

/** A request that cannot be served because of what the client sent. */
export class RequestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const BODY_BYTES = 64 * 1024;

/** Sends a whole reply with its length. */
export function send(response: ServerResponse, { status, type, body, headers }: Reply): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** Sends a page. */
export function sendHtml(response: ServerResponse, body: string, status = 200): void {
  send(response, { status, type: 'text/html; charset=utf-8', body });
}

/** Sends one or more lines of text. */
export function sendText(response: ServerResponse, body: string, status = 200): void {
  send(response, { status, type: 'text/plain; charset=utf-8', body: `${body}\n` });
}

/** Sends a value as JSON. */
export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  send(response, { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) });
}

/** Sends the client to another address, by GET. */
export function seeOther(
  response: ServerResponse,
  location: string,
  headers?: OutgoingHttpHeaders,
): void {
  response.writeHead(303, { Location: location, 'Content-Length': 0, ...headers });
  response.end();
}

/** Reads a request's body as text. Rejects with a `RequestError` beyond 64 KiB. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    // The rest is read and dropped: a reply that is sent under an upload is lost with its connection.
    if (bytes <= BODY_BYTES) chunks.push(chunk);
  }
  if (bytes > BODY_BYTES) throw new RequestError(413, 'The body is larger than 64 KiB.');
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Reads the fields that a form or a script sends, whichever of the two encodings it uses.
 *
 * Rejects with a `RequestError` when the body is no flat JSON object and no form.
 */
export async function readFields(request: IncomingMessage): Promise<ReadonlyMap<string, string>> {
  const body = await readBody(request);
  if (!sendsJson(request)) return new Map(new URLSearchParams(body));
  const value = parseJson(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RequestError(400, 'The body is expected to be a JSON object.');
  }
  return new Map(
    Object.entries(value).map(([name, field]) => [
      name,
      typeof field === 'string' ? field : JSON.stringify(field),
    ]),
  );
}

/** Whether the request's body says that it is JSON. */
export function sendsJson(request: IncomingMessage): boolean {
  return /^application\/json\b/i.test(request.headers['content-type'] ?? '');
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new RequestError(400, `The body is not valid JSON: ${String(error)}`);
  }
}
