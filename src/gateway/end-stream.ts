import type { ClientHttp2Stream } from 'node:http2';

/**
 * Calls `onEndStream` when the other side has ended a stream by END_STREAM, before `end` is emitted.
 *
 * Where a stream is reset with NO_ERROR, node:http2 ends what can be read of it in just the same way, and
 * nothing that it emits says which it was. But a reset has closed the stream before it does so, and
 * END_STREAM closes it a moment after.
 */
export function watchEndStream(stream: ClientHttp2Stream, onEndStream: () => void): void {
  const { push } = stream;
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk === null && !stream.closed) onEndStream();
    return push.call(stream, chunk, encoding);
  };
}
