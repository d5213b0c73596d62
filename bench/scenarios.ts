/** How long one reply or request body is. */
export const SMALL_BYTES = 1024;
export const LARGE_BYTES = 1024 * 1024;
export const POST_BYTES = 10 * 1024;

export type ScenarioKey = 'a' | 'b' | 'c' | 'd';

/** One kind of traffic that every peer has to carry. */
export interface Scenario {
  readonly key: ScenarioKey;
  readonly title: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
  readonly connections: number;
  /** `success`: every reply is 200 and `replyBytes` long. `outage`: every reply is 502 or 503. */
  readonly expects: 'success' | 'outage';
  readonly replyBytes: number | null;
}

const BROWSER = { Accept: 'text/html', 'User-Agent': 'bench' };

/** The scenarios, in the order in which they are run and reported. */
export const SCENARIOS: readonly Scenario[] = [
  {
    key: 'a',
    title: 'healthy 1 KiB reply',
    method: 'GET',
    path: '/small',
    headers: BROWSER,
    bodyBytes: 0,
    connections: 32,
    expects: 'success',
    replyBytes: SMALL_BYTES,
  },
  {
    key: 'b',
    title: 'outage answer, upstream refuses',
    method: 'GET',
    path: '/small',
    headers: BROWSER,
    bodyBytes: 0,
    connections: 32,
    expects: 'outage',
    replyBytes: null,
  },
  {
    key: 'c',
    title: '1 MiB reply',
    method: 'GET',
    path: '/large',
    headers: BROWSER,
    bodyBytes: 0,
    connections: 8,
    expects: 'success',
    replyBytes: LARGE_BYTES,
  },
  {
    key: 'd',
    title: '10 KiB POST',
    method: 'POST',
    path: '/post',
    headers: { ...BROWSER, 'Content-Type': 'application/octet-stream' },
    bodyBytes: POST_BYTES,
    connections: 32,
    expects: 'success',
    replyBytes: null,
  },
];
