import { STATUS_CODES } from 'node:http';
import { kindOfField, nominatedBy } from './field.ts';
import { ReplyFault } from './field-lines.ts';

/** The head of what the upstream sent back, without the fields that were for the gateway alone. */
export interface ReplyHead {
  readonly status: number;
  readonly reasonPhrase: string;
  /** name, value, name, value; order, case and repetition as they came. */
  readonly fields: string[];
  /** Null when the reply says no length: chunked, or until the connection closes. */
  readonly contentLength: number | null;
  /** The upstream closes the connection after it. */
  readonly isLast: boolean;
}

/** Fields as a client hands them on: name and value in turn, as text or as the bytes of it. */
export type RawFields = readonly (Buffer | string)[];

/** What the client's side of the exchange says about the form that a reply can take. */
export interface ReplyForm {
  readonly method: string;
  /** An HTTP/1.0 client understands no chunks, so no trailers either. */
  readonly isHttp10: boolean;
}

/**
 * Reads the head of a reply from its raw fields.
 *
 * Hop-by-hop fields go, those that its Connection field nominates too (RFC 9110, section 7.6.1).
 * Nothing is left that promises a body where there is none (204), or trailers where they cannot be
 * sent. Throws a `ReplyFault` where the body has a transfer coding besides chunks.
 */
export function readReply(
  status: number,
  statusText: string,
  raw: RawFields,
  form: ReplyForm,
): ReplyHead {
  const fields: string[] = [];
  let nominated: ReadonlySet<string> | null = null;
  let contentLength: number | null = null;
  let trailer: string | null = null;
  let isLast = false;

  for (let index = 0; index < raw.length; index += 2) {
    const name = textOf(raw[index]);
    const value = textOf(raw[index + 1]);
    switch (kindOfField(name)) {
      case 'connection':
        nominated = union(nominated, nominatedBy(value));
        isLast ||= /(?:^|,)\s*close\s*(?:,|$)/i.test(value);
        break;
      case 'hop_by_hop':
      case 'te':
        break;
      case 'transfer_encoding':
        checkCoding(value);
        break;
      case 'upgrade':
        // 426 must say to what (RFC 9110, section 15.5.22).
        if (status === 426) fields.push(name, value);
        break;
      case 'content_length':
        contentLength = Number(value);
        if (status !== 204) fields.push(name, value);
        break;
      case 'trailer':
        trailer = value;
        break;
      default:
        fields.push(name, value);
    }
  }
  const isChunked =
    contentLength === null &&
    !form.isHttp10 &&
    form.method !== 'HEAD' &&
    status !== 204 &&
    status !== 304;
  if (trailer !== null && isChunked) fields.push('Trailer', trailer);

  return {
    status,
    reasonPhrase: reasonPhrase(status, statusText),
    fields: nominated === null ? fields : without(fields, nominated),
    contentLength,
    isLast,
  };
}

/** undici takes any coding that ends in chunks, and what is within them would go on as if it were plain. */
function checkCoding(coding: string): void {
  if (!isKnownCoding(coding)) throw new ReplyFault('the transfer coding is unknown');
}

/** Whether a Transfer-Encoding field names chunks, and nothing else. */
export function isKnownCoding(coding: string): boolean {
  return coding.toLowerCase() === 'chunked';
}

/** The first value of a field, or null. */
export function fieldValue(fields: readonly string[], lowerCaseName: string): string | null {
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] ?? '';
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) {
      return fields[index + 1] ?? '';
    }
  }
  return null;
}

/** The fields of a reply, with those of `others` that are wanted and that it lacks. */
export function withMissing(
  fields: readonly string[],
  others: readonly string[],
  wanted: ReadonlySet<string>,
): string[] {
  const all = [...fields];
  for (let index = 0; index < others.length; index += 2) {
    const name = others[index] ?? '';
    if (wanted.has(name) && fieldValue(fields, name.toLowerCase()) === null) {
      all.push(name, others[index + 1] ?? '');
    }
  }
  return all;
}

/** Trailer fields for `addTrailers`; those that frame or route a message have no place there. */
export function readTrailers(raw: RawFields): [string, string][] {
  const trailers: [string, string][] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = textOf(raw[index]);
    // RFC 9110, section 6.5.1.
    if (kindOfField(name) === 'end_to_end') {
      trailers.push([name, textOf(raw[index + 1])]);
    }
  }
  return trailers;
}

function without(fields: readonly string[], names: ReadonlySet<string>): string[] {
  return fields.filter(
    (_text, index) => !names.has((fields[index - (index % 2)] ?? '').toLowerCase()),
  );
}

function union(
  left: ReadonlySet<string> | null,
  right: ReadonlySet<string> | null,
): ReadonlySet<string> | null {
  if (left === null || right === null) return left ?? right;
  return new Set([...left, ...right]);
}

/** The upstream's own words where they can be written, else the standard ones. */
function reasonPhrase(status: number, text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return /[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]/.test(text) ? (STATUS_CODES[status] ?? '') : text;
}

function textOf(part: Buffer | string | undefined): string {
  return typeof part === 'string' ? part : (part?.toString('latin1') ?? '');
}
