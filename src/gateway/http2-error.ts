import { type ClientHttp2Stream, constants } from 'node:http2';

/** The codes of a stream's end that say: what came is not HTTP/2 as it has to be (RFC 9113, section 7). */
const MALFORMED: ReadonlySet<number> = new Set([
  constants.NGHTTP2_PROTOCOL_ERROR,
  constants.NGHTTP2_FLOW_CONTROL_ERROR,
  constants.NGHTTP2_FRAME_SIZE_ERROR,
  constants.NGHTTP2_COMPRESSION_ERROR,
]);

/** Those of node:http2 for a connection on which something else is spoken. */
const NO_HTTP2: ReadonlySet<string> = new Set([
  'ERR_HTTP2_ERROR',
  'ERR_HTTP2_TOO_MANY_INVALID_FRAMES',
]);

/** What is known of the end of a stream. */
interface StreamEnd {
  readonly stream: ClientHttp2Stream;
  readonly error: Error | null;
  /** The head of a reply has come: whatever is said later, the request was looked at. */
  readonly hasHead: boolean;
  /** The last stream that the endpoint says it may have looked at; null before it has said so. */
  readonly lastStreamId: number | null;
}

/**
 * Why a stream ended before its reply did, as an error with a code that `causeOf` knows.
 *
 * A stream that was refused, or is beyond the last one that a GOAWAY names, has not been processed, nor
 * has one that was never opened (RFC 9113, sections 6.8 and 8.7). Of any other that is not known.
 */
export function streamError({ stream, error, hasHead, lastStreamId }: StreamEnd): Error {
  const { id, rstCode } = stream;
  const isBeyondLast = id !== undefined && lastStreamId !== null && id > lastStreamId;
  const isRefused = id === undefined || rstCode === constants.NGHTTP2_REFUSED_STREAM;
  if (!hasHead && (isRefused || isBeyondLast)) return refusedStream();
  return isNoHttp2(error) || MALFORMED.has(rstCode)
    ? coded('CANDOR_BAD_REPLY', 'the reply is malformed', error)
    : coded('ECONNRESET', 'the stream ended without a whole reply', error);
}

/** Why a connection could not be opened, or has ended. */
export function connectionError(error: Error | null): Error {
  if (isNoHttp2(error)) return coded('CANDOR_BAD_REPLY', 'the endpoint speaks no HTTP/2', error);
  return error ?? coded('ECONNRESET', 'the endpoint closed the connection', null);
}

/** The endpoint has said that it does not look at the request. */
export function refusedStream(): Error {
  return coded('CANDOR_STREAM_REFUSED', 'the endpoint refused the stream', null);
}

/** The request is one that HTTP/2 cannot carry. */
export function unsendable(cause: unknown): Error {
  return coded('CANDOR_UNSENDABLE', 'the request cannot be sent by HTTP/2', cause);
}

/** The endpoint has not answered a PING, or has never said a word. */
export function silentEndpoint(): Error {
  return coded('ETIMEDOUT', 'the endpoint is silent', null);
}

function isNoHttp2(error: (Error & { readonly code?: string }) | null): boolean {
  return error?.code !== undefined && NO_HTTP2.has(error.code);
}

function coded(code: string, message: string, cause: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code });
}
