import type { Check, Seen } from './row.ts';

/** The response on a stream has one of these statuses, and is whole. */
export function streamStatus(id: number, ...statuses: readonly number[]): Check {
  return ({ http2 }) => {
    const stream = http2.streams.get(id);
    if (stream === undefined || !stream.isEnded)
      return `stream ${id}: ${tellStream({ http2 }, id)}`;
    return statuses.includes(stream.status) ? null : `stream ${id}: ${stream.status} came`;
  };
}

/** The body of the response on a stream. */
export function streamBody(id: number, body: string): Check {
  return ({ http2 }) => {
    const got = http2.streams.get(id)?.body;
    return got === body ? null : `stream ${id}: the body is ${JSON.stringify(got?.slice(0, 80))}`;
  };
}

/** A stream is reset, or its connection given up; its response, if one began, is not whole. */
export function streamReset(id: number): Check {
  return (seen) => {
    if (isGivenUp(seen)) return null;
    const stream = seen.http2.streams.get(id);
    return stream !== undefined && stream.resetWith !== null && !stream.isEnded
      ? null
      : `stream ${id}: ${tellStream(seen, id)}`;
  };
}

/**
 * A malformed request is a stream error (RFC 9113, section 8.1.1): the stream is reset, behind a 400 or
 * without it, or the connection given up. The origin has seen nothing whole of it.
 */
export function malformed(id: number): Check {
  return (seen) => {
    const { requests } = seen.origin;
    if (requests.length > 0) return `it was forwarded: ${tellStream(seen, id)}`;
    if (isGivenUp(seen)) return null;
    const stream = seen.http2.streams.get(id);
    const isRefused = stream !== undefined && stream.status >= 400 && stream.status < 500;
    return isRefused || stream?.resetWith != null ? null : tellStream(seen, id);
  };
}

/** The connection is given up: GOAWAY with an error, or its end (RFC 9113, section 5.4.1). */
export const connectionError: Check = (seen) => (isGivenUp(seen) ? null : 'the connection goes on');

/** The connection goes on: no GOAWAY with an error. */
export const connectionGoesOn: Check = ({ http2: { goaway } }) =>
  goaway === null || goaway === 0 ? null : `GOAWAY with ${goaway}`;

function isGivenUp({ http2: { goaway }, ended }: Seen): boolean {
  return (goaway !== null && goaway !== 0) || ended !== null;
}

function tellStream({ http2 }: Pick<Seen, 'http2'>, id: number): string {
  const stream = http2.streams.get(id);
  if (stream === undefined) return 'nothing came';
  if (stream.resetWith !== null)
    return `${stream.status || 'no head'}, reset with ${stream.resetWith}`;
  return `${stream.status} came, ${stream.isEnded ? 'whole' : 'not whole'}`;
}
