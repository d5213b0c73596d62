/** How long one reply or request body is. */
export const SMALL_BYTES = 1024;
export const LARGE_BYTES = 1024 * 1024;
const POST_BYTES = 10 * 1024;
export const UPLOAD_BYTES = 10 * 1024 * 1024;

export type ScenarioKey = 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'tls' | 'h2' | 'upload' | 'connect';

/** What clients speak: HTTP/1.1, the same over TLS, or HTTP/2 over TLS. */
export type Protocol = 'http' | 'tls' | 'h2';

/** One kind of traffic that every peer has to carry. */
export interface Scenario {
  readonly key: ScenarioKey;
  readonly title: string;
  readonly protocol: Protocol;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
  readonly connections: number;
  /** Requests at once on each connection. */
  readonly streams: number;
  /** `success`: every reply is 200 and `replyBytes` long. `outage`: every reply is 502 or 503. */
  readonly expects: 'success' | 'outage';
  readonly replyBytes: number | null;
  /** The peers that can carry it, by name; null: all. */
  readonly peers: readonly string[] | null;
}

const BROWSER = { Accept: 'text/html', 'User-Agent': 'bench' };
/** What Chrome sends when somebody follows a link. */
const NAVIGATION = {
  'sec-ch-ua': '"Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Linux"',
  'Upgrade-Insecure-Requests': '1',
  'User-Agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  Accept:
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-User': '?1',
  'Sec-Fetch-Dest': 'document',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'en-US,en;q=0.9',
};
const SAME_BYTES = ['Candor', 'bare server'];
const FRONTS = ['Candor', 'nginx', 'HAProxy', 'Caddy', 'bare relay'];
/** What most scenarios are, but for what each says of itself. */
const USUAL = {
  protocol: 'http',
  method: 'GET',
  path: '/small',
  headers: BROWSER,
  bodyBytes: 0,
  connections: 32,
  streams: 1,
  expects: 'success',
  replyBytes: null,
  peers: null,
} as const satisfies Partial<Scenario>;

/** The scenarios, in the order in which they are run and reported. */
export const SCENARIOS: readonly Scenario[] = [
  { ...USUAL, key: 'a', title: 'healthy 1 KiB reply', replyBytes: SMALL_BYTES },
  { ...USUAL, key: 'b', title: 'outage answer, upstream refuses', expects: 'outage' },
  {
    ...USUAL,
    key: 'c',
    title: '1 MiB reply',
    path: '/large',
    connections: 8,
    replyBytes: LARGE_BYTES,
  },
  {
    ...USUAL,
    key: 'd',
    title: '10 KiB POST',
    method: 'POST',
    path: '/post',
    headers: { ...BROWSER, 'Content-Type': 'application/octet-stream' },
    bodyBytes: POST_BYTES,
  },
  {
    ...USUAL,
    key: 'e',
    title: 'compressed outage page for a browser',
    path: '/r/invoices?page=2',
    headers: NAVIGATION,
    expects: 'outage',
    peers: SAME_BYTES,
  },
  {
    ...USUAL,
    key: 'f',
    title: 'the same for a form, with its request box',
    method: 'POST',
    path: '/r/invoices',
    headers: {
      ...NAVIGATION,
      'Cache-Control': 'max-age=0',
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    bodyBytes: 200,
    expects: 'outage',
    peers: SAME_BYTES,
  },
  {
    ...USUAL,
    key: 'tls',
    title: 'healthy 1 KiB reply over TLS',
    protocol: 'tls',
    replyBytes: SMALL_BYTES,
    peers: [...FRONTS, 'http-proxy', 'http-proxy-3', '@fastify/http-proxy'],
  },
  {
    ...USUAL,
    key: 'h2',
    title: 'healthy 1 KiB reply over HTTP/2 and TLS',
    protocol: 'h2',
    connections: 8,
    streams: 4,
    replyBytes: SMALL_BYTES,
    // http-proxy sends the pseudo-fields on, which are none of HTTP/1.1.
    peers: [...FRONTS, 'http-proxy-3', '@fastify/http-proxy'],
  },
  {
    ...USUAL,
    key: 'upload',
    title: '10 MiB upload',
    method: 'POST',
    path: '/upload',
    headers: { ...BROWSER, 'Content-Type': 'application/octet-stream' },
    bodyBytes: UPLOAD_BYTES,
    connections: 8,
    peers: [...FRONTS, 'nginx unbuffered'],
  },
  {
    ...USUAL,
    key: 'connect',
    title: 'a new connection for each request',
    headers: { ...BROWSER, Connection: 'close' },
    replyBytes: SMALL_BYTES,
    peers: FRONTS,
  },
];
