import { CORS_FIELDS, GRPC_CORS_FIELDS } from './cors.ts';
import { asciiOrNull } from './escape.ts';
import type { Form } from './form.ts';
import type { Notice } from './notice.ts';
import type { Wording } from './wording.ts';

const VARY =
  'Accept, Accept-Encoding, Accept-Language, Origin, Sec-Fetch-Dest, Sec-Fetch-Mode, X-Requested-With';
const REASON_CHARACTERS = 80;

const CONTENT_TYPE: Readonly<Record<Form, string | null>> = {
  page: 'text/html; charset=utf-8',
  frame: 'text/html; charset=utf-8',
  json: 'application/json',
  problem_json: 'application/problem+json',
  envelope: 'application/json',
  problem_xml: 'application/problem+xml',
  text: 'text/plain; charset=utf-8',
  soap11: 'text/xml; charset=utf-8',
  soap12: 'application/soap+xml; charset=utf-8',
  grpc: 'application/grpc',
  graphql_json: 'application/json',
  graphql_response: 'application/graphql-response+json',
  event_stream: 'text/event-stream',
  empty: null,
  pixel: 'image/gif',
  script: 'text/javascript; charset=utf-8',
  style: 'text/css; charset=utf-8',
  preflight: null,
};

/** The fields of an answer, with the places of those that differ from one request to the next. */
export interface HeaderTemplate {
  /** name, value, …; the values at the places below are to be set. */
  readonly fields: readonly string[];
  readonly requestId: number;
  /** -1 where there is none. */
  readonly retryAfter: number;
  readonly contentLength: number;
  readonly contentEncoding: number;
  readonly origin: number;
  readonly contentType: number;
}

/** What the fields of an answer depend on, besides the notice. */
export interface HeaderOptions {
  readonly form: Form;
  readonly hasOrigin: boolean;
  /** True for the fields of a body in a content coding. */
  readonly isCoded: boolean;
  readonly policy: string | null;
  readonly language: string;
}

/** All fields of UX.md, section 2.3, and DESIGN.md, section 5. */
export function headerTemplate(notice: Notice, options: HeaderOptions): HeaderTemplate {
  const { form, hasOrigin, policy, language } = options;
  const { url } = notice.published;
  const fields: string[] = [];
  const add = (name: string, value: string): number => fields.push(name, value) - 1;

  const type = CONTENT_TYPE[form];
  const contentType = type === null ? -1 : add('Content-Type', type);
  // A 204 has no content, and no field that promises one (RFC 9110, section 8.6).
  const contentLength = form === 'preflight' ? -1 : add('Content-Length', '0');
  const contentEncoding = options.isCoded ? add('Content-Encoding', '') : -1;
  add('Cache-Control', 'no-store');
  const retryAfter = notice.hasRetry ? add('Retry-After', '') : -1;
  add('Candor-Disposition', dispositionField(notice));
  if (url !== null) add('Link', `<${url}>; rel="status"`);
  add('Proxy-Status', notice.proxyStatus);
  const requestId = add('X-Request-Id', '');
  add('Vary', VARY);
  add('Content-Language', language);
  add('X-Robots-Tag', 'noindex');
  add('X-Content-Type-Options', 'nosniff');
  if (policy !== null) {
    add('Content-Security-Policy', policy);
    add('Referrer-Policy', 'no-referrer');
  }
  const origin = hasOrigin ? add('Access-Control-Allow-Origin', '') : -1;
  if (hasOrigin) fields.push(...(form === 'grpc' ? GRPC_CORS_FIELDS : CORS_FIELDS));
  return { fields, requestId, retryAfter, contentLength, contentEncoding, origin, contentType };
}

/** ASCII, at most 80 characters: two of ChargeOver's SDKs show nothing else. */
export function reasonPhraseOf(notice: Notice, wording: Wording): string {
  const brand = wording.isBranded ? asciiOrNull(wording.brand) : null;
  const isOurs = notice.case === 'overload' || notice.case === 'unknown_route';
  const { url } = notice.published;
  const whats = [REASON_PHRASE[notice.case](brand ?? 'Service'), SHORT_PHRASE[notice.case]];
  const sees = url === null || isOurs ? [''] : [` - see ${url}`, ''];
  // The address is worth more than the brand: it is dropped last.
  const phrases = sees.flatMap((see) => whats.map((what) => what + see));
  return phrases.find((phrase) => phrase.length <= REASON_CHARACTERS) ?? 'Service Unavailable';
}

const REASON_PHRASE: Readonly<Record<Notice['case'], (brand: string) => string>> = {
  not_processed: (brand) => `${brand} outage`,
  outcome_unknown: () => 'No answer, outcome unknown',
  unanswered: () => 'No answer, outcome unknown',
  maintenance: (brand) => `${brand} closed for planned work`,
  sign_in: (brand) => `${brand} outage, sign-in unavailable`,
  overload: (brand) => `${brand} is very busy`,
  unknown_route: () => 'No such address',
};
const SHORT_PHRASE: Readonly<Record<Notice['case'], string>> = {
  not_processed: 'Outage',
  outcome_unknown: 'Unknown',
  unanswered: 'Unknown',
  maintenance: 'Planned work',
  sign_in: 'Outage',
  overload: 'Very busy',
  unknown_route: 'No such address',
};

function dispositionField({ disposition, retrySafe, reason }: Notice): string {
  return `${disposition}; retry-safe=?${retrySafe ? 1 : 0}; reason=${reason}`;
}
