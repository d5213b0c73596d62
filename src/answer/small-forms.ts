import type { Notice } from './notice.ts';
import { asJson, outageObject } from './outage-object.ts';
import { SLOT } from './slots.ts';
import type { Telling } from './telling.ts';

/** A transparent GIF of one pixel, 42 bytes: UX.md, section 6.9. */
export const PIXEL = Buffer.from(
  'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7',
  'base64',
);

/** Server-sent events: UX.md, section 6.8. No `id:`, which would overwrite the application's own. */
export function eventStream({ notice }: Telling): string {
  return `retry: ${SLOT.streamRetry}\nevent: outage\ndata: ${asJson(outageObject(notice))}\n\n`;
}

/** What a gRPC client reads, as HTTP fields: UX.md, section 6.6. */
export interface GrpcFields {
  readonly status: string;
  /** Percent-encoded, with a slot for the reference. */
  readonly message: string;
  /** `-1`: never send it again by itself; null: after the seconds that were drawn. */
  readonly pushback: '-1' | null;
}

/** The trailers of a gRPC answer. */
export function grpcFields({ notice, wording }: Telling): GrpcFields {
  const message = wording.line('message.grpc', {
    message: wording.line(`short.${notice.case}`),
    reference: SLOT.reference,
  });
  return {
    status: String(grpcStatus(notice)),
    message: percentEncoded(message),
    pushback: notice.hasRetry ? null : '-1',
  };
}

/** 14 UNAVAILABLE, 12 UNIMPLEMENTED, 4 DEADLINE_EXCEEDED, 2 UNKNOWN. */
function grpcStatus(notice: Notice): number {
  if (notice.case === 'unknown_route') return 12;
  if (notice.case !== 'outcome_unknown') return 14;
  return notice.isTimeout ? 4 : 2;
}

/** Printable ASCII but `%` stands as it is (gRPC over HTTP/2, "Status-Message"). */
function percentEncoded(text: string): string {
  return text.replace(/[^\x20-\x24\x26-\x7E\uFDD0-\uFDD4]+/gu, (found) =>
    encodeURIComponent(found.toWellFormed()),
  );
}
