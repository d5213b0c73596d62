import { type Agent, type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';

const TIMEOUT_MS = 12_000;

/** What came back for one request, as it was on the wire. */
export interface Got {
  readonly status: number;
  readonly reasonPhrase: string;
  readonly headers: IncomingHttpHeaders;
  /** Name and value in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly text: string;
  /** From the request's first byte to the reply's last. */
  readonly ms: number;
}

/** What to ask with. Header fields are sent as they stand, in their order. */
export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** For several requests on one connection; without it each request has its own. */
  readonly agent?: Agent;
}

/** One request; resolves with the whole reply, and rejects when none comes or it breaks off. */
export async function ask(url: string, asking: Asking = {}): Promise<Got> {
  const { method = 'GET', headers = {}, body, agent } = asking;
  const { promise, resolve, reject } = Promise.withResolvers<Got>();
  const startedAt = performance.now();
  const options: RequestOptions = { method, headers, agent: agent ?? false, timeout: TIMEOUT_MS };
  const sent = request(url, options, (reply) => {
    const chunks: Buffer[] = [];
    reply.on('data', (chunk: Buffer) => chunks.push(chunk));
    reply.on('error', reject);
    reply.on('end', () => {
      const whole = Buffer.concat(chunks);
      resolve({
        status: reply.statusCode ?? 0,
        reasonPhrase: reply.statusMessage ?? '',
        headers: reply.headers,
        rawHeaders: reply.rawHeaders,
        body: whole,
        text: whole.toString('utf8'),
        ms: performance.now() - startedAt,
      });
    });
  });
  sent.on('error', reject);
  sent.on('timeout', () => sent.destroy(new Error(`no reply from ${url} in ${TIMEOUT_MS} ms`)));
  sent.end(body);
  return promise;
}

/** A form as a browser posts it. */
export function form(
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Asking {
  const body = new URLSearchParams(fields).toString();
  const type = 'application/x-www-form-urlencoded';
  const length = String(Buffer.byteLength(body));
  return {
    method: 'POST',
    headers: { accept: 'text/html', 'content-type': type, 'content-length': length, ...headers },
    body,
  };
}

/** What browsers, scripts and programs say of themselves. */
export const AS = {
  browser: {
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    'sec-fetch-site': 'none',
  },
  curl: { accept: '*/*' },
  fetch: { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
  xml: { accept: 'application/xml' },
  sdk: { accept: '*/*', 'content-type': 'application/json' },
} as const;
