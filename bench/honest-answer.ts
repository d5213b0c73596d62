import type { IncomingHttpHeaders } from 'node:http';

/** A client that asks during a fault. */
export interface AskingClient {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What the answer's Content-Type begins with. */
  readonly mediaType: string;
}

/** The answer to one request, whole. */
export interface GivenAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const JSON_TYPE = 'application/json';

/** One client of each sort that meets an outage: people, programs, forms, commands. */
export const CLIENTS: readonly AskingClient[] = [
  {
    name: 'browser',
    method: 'GET',
    headers: { Accept: 'text/html,application/xhtml+xml', 'Sec-Fetch-Mode': 'navigate' },
    body: '',
    mediaType: 'text/html',
  },
  {
    name: 'form',
    method: 'POST',
    headers: { Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'amount=10&note=twice+would+be+wrong',
    mediaType: 'text/html',
  },
  {
    name: 'script',
    method: 'GET',
    headers: { Accept: JSON_TYPE },
    body: '',
    mediaType: JSON_TYPE,
  },
  {
    name: 'writing script',
    method: 'POST',
    headers: { Accept: JSON_TYPE, 'Content-Type': JSON_TYPE },
    body: JSON.stringify({ amount: 10 }),
    mediaType: JSON_TYPE,
  },
  { name: 'curl', method: 'GET', headers: { Accept: '*/*' }, body: '', mediaType: 'text/plain' },
];

/** What the upstream itself knows of the request. */
export interface Truth {
  /** How often the request reached the upstream. */
  readonly timesReceived: number;
  /** `HOST:PORT` of the upstream, which no client may learn. */
  readonly upstreamAddress: string;
}

/** What is wrong with an answer, in a few words; null when it is honest and whole. */
export function dishonestyOf(
  answer: GivenAnswer,
  { method, mediaType }: AskingClient,
  { timesReceived, upstreamAddress }: Truth,
): string | null {
  const { status, headers, body } = answer;
  const disposition = String(headers['candor-disposition']);
  const reference = String(headers['x-request-id']);
  const rules: readonly [boolean, string][] = [
    [status === 502 || status === 503 || status === 504, `status ${status}`],
    [/^(not_processed|unknown);/.test(disposition), `disposition "${disposition}"`],
    [String(headers['proxy-status']).startsWith('candor;'), 'no Proxy-Status'],
    [headers['cache-control'] === 'no-store', 'may be cached'],
    [Number(headers['content-length']) === Buffer.byteLength(body), 'wrong Content-Length'],
    [String(headers['content-type']).startsWith(mediaType), `type ${headers['content-type']}`],
    [body.includes(reference), 'the reference is not in the body'],
    [!(body + JSON.stringify(headers)).includes(upstreamAddress), 'shows an internal address'],
    [
      timesReceived === 0 || !disposition.startsWith('not_processed'),
      'says "not processed" of a request that the upstream received',
    ],
    [method === 'GET' || timesReceived <= 1, `a write was sent ${timesReceived} times`],
    [
      disposition.startsWith('not_processed') || method === 'GET' || !headers['retry-after'],
      'asks to repeat a write that may have been processed',
    ],
  ];
  return rules.find(([holds]) => !holds)?.[1] ?? null;
}
