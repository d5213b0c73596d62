import type { Cause } from '../outage/cause.ts';

/**
 * Why an attempt failed, from the error that undici or Node gave.
 *
 * By `code`, not by class: half of these errors are Node's own and have no class to ask for. An error
 * that wraps others (several addresses tried, a cause below) is told by the first code that the table
 * knows. What has no known code is a `bad_response`: something came back that is not HTTP.
 */
export function causeOf(error: unknown): Cause {
  return knownCause(error, 0) ?? 'bad_response';
}

/** What was thrown, as an error: JavaScript throws anything. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/**
 * Whether the error is the gateway's own want: no file descriptors, ports or memory left. It says
 * nothing about the upstream, and must not count against it.
 */
export function isOwnFault(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && OWN_FAULTS.has(code);
}

/**
 * Whether the error is a fault in this program: one of the language's own, without a code. Node and
 * undici give a code to all that they say of a connection, or of what came on it.
 */
export function isBug(error: unknown): boolean {
  return codeOf(error) === null && LANGUAGE_ERRORS.some((type) => error instanceof type);
}

const LANGUAGE_ERRORS = [TypeError, RangeError, ReferenceError, SyntaxError] as const;

const OWN_FAULTS: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
]);

/**
 * No route to a host or network is a `connection_timeout`, not a refusal: nobody said no, nobody is
 * there; whether the network says so at once or the connect runs out is the router's choice.
 */
const CAUSE_OF_CODE: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: 'connection_refused',
  ENOENT: 'connection_refused',
  ETIMEDOUT: 'connection_timeout',
  EHOSTUNREACH: 'connection_timeout',
  EHOSTDOWN: 'connection_timeout',
  ENETUNREACH: 'connection_timeout',
  ENETDOWN: 'connection_timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connection_timeout',
  ECONNRESET: 'connection_reset',
  ECONNABORTED: 'connection_reset',
  EPIPE: 'connection_reset',
  ERR_STREAM_PREMATURE_CLOSE: 'connection_reset',
  UND_ERR_SOCKET: 'connection_reset',
  UND_ERR_CLOSED: 'connection_reset',
  UND_ERR_DESTROYED: 'connection_reset',
  UND_ERR_HEADERS_TIMEOUT: 'response_timeout',
  CANDOR_RESPONSE_TIMEOUT: 'response_timeout',
  UND_ERR_BODY_TIMEOUT: 'response_timeout',
  CANDOR_BAD_REPLY: 'bad_response',
  CANDOR_STREAM_REFUSED: 'connection_reset',
  UND_ERR_HEADERS_OVERFLOW: 'bad_response',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'bad_response',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'bad_response',
  ENOTFOUND: 'dns_error',
  ENODATA: 'dns_error',
  EBADNAME: 'dns_error',
  EBADRESP: 'dns_error',
  ESERVFAIL: 'dns_error',
  EREFUSED: 'dns_error',
  ETIMEOUT: 'dns_error',
  EPROTO: 'tls_error',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls_error',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls_error',
  HOSTNAME_MISMATCH: 'tls_error',
  INVALID_CA: 'tls_error',
  INVALID_PURPOSE: 'tls_error',
  PATH_LENGTH_EXCEEDED: 'tls_error',
};

/** Families of codes too many to list: llhttp's, OpenSSL's, the resolver's. */
const CAUSE_OF_PREFIX: readonly (readonly [string, Cause])[] = [
  ['HPE_', 'bad_response'],
  ['EAI_', 'dns_error'],
  ['ERR_TLS_', 'tls_error'],
  ['ERR_SSL_', 'tls_error'],
  ['ERR_OSSL_', 'tls_error'],
  ['CERT_', 'tls_error'],
  ['CRL_', 'tls_error'],
  ['UNABLE_TO_', 'tls_error'],
  ['ERROR_IN_CERT_', 'tls_error'],
];

/** An error's cause may be the error itself, or a chain without end. */
const MAX_DEPTH = 4;

function knownCause(error: unknown, depth: number): Cause | null {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return null;
  const code = codeOf(error);
  const known = code === null ? null : causeOfCode(code);
  if (known !== null) return known;

  const inner = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  for (const one of [...inner, 'cause' in error ? error.cause : null]) {
    const cause = knownCause(one, depth + 1);
    if (cause !== null) return cause;
  }
  return null;
}

function causeOfCode(code: string): Cause | null {
  if (Object.hasOwn(CAUSE_OF_CODE, code)) return CAUSE_OF_CODE[code] ?? null;
  return CAUSE_OF_PREFIX.find(([prefix]) => code.startsWith(prefix))?.[1] ?? null;
}

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
