import { type Preference, preferenceOf } from './accept.ts';
import type { Asker, ClientKind } from './answer.ts';
import { type RequestFields, readFields } from './request-fields.ts';

/** The representations that an answer can take. */
export type Form =
  | 'page'
  | 'frame'
  | 'json'
  | 'problem_json'
  | 'envelope'
  | 'problem_xml'
  | 'text'
  | 'soap11'
  | 'soap12'
  | 'grpc'
  | 'graphql_json'
  | 'graphql_response'
  | 'event_stream'
  | 'empty'
  | 'pixel'
  | 'script'
  | 'style'
  | 'preflight';

/** A request as the table below sees it. */
export interface Ask {
  readonly asker: Asker;
  readonly fields: RequestFields;
  readonly accept: Preference;
}

/** Who asked, and in which form the answer comes. */
export interface Recognised {
  readonly kind: ClientKind;
  readonly form: Form;
}

interface Row {
  readonly kind: ClientKind;
  readonly is: (ask: Ask) => boolean;
  readonly form: (ask: Ask) => Form;
}

const MEDIA = new Set(['image', 'font', 'audio', 'video', 'track']);
const SUBRESOURCES = new Set(['script', 'style', 'worker', 'serviceworker', 'manifest', 'report']);
const FRAMES = new Set(['iframe', 'frame', 'embed', 'object']);
const BY_EXTENSION: ReadonlyMap<string, Form> = new Map<string, Form>([
  ...(['json', 'map', 'webmanifest'] as const).map((ending) => [ending, 'json'] as const),
  ...(['xml', 'rss', 'atom'] as const).map((ending) => [ending, 'problem_xml'] as const),
  ...(['txt', 'csv', 'md', 'log'] as const).map((ending) => [ending, 'text'] as const),
  ...(['js', 'mjs'] as const).map((ending) => [ending, 'script'] as const),
  ['css', 'style'],
  ...'png jpg jpeg gif svg webp avif ico woff woff2 ttf otf eot mp3 mp4 webm ogg wav pdf zip'
    .split(' ')
    .map((ending) => [ending, 'empty'] as const),
]);

/** The client kinds of UX.md, section 5, in its order: the first row that is true wins. */
const ROWS: readonly Row[] = [
  {
    kind: 'websocket',
    is: ({ fields }) => fields.upgrade !== undefined && /\bwebsocket\b/i.test(fields.upgrade),
    form: () => 'json',
  },
  {
    kind: 'preflight',
    is: ({ asker, fields }) =>
      asker.method === 'OPTIONS' &&
      fields.origin !== undefined &&
      fields.requestMethod !== undefined,
    form: ({ asker, fields }) =>
      asker.route?.cors.includes(fields.origin ?? '') === true ? 'preflight' : 'text',
  },
  {
    kind: 'grpc',
    is: ({ fields }) => startsWith(fields.contentType, 'application/grpc'),
    form: () => 'grpc',
  },
  {
    kind: 'soap',
    is: ({ asker, fields }) =>
      fields.soapAction !== undefined ||
      (asker.method === 'POST' &&
        (startsWith(fields.contentType, 'text/xml') ||
          startsWith(fields.contentType, 'application/soap+xml'))),
    form: ({ fields }) =>
      startsWith(fields.contentType, 'application/soap+xml') ? 'soap12' : 'soap11',
  },
  {
    kind: 'graphql',
    is: ({ asker, fields, accept }) =>
      accept.namesGraphql ||
      startsWith(fields.contentType, 'application/graphql') ||
      asker.route?.kind === 'graphql',
    form: ({ accept }) => (accept.namesGraphqlResponse ? 'graphql_response' : 'graphql_json'),
  },
  {
    kind: 'event_source',
    is: ({ accept }) => accept.namesEventStream,
    form: ({ fields }) => (fields.fetchMode === undefined ? 'text' : 'event_stream'),
  },
  {
    kind: 'image',
    is: ({ fields: { fetchDest }, accept }) =>
      fetchDest === undefined ? accept.startsWithImage : MEDIA.has(fetchDest),
    form: ({ asker }) => (asker.route?.kind === 'pixel' ? 'pixel' : 'empty'),
  },
  {
    kind: 'subresource',
    is: ({ fields }) => fields.fetchDest !== undefined && SUBRESOURCES.has(fields.fetchDest),
    form: ({ fields }) =>
      fields.fetchDest === 'script' || fields.fetchDest === 'style' ? fields.fetchDest : 'empty',
  },
  {
    kind: 'webhook',
    is: ({ asker }) => asker.route?.kind === 'webhook',
    form: () => 'text',
  },
  {
    kind: 'api',
    is: ({ asker, accept }) =>
      asker.route !== null &&
      asker.route.errors !== null &&
      !accept.namesProblemJson &&
      !accept.prefersXml,
    form: () => 'envelope',
  },
  {
    kind: 'person',
    is: ({ fields, accept }) =>
      fields.fetchMode === 'navigate' ||
      (fields.fetchMode === undefined &&
        fields.fetchDest === undefined &&
        fields.requestedWith === undefined &&
        accept.namesHtml),
    form: ({ fields }) => (FRAMES.has(fields.fetchDest ?? '') ? 'frame' : 'page'),
  },
  {
    kind: 'html_fetch',
    is: ({ fields, accept }) => isScripted(fields) && accept.namesHtml,
    form: () => 'page',
  },
  {
    kind: 'fetch',
    // A Content-Type never outranks an explicit Accept.
    is: ({ fields, accept }) =>
      isScripted(fields) || accept.namesJson || (accept.isOpen && isJsonType(fields.contentType)),
    form: ({ accept }) => (accept.namesProblemJson ? 'problem_json' : 'json'),
  },
  {
    kind: 'xml',
    is: ({ accept }) => accept.prefersXml,
    form: () => 'problem_xml',
  },
  {
    kind: 'extension',
    is: ({ asker }) => BY_EXTENSION.has(extensionOf(asker.target)),
    form: ({ asker }) =>
      asker.route?.kind === 'pixel'
        ? 'pixel'
        : (BY_EXTENSION.get(extensionOf(asker.target)) ?? 'text'),
  },
];

const OTHER: Recognised = { kind: 'other', form: 'text' };

/** Reads what an answer depends on: one pass over the fields. */
export function readAsk(asker: Asker): Ask {
  const fields = readFields(asker.rawHeaders);
  return { asker, fields, accept: preferenceOf(fields.accept) };
}

/** Recognises the client by the first row that fits; curl and everything unknown gets text. */
export function recognise(ask: Ask): Recognised {
  for (const row of ROWS) {
    if (row.is(ask)) return { kind: row.kind, form: row.form(ask) };
  }
  return OTHER;
}

function isScripted(fields: RequestFields): boolean {
  return fields.fetchDest === 'empty' || fields.requestedWith !== undefined;
}

function isJsonType(contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  const semicolon = contentType.indexOf(';');
  const type = (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
  return type === 'application/json' || type === 'text/json' || type.endsWith('+json');
}

function startsWith(value: string | undefined, start: string): boolean {
  return value?.slice(0, start.length).toLowerCase() === start;
}

/** The ending of the path's last segment, lower case; empty when it has none. */
function extensionOf(target: string): string {
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') ? path.slice(dot + 1).toLowerCase() : '';
}
