import type { Preference } from './accept.ts';
import type { Asker, ClientKind } from './answer.ts';
import { formByExtension } from './extension.ts';
import type { Form } from './form.ts';
import type { RequestFields } from './request-fields.ts';
import { isJsonType, isType, isWebSocket, startsWith } from './request-signs.ts';

/** A request as the table below sees it. */
export interface Ask {
  readonly asker: Asker;
  readonly fields: RequestFields;
  readonly accept: Preference;
}

/** One row of UX.md, section 5. */
export interface Row {
  /** Its number there; row 1, the gateway's own paths, is served before anybody is recognised. */
  readonly row: number;
  readonly kind: ClientKind;
  readonly client: string;
  /**
   * 503: such a client is told no other status than that, where a repeat is safe; `event_stream` and
   * `preflight` have their own. Without it the status says what happened (section 2.2).
   */
  readonly status?: 503;
  readonly form: (ask: Ask) => Form;
  /** Any of these, in words and as the test for it. */
  readonly signs: readonly Sign[];
}

type Sign = readonly [sign: string, is: (ask: Ask) => boolean];

const MEDIA = new Set(['image', 'font', 'audio', 'video', 'track']);
/** Those of the specification of today, and what browsers ask for with the same intent. */
const SUBRESOURCES = new Set([
  ...['script', 'style', 'worker', 'serviceworker', 'manifest', 'report'],
  ...['sharedworker', 'audioworklet', 'paintworklet', 'xslt'],
]);
const FRAMES = new Set(['iframe', 'frame', 'embed', 'object']);

/** The client kinds in the order of UX.md, section 5: the first row with a sign that is there wins. */
export const ROWS: readonly Row[] = [
  {
    row: 2,
    kind: 'websocket',
    client: 'WebSocket',
    status: 503,
    form: () => 'json',
    signs: [['Upgrade: websocket', ({ fields }) => isWebSocket(fields.upgrade)]],
  },
  {
    row: 3,
    kind: 'preflight',
    client: 'CORS preflight',
    status: 503,
    form: ({ asker, fields }) =>
      asker.route?.cors.includes(fields.origin ?? '') === true ? 'preflight' : 'text',
    signs: [
      [
        'OPTIONS with Origin and Access-Control-Request-Method',
        ({ asker, fields }) =>
          asker.method === 'OPTIONS' &&
          fields.origin !== undefined &&
          fields.requestMethod !== undefined,
      ],
    ],
  },
  {
    row: 4,
    kind: 'grpc',
    client: 'gRPC, gRPC-Web',
    form: () => 'grpc',
    signs: [
      [
        'Content-Type: application/grpc*',
        ({ fields }) => startsWith(fields.contentType, 'application/grpc'),
      ],
    ],
  },
  {
    row: 5,
    kind: 'soap',
    client: 'SOAP',
    form: ({ fields }) => (isType(fields, 'application/soap+xml') ? 'soap12' : 'soap11'),
    signs: [
      ['SOAPAction', ({ fields }) => fields.soapAction !== undefined],
      [
        'POST of text/xml or application/soap+xml',
        ({ asker, fields }) =>
          asker.method === 'POST' &&
          (isType(fields, 'text/xml') || isType(fields, 'application/soap+xml')),
      ],
    ],
  },
  {
    row: 6,
    kind: 'graphql',
    client: 'GraphQL',
    form: ({ accept }) => (accept.namesGraphqlResponse ? 'graphql_response' : 'graphql_json'),
    signs: [
      ['application/graphql* in Accept', ({ accept }) => accept.namesGraphql],
      [
        'Content-Type: application/graphql*',
        ({ fields }) => startsWith(fields.contentType, 'application/graphql'),
      ],
      ['the route is of kind: graphql', ({ asker }) => asker.route?.kind === 'graphql'],
    ],
  },
  {
    row: 7,
    kind: 'event_source',
    client: 'EventSource',
    status: 503,
    form: ({ fields }) => (fields.fetchMode === undefined ? 'text' : 'event_stream'),
    signs: [['Accept: text/event-stream', ({ accept }) => accept.namesEventStream]],
  },
  {
    row: 8,
    kind: 'image',
    client: 'image, font, audio, video, track',
    status: 503,
    form: ({ asker }) => (asker.route?.kind === 'pixel' ? 'pixel' : 'empty'),
    signs: [
      [
        'Sec-Fetch-Dest image, font, audio, video or track',
        ({ fields }) => fields.fetchDest !== undefined && MEDIA.has(fields.fetchDest),
      ],
      ['image/* first in Accept', ({ accept }) => accept.startsWithImage],
      [
        'the route is of kind: pixel, and nothing else is asked for',
        ({ asker, fields, accept }) =>
          asker.route?.kind === 'pixel' && accept.isOpen && fields.fetchMode !== 'navigate',
      ],
    ],
  },
  {
    row: 9,
    kind: 'subresource',
    client: 'script, style, worker, serviceworker, manifest, report',
    status: 503,
    form: ({ fields }) =>
      fields.fetchDest === 'script' || fields.fetchDest === 'style' ? fields.fetchDest : 'empty',
    signs: [
      [
        'Sec-Fetch-Dest script, style, worker, serviceworker, manifest, report or the like',
        ({ fields }) => fields.fetchDest !== undefined && SUBRESOURCES.has(fields.fetchDest),
      ],
    ],
  },
  {
    row: 10,
    kind: 'webhook',
    client: 'inbound webhook',
    form: () => 'text',
    signs: [['the route is of kind: webhook', ({ asker }) => asker.route?.kind === 'webhook']],
  },
  {
    row: 11,
    kind: 'api',
    client: 'API client',
    form: () => 'envelope',
    signs: [
      [
        'the route has errors:, and Accept asks neither for problem+json nor for XML first',
        ({ asker, accept }) =>
          asker.route !== null &&
          asker.route.errors !== null &&
          !accept.namesProblemJson &&
          !accept.prefersXml,
      ],
    ],
  },
  {
    row: 12,
    kind: 'person',
    client: 'person',
    form: ({ fields }) => (FRAMES.has(fields.fetchDest ?? '') ? 'frame' : 'page'),
    signs: [
      ['Sec-Fetch-Mode: navigate', ({ fields }) => fields.fetchMode === 'navigate'],
      [
        'no Sec-Fetch, and text/html named in Accept',
        ({ fields, accept }) =>
          accept.namesHtml &&
          fields.fetchMode === undefined &&
          fields.fetchDest === undefined &&
          // Row 13 gives the same page under the name that fits.
          fields.requestedWith === undefined,
      ],
    ],
  },
  {
    row: 13,
    kind: 'html_fetch',
    client: 'fetch that wants HTML (Turbo, pjax)',
    form: () => 'page',
    signs: [
      [
        'X-Requested-With, and text/html named in Accept',
        ({ fields, accept }) => accept.namesHtml && fields.requestedWith !== undefined,
      ],
      [
        'Sec-Fetch-Dest: empty, and text/html named in Accept',
        // Node's fetch sends a mode and no destination.
        ({ fields: { fetchDest = 'empty' }, accept }) => accept.namesHtml && fetchDest === 'empty',
      ],
    ],
  },
  {
    row: 14,
    kind: 'fetch',
    client: 'fetch, XHR, SPA, mobile',
    form: ({ accept }) => (accept.namesProblemJson || accept.refusesJson ? 'problem_json' : 'json'),
    signs: [
      [
        'Sec-Fetch-Dest: empty',
        ({ fields: { fetchDest } }) => fetchDest === 'empty' || fetchDest === 'json',
      ],
      ['X-Requested-With', ({ fields }) => fields.requestedWith !== undefined],
      ['JSON named in Accept', ({ accept }) => accept.namesJson],
      [
        'JSON Content-Type, and nothing named in Accept',
        ({ fields, accept }) => accept.isOpen && !accept.refusesJson && isJsonType(fields),
      ],
    ],
  },
  {
    row: 15,
    kind: 'xml',
    client: 'XML client',
    form: () => 'problem_xml',
    signs: [['XML preferred in Accept', ({ accept }) => accept.prefersXml]],
  },
  {
    row: 16,
    kind: 'extension',
    client: 'by extension',
    form: ({ asker }) => formByExtension(asker.target) ?? 'text',
    signs: [
      [
        'the extension of the path',
        ({ asker, accept }) => {
          const form = formByExtension(asker.target);
          // What is asked for outranks what the path looks like.
          return (
            form !== undefined && !accept.namesText && !(form === 'json' && accept.refusesJson)
          );
        },
      ],
    ],
  },
  {
    row: 17,
    kind: 'other',
    client: 'curl, wget, other',
    form: ({ accept }) => (accept.refusesText && !accept.refusesJson ? 'json' : 'text'),
    signs: [['nothing that an earlier row knows', () => true]],
  },
];
