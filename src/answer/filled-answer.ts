import type { Answer, ClientKind, Matter, Printer, Reason } from './answer.ts';
import type { Recognised } from './client-kind.ts';
import type { Ask } from './client-table.ts';
import { preflightFields } from './cors.ts';
import { type Encoded, fillEncoded } from './encoded.ts';
import { type KeptRetry, mergeKept } from './kept-fields.ts';
import type { Prepared } from './prepare.ts';
import { Sheet, type SheetValues } from './sheet.ts';
import { join, joinedBytes } from './slots.ts';

/** What one request brings to a prepared answer. */
export interface PerRequest {
  readonly matter: Matter;
  readonly retrySafe: boolean;
  /** True where the client's kind is told no other status than 503, and a repeat is safe. */
  readonly isPlain503: boolean;
  /** A valid serialized origin, or null. */
  readonly origin: string | null;
  readonly now: number;
  readonly random: () => number;
}

/** What one request's answer is put together from. */
export interface Filling {
  readonly ask: Ask;
  readonly perRequest: PerRequest;
  readonly values: SheetValues;
  readonly encoded: Encoded | null;
  readonly keptRetry: KeptRetry | null;
}

/**
 * A prepared answer with what one request brings to it.
 *
 * Nothing is put together before it is asked for: what goes out through HTTP/1.1 is printed, and nobody
 * asks for its fields and its body.
 */
export class FilledAnswer implements Answer, Printer {
  readonly status: number;
  readonly reasonPhrase: string;
  readonly kind: ClientKind;
  readonly source: Prepared;
  readonly retrySafe: boolean;
  readonly reason: Reason;
  readonly #filling: Filling;
  #sheet: Sheet | null = null;

  constructor(prepared: Prepared, { kind }: Recognised, filling: Filling) {
    this.status = prepared.status;
    this.reasonPhrase = prepared.reasonPhrase;
    this.kind = kind;
    this.source = prepared;
    this.retrySafe = filling.perRequest.retrySafe;
    this.reason = prepared.notice.reason;
    this.#filling = filling;
  }

  get headers(): readonly string[] {
    const { matter } = this.#filling.perRequest;
    const headers = headersOf(this.source, this.#filling);
    return matter.kept.length === 0 ? headers : mergeKept(headers, matter.kept);
  }

  get body(): string | Buffer {
    const { ask, encoded, values } = this.#filling;
    if (ask.asker.method === 'HEAD') return '';
    if (encoded !== null) return fillEncoded(encoded, values);
    return this.source.binary ?? join(this.source.pieces, values);
  }

  get printer(): Printer | null {
    const { ask, perRequest, encoded } = this.#filling;
    if (perRequest.matter.kept.length > 0 || ask.asker.method === 'HEAD') return null;
    this.#sheet = sheetOf(this.source, encoded);
    return this.#sheet === null ? null : this;
  }

  print(headEnd: string): Buffer {
    const { values, encoded } = this.#filling;
    const sheet = this.#sheet ?? sheetOf(this.source, encoded);
    if (sheet === null) throw new Error('this answer cannot be printed');
    return sheet.print(values, headEnd);
  }
}

/** Null for what varies in other ways than by the values of its slots. */
function sheetOf(prepared: Prepared, encoded: Encoded | null): Sheet | null {
  const { sheets, form, header, coded, pieces, status, reasonPhrase } = prepared;
  const known = sheets.get(encoded);
  if (known !== undefined) return known;
  const isPrinted = prepared.binary === null && prepared.grpc === null && form !== 'preflight';
  const message = { status, reasonPhrase };
  const body =
    encoded === null || coded === null
      ? { header, body: pieces }
      : { header: coded.header, body: encoded };
  const sheet = isPrinted ? Sheet.of({ ...message, ...body }) : null;
  sheets.set(encoded, sheet);
  return sheet;
}

function headersOf(
  { header: plain, coded, pieces, binary, form, grpc }: Prepared,
  { ask: { fields }, perRequest: { origin }, values, encoded, keptRetry }: Filling,
): string[] {
  const header = encoded === null || coded === null ? plain : coded.header;
  const headers = header.fields.slice();
  headers[header.requestId] = values.reference;
  if (encoded !== null) {
    headers[header.contentLength] = encoded.contentLength;
    headers[header.contentEncoding] = encoded.coding;
  } else if (header.contentLength >= 0) {
    headers[header.contentLength] = String(binary?.length ?? joinedBytes(pieces, values));
  }
  if (header.retryAfter >= 0) headers[header.retryAfter] = keptRetry?.value ?? values.retry;
  if (origin !== null && header.origin >= 0) headers[header.origin] = origin;
  if (form === 'preflight') headers.push(...preflightFields(fields));
  if (grpc !== null) {
    headers[header.contentType] = grpcType(fields.contentType);
    headers.push(
      'grpc-status',
      grpc.status,
      'grpc-message',
      grpc.message.replace('\uFDD0', values.reference),
      'grpc-retry-pushback-ms',
      grpc.pushback ?? `${values.retry}000`,
    );
  }
  return headers;
}

/** As it was requested, if it is a gRPC type and nothing else. */
function grpcType(contentType: string | undefined): string {
  const type = /^application\/grpc(?:-web)?(?:-text)?(?:\+[a-z\d.-]{1,32})?(?=[\s;,]|$)/i.exec(
    contentType ?? '',
  );
  return type?.[0].toLowerCase() ?? 'application/grpc';
}
