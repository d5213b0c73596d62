/** What a client of some kind sends, as far as answers depend on it. */
export interface PreviewClient {
  readonly about: string;
  readonly method: string;
  /** name, value, … */
  readonly headers: readonly string[];
}

const HTML =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
const OTHER_ORIGIN = ['Origin', 'https://portal.example.com'];
const NAVIGATION = [
  ...['Accept', HTML],
  ...['Sec-Fetch-Site', 'same-origin'],
  ...['Sec-Fetch-Mode', 'navigate'],
  ...['Sec-Fetch-Dest', 'document'],
];
const FETCH = [
  ...['Accept', '*/*'],
  ...['Sec-Fetch-Site', 'same-origin'],
  ...['Sec-Fetch-Mode', 'cors'],
  ...['Sec-Fetch-Dest', 'empty'],
];

/** Clients by name, after the rows of UX.md, section 5: `candor explain --as NAME`. */
export const PREVIEW_CLIENTS = {
  browser: get('a person who opens the page', NAVIGATION),
  form: post('a person who sends a form', [
    ...NAVIGATION,
    ...['Content-Type', 'application/x-www-form-urlencoded'],
  ]),
  frame: get('the page in a frame', changed(NAVIGATION, 'Sec-Fetch-Dest', 'iframe')),
  crawler: get("a search engine's robot", [
    ...['User-Agent', 'Mozilla/5.0 (compatible; Googlebot/2.1)'],
    ...['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  ]),
  turbo: get('a fetch that wants HTML', changed(FETCH, 'Accept', 'text/html, */*;q=0.5')),
  fetch: get("a script's fetch from the same site", FETCH),
  'cross-origin': get("a script's fetch from another site", [
    ...changed(FETCH, 'Sec-Fetch-Site', 'cross-site'),
    ...OTHER_ORIGIN,
  ]),
  xhr: get('an XMLHttpRequest of a library', [
    ...changed(FETCH, 'Accept', 'application/json, text/javascript, */*; q=0.01'),
    ...['X-Requested-With', 'XMLHttpRequest'],
  ]),
  spa: get(
    'a single-page application that asks for JSON',
    changed(FETCH, 'Accept', 'application/json, text/plain, */*'),
  ),
  mobile: get('an application on a phone', ['Accept', 'application/json']),
  problem: get('a program that reads problem documents', ['Accept', 'application/problem+json']),
  xml: get('a program that reads XML', ['Accept', 'application/xml']),
  curl: get('curl', ['User-Agent', 'curl/8.9.1', 'Accept', '*/*']),
  wget: get('wget', ['User-Agent', 'Wget/1.24.5', 'Accept', '*/*']),
  sdk: get("ChargeOver's SDK for PHP", ['Accept', '*/*', 'Content-Type', 'application/json']),
  webhook: post("another service's webhook", [
    ...['Accept', '*/*'],
    ...['Content-Type', 'application/json'],
  ]),
  soap: post('a SOAP 1.1 client', [
    ...['Content-Type', 'text/xml; charset=utf-8'],
    ...['SOAPAction', '""'],
  ]),
  soap12: post('a SOAP 1.2 client', ['Content-Type', 'application/soap+xml; charset=utf-8']),
  graphql: post('a GraphQL client', [
    ...['Accept', 'application/graphql-response+json, application/json;q=0.9'],
    ...['Content-Type', 'application/json'],
  ]),
  grpc: post('a gRPC client', ['Content-Type', 'application/grpc', 'TE', 'trailers']),
  'grpc-web': post('a gRPC client in a browser', [
    ...['Content-Type', 'application/grpc-web+proto'],
    ...['X-Grpc-Web', '1'],
    ...OTHER_ORIGIN,
  ]),
  eventsource: get("a browser's EventSource", changed(FETCH, 'Accept', 'text/event-stream')),
  websocket: get('a WebSocket', ['Connection', 'Upgrade', 'Upgrade', 'websocket']),
  preflight: {
    about: "a browser's question before a request to another site",
    method: 'OPTIONS',
    headers: [
      ...OTHER_ORIGIN,
      ...['Access-Control-Request-Method', 'POST'],
      ...['Access-Control-Request-Headers', 'content-type'],
    ],
  },
  image: get('an image of a page', [
    ...['Accept', 'image/avif,image/webp,*/*;q=0.8'],
    ...['Sec-Fetch-Mode', 'no-cors'],
    ...['Sec-Fetch-Dest', 'image'],
  ]),
  script: subresource('script'),
  style: subresource('style'),
  worker: subresource('worker'),
} as const satisfies Readonly<Record<string, PreviewClient>>;

function get(about: string, headers: readonly string[]): PreviewClient {
  return { about, method: 'GET', headers };
}

function post(about: string, headers: readonly string[]): PreviewClient {
  return { about, method: 'POST', headers };
}

function subresource(dest: string): PreviewClient {
  const fetched = ['Sec-Fetch-Mode', 'no-cors', 'Sec-Fetch-Dest', dest];
  return get(`a ${dest} of a page`, ['Accept', '*/*', ...fetched]);
}

function changed(headers: readonly string[], name: string, value: string): readonly string[] {
  return headers.map((text, index) => (headers[index - 1] === name ? value : text));
}
