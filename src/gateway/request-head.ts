import type { ClientRequest } from './client-message.ts';
import { kindOfField, nominatedBy } from './field.ts';
import { type Refusal, TARGET_TOO_LONG } from './refusal.ts';
import { readTarget } from './request-target.ts';

/** What the gateway has to know of a request before it decides; read in one pass over the fields. */
export interface RequestHead {
  readonly method: string;
  /** Path and query, byte for byte as they came (origin-form; `*` for the server-wide OPTIONS). */
  readonly target: string;
  /** The Host field, or the authority of an absolute-form target; empty for HTTP/1.0 without one. */
  readonly authority: string;
  readonly rawHeaders: readonly string[];
  readonly hasBody: boolean;
  /** What Content-Length says; null where there is none. */
  readonly contentLength: number | null;
  /** Fields that the client's Connection field nominates, lower case. */
  readonly nominated: ReadonlySet<string> | null;
  readonly requestId: string | null;
  readonly maxForwards: number | null;
  /** The protocol of an upgrade that the gateway tunnels, or null. */
  readonly upgrade: string | null;
  /** An event stream, or a gRPC stream, may be silent for as long as it likes. */
  readonly mayBeSilent: boolean;
  /** The client reads trailers (RFC 9110, section 10.1.4). */
  readonly acceptsTrailers: boolean;
}

/**
 * Reads and checks the head of a request.
 *
 * llhttp has parsed it; what is refused here is what it accepts and a second parser could read
 * differently (RFC 9112, sections 3.2, 6.1 and 11.2), and what undici would throw on. A refused
 * request is the client's fault and never counts against an upstream.
 */
export function readHead(request: ClientRequest, mostTargetBytes: number): RequestHead | Refusal {
  const { rawHeaders, method = 'GET' } = request;
  if ((request.url ?? '').length > mostTargetBytes) return TARGET_TOO_LONG;
  const marks = scan(rawHeaders);
  const fault = framingFault(request, marks);
  if (fault !== null) return fault;
  const place = readTarget(request.url ?? '', method, marks.host);
  if ('fault' in place) return { status: 400, detail: place.fault };
  return {
    method,
    target: place.target,
    authority: place.authority,
    rawHeaders,
    hasBody: marks.coding !== null || (marks.length !== null && marks.length !== '0'),
    contentLength: marks.length === null ? null : Number(marks.length),
    nominated: marks.connection === null ? null : nominatedBy(marks.connection),
    requestId: marks.requestId,
    maxForwards: numberIn(marks.maxForwards),
    upgrade: upgradeOf(request),
    mayBeSilent: marks.isGrpc || marks.accept?.includes('text/event-stream') === true,
    acceptsTrailers: marks.te !== null && /(?:^|,)\s*trailers\s*(?:,|$)/i.test(marks.te),
  };
}

/** The values that matter, as they stood; a list field's lines are joined. */
interface Marks {
  host: string | null;
  hasTwoHosts: boolean;
  connection: string | null;
  coding: string | null;
  length: string | null;
  requestId: string | null;
  maxForwards: string | null;
  accept: string | null;
  te: string | null;
  isGrpc: boolean;
}

function scan(rawHeaders: readonly string[]): Marks {
  const marks: Marks = {
    host: null,
    hasTwoHosts: false,
    connection: null,
    coding: null,
    length: null,
    requestId: null,
    maxForwards: null,
    accept: null,
    te: null,
    isGrpc: false,
  };
  for (let index = 0; index < rawHeaders.length; index += 2) {
    note(marks, rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
  }
  return marks;
}

function note(marks: Marks, name: string, value: string): void {
  switch (kindOfField(name)) {
    case 'authority':
      marks.hasTwoHosts = marks.host !== null;
      marks.host = value;
      break;
    case 'connection':
      marks.connection = joined(marks.connection, value);
      break;
    case 'transfer_encoding':
      marks.coding = joined(marks.coding, value);
      break;
    case 'content_length':
      marks.length = value;
      break;
    case 'request_id':
      marks.requestId = value;
      break;
    case 'max_forwards':
      marks.maxForwards = value;
      break;
    case 'accept':
      marks.accept = joined(marks.accept, value);
      break;
    case 'content_type':
      marks.isGrpc = /^application\/grpc/i.test(value);
      break;
    case 'te':
      marks.te = joined(marks.te, value);
      break;
    default:
  }
}

function joined(before: string | null, value: string): string {
  return before === null ? value : `${before},${value}`;
}

function framingFault({ httpVersionMinor }: ClientRequest, marks: Marks): Refusal | null {
  if (marks.hasTwoHosts) {
    return { status: 400, detail: 'The request has more than one Host field.' };
  }
  if (marks.host === null && httpVersionMinor > 0) {
    return { status: 400, detail: 'The request has no Host field.' };
  }
  if (marks.coding === null) return null;
  // RFC 9112, section 6.1: what is not plainly `chunked` is framed differently by different parsers.
  if (httpVersionMinor === 0) {
    return { status: 400, detail: 'An HTTP/1.0 request cannot have a Transfer-Encoding field.' };
  }
  if (marks.coding.toLowerCase() === 'chunked') return null;
  return { status: 501, detail: 'The only transfer coding that is understood is chunked.' };
}

function numberIn(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** node:http says by `upgrade`, which its types leave out, whether it has let go of the connection. */
function upgradeOf(request: ClientRequest & { readonly upgrade?: boolean | null }): string | null {
  return request.upgrade === true ? (request.headers.upgrade ?? null) : null;
}
