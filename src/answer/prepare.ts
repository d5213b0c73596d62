import type { BrandSettings, JsonValue, Settings } from '../config/settings.ts';
import type { Asker } from './answer.ts';
import { CodedPage, type EncodingLine } from './coded-page.ts';
import type { Encoded } from './encoded.ts';
import { envelopeJson } from './envelope.ts';
import type { Form } from './form.ts';
import { type HeaderTemplate, headerTemplate, reasonPhraseOf } from './header-fields.ts';
import { graphqlJson, problemJson } from './json.ts';
import type { Notice } from './notice.ts';
import type { PagePress } from './page.ts';
import { pageView } from './page-view.ts';
import { type RetryDraw, retryDrawOf } from './retry-after.ts';
import type { Sheet } from './sheet.ts';
import { cut, type Pieces } from './slots.ts';
import { eventStream, type GrpcFields, grpcFields, PIXEL } from './small-forms.ts';
import { tell } from './telling.ts';
import { commentLine, plainText } from './text.ts';
import type { Clock } from './times.ts';
import type { Wording } from './wording.ts';
import { problemXml, soap11Fault, soap12Fault } from './xml.ts';

/** An answer up to what differs from one request to the next. */
export interface Prepared {
  readonly notice: Notice;
  readonly form: Form;
  readonly status: number;
  readonly reasonPhrase: string;
  readonly header: HeaderTemplate;
  readonly pieces: Pieces;
  /** The same in content codings; null for all forms but pages: what fits into one packet gains nothing. */
  readonly coded: { readonly page: CodedPage; readonly header: HeaderTemplate } | null;
  /** Bytes that are no text; null for all forms but the pixel. */
  readonly binary: Buffer | null;
  readonly retry: RetryDraw | null;
  readonly grpc: GrpcFields | null;
  readonly wording: Wording;
  /** What it is printed from, in each coding that it was printed in and (null) in none; null where it cannot be printed. */
  readonly sheets: Map<Encoded | null, Sheet | null>;
}

/** What answers are prepared with. */
export interface Workshop {
  readonly settings: Settings;
  /** In whose name pages speak; null: the neutral brand. */
  readonly brand: BrandSettings | null;
  readonly wording: Wording;
  readonly clock: Clock;
  readonly press: PagePress;
  readonly encodingLine: EncodingLine;
}

/** What a prepared answer depends on besides the notice. */
export interface Shape {
  readonly form: Form;
  readonly hasOrigin: boolean;
  readonly asker: Asker;
  /** Name of the upstream that the answer is about, or null. */
  readonly upstream: string | null;
}

/** Renders a notice in one form. May throw: the operator's templates and the locale files come in here. */
export function prepare(notice: Notice, shape: Shape, workshop: Workshop): Prepared {
  const { form, hasOrigin } = shape;
  const { wording, press } = workshop;
  const telling = tell(notice, wording);
  const isPage = form === 'page' || form === 'frame';
  const pieces = cut(bodyOf(notice, shape, workshop));
  const options = {
    form,
    hasOrigin,
    policy: isPage ? press.policy : null,
    language: wording.language,
  };
  return {
    notice,
    form,
    status: STATUS[form] ?? notice.status,
    reasonPhrase: REASON_PHRASE[form] ?? reasonPhraseOf(notice, wording),
    header: headerTemplate(notice, { ...options, isCoded: false }),
    pieces,
    coded: isPage
      ? {
          page: new CodedPage(pieces, workshop.encodingLine),
          header: headerTemplate(notice, { ...options, isCoded: true }),
        }
      : null,
    binary: form === 'pixel' ? PIXEL : null,
    retry: notice.hasRetry ? retryDrawOf(notice) : null,
    grpc: form === 'grpc' ? grpcFields(telling) : null,
    wording,
    sheets: new Map(),
  };
}

/** Forms whose status is not the notice's: UX.md, section 5, rows 3, 4, 5 and 7. */
const STATUS: Partial<Readonly<Record<Form, number>>> = {
  preflight: 204,
  grpc: 200,
  soap11: 500,
  soap12: 500,
  event_stream: 200,
};
const REASON_PHRASE: Partial<Readonly<Record<Form, string>>> = {
  preflight: 'No Content',
  grpc: 'OK',
  event_stream: 'OK',
};

function bodyOf(notice: Notice, shape: Shape, workshop: Workshop): string {
  const { settings } = workshop;
  const telling = tell(notice, workshop.wording);
  switch (shape.form) {
    case 'page':
    case 'frame':
      return pageOf(notice, shape, workshop);
    case 'json':
    case 'problem_json':
      return problemJson(telling, settings.publicPrefix);
    case 'envelope': {
      const template = envelopeOf(settings, shape.asker);
      return template === null
        ? problemJson(telling, settings.publicPrefix)
        : envelopeJson(template, telling);
    }
    case 'problem_xml':
      return problemXml(telling, settings.publicPrefix);
    case 'text':
      return plainText(telling);
    case 'soap11':
      return soap11Fault(telling);
    case 'soap12':
      return soap12Fault(telling);
    case 'graphql_json':
    case 'graphql_response':
      return graphqlJson(telling);
    case 'event_stream':
      return eventStream(telling);
    case 'script':
    case 'style':
      return commentLine(telling);
    case 'grpc':
    case 'empty':
    case 'pixel':
    case 'preflight':
      return '';
  }
}

function pageOf(notice: Notice, { form, asker, upstream }: Shape, workshop: Workshop): string {
  const { settings, brand, wording, clock, press } = workshop;
  return press.render(
    pageView(notice, {
      wording,
      clock,
      brand,
      publicPrefix: settings.publicPrefix,
      upstream,
      isFrame: form === 'frame',
      isRead: asker.method === 'GET' || asker.method === 'HEAD',
      isPayment: asker.route?.payment === true,
    }),
  );
}

function envelopeOf(settings: Settings, { route }: Asker): JsonValue {
  const name = route?.errors ?? null;
  return name !== null && Object.hasOwn(settings.errors, name)
    ? (settings.errors[name] ?? null)
    : null;
}
