import type { RequestFields } from './request-fields.ts';

const EXPOSED = 'Retry-After, Candor-Disposition, X-Request-Id, Link, Proxy-Status';
const TOKEN = /^[\w!#$%&'*+.^`|~-]{1,64}$/;
const FIELD_NAMES = /^[\w!#$%&'*+.^`|~-]{1,64}(\s*,\s*[\w!#$%&'*+.^`|~-]{1,64}){0,63}$/;

/** The fields without the origin, which is the client's own and goes first: name, value, … */
export const CORS_FIELDS: readonly string[] = [
  'Access-Control-Allow-Credentials',
  'true',
  'Access-Control-Expose-Headers',
  EXPOSED,
];

/** The same with what a gRPC-Web client has to read. */
export const GRPC_CORS_FIELDS: readonly string[] = [
  'Access-Control-Allow-Credentials',
  'true',
  'Access-Control-Expose-Headers',
  `${EXPOSED}, grpc-status, grpc-message, grpc-retry-pushback-ms`,
];

/**
 * True for `null` and for a serialized origin: scheme, host, optional port, and nothing else. What
 * fails here is never echoed, and the answer goes without CORS fields.
 */
export function isOrigin(origin: string): boolean {
  if (origin === 'null') return true;
  const start = origin.indexOf('://');
  if (start <= 0 || origin.length > 512 || start + 3 === origin.length) return false;
  for (let index = 0; index < origin.length; index++) {
    if (index >= start && index < start + 3) continue;
    if (!isOriginCode(origin.charCodeAt(index), index < start)) return false;
  }
  return true;
}

/** What a preflight of a listed origin is granted: UX.md, section 5, row 3. */
export function preflightFields(fields: RequestFields): readonly string[] {
  const { requestMethod = '', requestHeaders = '' } = fields;
  return [
    ...(TOKEN.test(requestMethod) ? ['Access-Control-Allow-Methods', requestMethod] : []),
    ...(FIELD_NAMES.test(requestHeaders) ? ['Access-Control-Allow-Headers', requestHeaders] : []),
    'Access-Control-Max-Age',
    '0',
  ];
}

/** Letters, digits, `.` and `-`; in a scheme `+` too, in an authority `:`, `_` and brackets too. */
function isOriginCode(code: number, isScheme: boolean): boolean {
  const isAlphanumeric =
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a);
  if (isAlphanumeric || code === 0x2d || code === 0x2e) return true;
  return isScheme
    ? code === 0x2b
    : code === 0x3a || code === 0x5b || code === 0x5d || code === 0x5f;
}
