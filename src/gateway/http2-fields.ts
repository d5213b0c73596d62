import { fieldValue, readTrailers } from './reply.ts';

/** What of a request its head says. */
interface Head {
  readonly method: string;
  readonly path: string;
  /** As HTTP/1.1 takes them: name, value, name, value; hop-by-hop fields are gone. */
  readonly headers: readonly string[];
  readonly acceptsTrailers: boolean;
}

/**
 * The head of a request as HTTP/2 takes it (RFC 9113, section 8.3.1): names in lower case, Host as
 * `:authority`. An HTTP/1.0 client may have none; then the endpoint's own name takes its place.
 */
export function http2Fields({ method, path, headers, acceptsTrailers }: Head): string[] {
  const fields = [':method', method, ':path', path];
  for (let index = 0; index < headers.length; index += 2) {
    const name = (headers[index] ?? '').toLowerCase();
    const value = headers[index + 1] ?? '';
    if (name !== 'host') fields.push(name, value);
    else if (value !== '') fields.push(':authority', value);
  }
  if (acceptsTrailers) fields.push('te', 'trailers');
  return fields;
}

/** The status of a reply; NaN where the fields are no head. */
export function statusIn(raw: readonly string[]): number {
  return Number(fieldValue(raw, ':status') ?? Number.NaN);
}

/** How long a reply says that its body is; null where it does not. */
export function lengthIn(raw: readonly string[]): number | null {
  const length = fieldValue(raw, 'content-length');
  return length === null ? null : Number(length);
}

/** Without the pseudo-fields, which a sender may put in front only (RFC 9113, section 8.3). */
export function withoutPseudoFields(raw: readonly string[]): string[] {
  let start = 0;
  while (raw[start]?.startsWith(':')) start += 2;
  return raw.slice(start);
}

/** Trailer fields as node:http2 sends them; the values of one name together. */
export function http2Trailers(raw: readonly string[]): Record<string, string[]> {
  const trailers: Record<string, string[]> = Object.create(null);
  for (const [name, value] of readTrailers(raw)) {
    const key = name.toLowerCase();
    trailers[key] = [...(trailers[key] ?? []), value];
  }
  return trailers;
}
