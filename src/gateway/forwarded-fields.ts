import { withoutBypass } from './bypass-cookie.ts';
import { type FieldKind, kindOfField } from './field.ts';
import type { Peer } from './peer.ts';
import type { RequestHead } from './request-head.ts';

/** Who sent the request, and whether what it says about its own client is believed. */
export interface Sender {
  readonly peer: Peer;
  readonly isTrusted: boolean;
  readonly reference: string;
}

/**
 * The fields of a request as the upstream gets them: name, value, name, value.
 *
 * End-to-end fields keep their order, case and repetition. Hop-by-hop fields go (RFC 9110, section
 * 7.6.1). What the gateway adds comes last and after the stripping, so that no Connection field can
 * take it out: Via, X-Forwarded-For, -Proto and -Host, X-Request-Id.
 */
export function forwardedFields(head: RequestHead, sender: Sender): string[] {
  const { rawHeaders, nominated } = head;
  const fields: string[] = ['host', head.authority];
  const claims: Claims = { for: '', proto: null, host: null };
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    if (nominated?.has(name.toLowerCase())) continue;
    const kind = kindOfField(name);
    if (sender.isTrusted) claim(claims, kind, value);
    const kept = kind === 'end_to_end' ? value : keptValue(kind, value, { head, sender });
    if (kept !== null) fields.push(name, kept);
  }
  addOwn(fields, claims, head.authority, sender);
  return fields;
}

/** RFC 9110, section 7.6.3. */
const VIA = { http1: '1.1 candor', http2: '2.0 candor' } as const;

function addOwn(fields: string[], claims: Claims, authority: string, sender: Sender): void {
  const { peer } = sender;
  fields.push('Via', VIA[peer.protocol]);
  fields.push('X-Forwarded-For', claims.for + peer.address);
  fields.push('X-Forwarded-Proto', claims.proto ?? (peer.isSecure ? 'https' : 'http'));
  fields.push('X-Forwarded-Host', claims.host ?? authority);
  fields.push('X-Request-Id', sender.reference);
}

/** What a trusted proxy says about its own client. */
interface Claims {
  for: string;
  proto: string | null;
  host: string | null;
}

function claim(claims: Claims, kind: FieldKind, value: string): void {
  if (kind === 'forwarded_for') claims.for += `${value}, `;
  else if (kind === 'forwarded_proto') claims.proto = value;
  else if (kind === 'forwarded_host') claims.host = value;
}

/**
 * The value of a field that is passed on in some requests only; null where it is not. What is named
 * here nowhere is this hop's own (framing, connection management, 100 (Continue)), or untrusted.
 */
function keptValue(
  kind: FieldKind,
  value: string,
  { head, sender }: { readonly head: RequestHead; readonly sender: Sender },
): string | null {
  switch (kind) {
    case 'accept':
    case 'content_length':
    case 'content_type':
      return value;
    case 'cookie':
      // The cookie of a bypass is between the browser and the gateway.
      return head.method === 'TRACE' ? null : withoutBypass(value);
    case 'credentials':
      // RFC 9110, section 9.3.8: a trace is echoed, and a script must not read cookies from it.
      return head.method === 'TRACE' ? null : value;
    case 'forwarded':
      return sender.isTrusted ? value : null;
    case 'max_forwards':
      return head.maxForwards !== null && takesMaxForwards(head.method)
        ? String(head.maxForwards - 1)
        : value;
    default:
      return null;
  }
}

/** RFC 9110, section 7.6.2. */
export function takesMaxForwards(method: string): boolean {
  return method === 'TRACE' || method === 'OPTIONS';
}
