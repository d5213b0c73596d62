import { codingsFor } from './accept-encoding.ts';
import type { Answer, Matter } from './answer.ts';
import type { Recognised } from './client-kind.ts';
import type { Ask } from './client-table.ts';
import { preflightFields } from './cors.ts';
import { type Encoded, fillEncoded } from './encoded.ts';
import { escapeMarkup } from './escape.ts';
import { type KeptRetry, keptRetryOf, mergeKept } from './kept-fields.ts';
import type { Prepared } from './prepare.ts';
import { drawSeconds } from './retry-after.ts';
import { returnTo } from './return-to.ts';
import { join, joinedBytes, type SlotValues } from './slots.ts';

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

const REFERENCE_CHARACTERS = 128;
const STREAM_RETRY_MS = { least: 15_000, spread: 30_000 };

/** Fills a prepared answer for one request: a few string joins and a copy of the field list. */
export function fill(
  prepared: Prepared,
  ask: Ask,
  recognised: Recognised,
  perRequest: PerRequest,
): Answer {
  const { asker } = ask;
  const { kept } = perRequest.matter;
  const keptRetry = kept.length === 0 ? null : keptRetryOf(kept, perRequest.now);
  const seconds = secondsFor(prepared, keptRetry, perRequest);
  const values: SlotValues = {
    reference: cleanReference(asker.reference),
    retry: String(seconds),
    retryText: prepared.form === 'text' ? prepared.wording.seconds(seconds) : '',
    returnTo:
      prepared.form === 'page' || prepared.form === 'frame'
        ? escapeMarkup(returnTo(asker.method, asker.target, ask.fields))
        : '',
    streamRetry: prepared.form === 'event_stream' ? streamRetry(perRequest.random) : '',
  };
  const encoded = prepared.coded?.page.in(codingsFor(ask.fields.acceptEncoding), values) ?? null;
  const headers = headersOf(prepared, ask, perRequest, {
    values,
    encoded,
    retryAfter: keptRetry?.value ?? values.retry,
  });
  return {
    status: prepared.status,
    reasonPhrase: prepared.reasonPhrase,
    headers: kept.length === 0 ? headers : mergeKept(headers, kept),
    body: asker.method === 'HEAD' ? '' : bodyOf(prepared, encoded, values),
    kind: recognised.kind,
    source: prepared,
    retrySafe: perRequest.retrySafe,
    reason: prepared.notice.reason,
  };
}

function bodyOf(
  { binary, pieces }: Prepared,
  encoded: Encoded | null,
  values: SlotValues,
): string | Buffer {
  return encoded === null ? (binary ?? join(pieces, values)) : fillEncoded(encoded, values);
}

/** The parts of an answer that its fields depend on. */
interface Filling {
  readonly values: SlotValues;
  readonly encoded: Encoded | null;
  readonly retryAfter: string;
}

function headersOf(
  { header: plain, coded, pieces, binary, form, grpc }: Prepared,
  { fields }: Ask,
  { origin }: PerRequest,
  { values, encoded, retryAfter }: Filling,
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
  if (header.retryAfter >= 0) headers[header.retryAfter] = retryAfter;
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

function secondsFor(
  { retry }: Prepared,
  keptRetry: KeptRetry | null,
  { now, random }: PerRequest,
): number {
  if (retry === null) return 0;
  return keptRetry?.seconds ?? drawSeconds(retry, random(), now);
}

function streamRetry(random: () => number): string {
  return String(STREAM_RETRY_MS.least + Math.floor(random() * (STREAM_RETRY_MS.spread + 1)));
}

/** As it was requested, if it is a gRPC type and nothing else. */
function grpcType(contentType: string | undefined): string {
  const type = /^application\/grpc(?:-web)?(?:-text)?(?:\+[a-z\d.-]{1,32})?(?=[\s;,]|$)/i.exec(
    contentType ?? '',
  );
  return type?.[0].toLowerCase() ?? 'application/grpc';
}

/**
 * A reference of ours is printed as it is. One that a trusted proxy sent may hold anything: only
 * letters, digits and `-._:=+/@~` stay, so it needs no escaping in any form.
 */
function cleanReference(reference: string): string {
  for (let index = 0; index < reference.length; index++) {
    const code = reference.charCodeAt(index);
    const isPlain =
      (code >= 0x2d && code <= 0x3a) ||
      (code >= 0x40 && code <= 0x5a) ||
      (code >= 0x61 && code <= 0x7a) ||
      code === 0x5f;
    if (!isPlain) return reference.replace(/[^\w\-.:=+/@~]/g, '').slice(0, REFERENCE_CHARACTERS);
  }
  return reference.length <= REFERENCE_CHARACTERS
    ? reference
    : reference.slice(0, REFERENCE_CHARACTERS);
}
