import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { type Asking, endOf, type Got, type Line, Reading } from './asking.ts';
import { sendBody } from './send-body.ts';

/** A client's one connection over HTTP/2: with TLS and ALPN where the URL says so, else by prior knowledge. */
export class Http2Line implements Line {
  readonly name: string;
  readonly #url: string;
  #session: ClientHttp2Session | null = null;

  constructor(url: string) {
    this.name = url.startsWith('https:') ? 'HTTP/2 with TLS' : 'HTTP/2';
    this.#url = url;
  }

  ask(asking: Asking): Promise<Got> {
    const reading = new Reading(asking);
    const stream = this.#open(asking);
    const { got, finish } = endOf(asking, reading, () => stream.close(constants.NGHTTP2_CANCEL));
    let hasEnded = false;
    stream.once('response', (headers) => reading.head(Number(headers[':status']), headers));
    stream.on('data', (chunk: Buffer) => reading.take(chunk));
    stream.on('error', () => undefined); // Told by the code with which the stream closes.
    stream.once('end', () => {
      hasEnded = true;
    });
    stream.once('close', () => {
      const code = stream.rstCode ?? constants.NGHTTP2_INTERNAL_ERROR;
      const isWhole = hasEnded && code === constants.NGHTTP2_NO_ERROR;
      finish(isWhole ? 'whole' : 'broken', `reset with ${code}`);
    });
    void sendBody(stream, asking.body, (bytes) => reading.sent(bytes)); // Never rejects.
    return got;
  }

  close(): void {
    this.#session?.close();
  }

  #open({ client, path, body }: Asking): ClientHttp2Stream {
    const fields = Object.entries(client.headers).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]);
    return this.#connection.request(
      {
        ':method': client.method,
        ':path': path,
        ':authority': 'soak.example.com',
        ...Object.fromEntries(fields),
        ...(body === null ? {} : { 'content-length': String(body.length) }),
      },
      { endStream: body === null },
    );
  }

  get #connection(): ClientHttp2Session {
    if (this.#session !== null && !this.#session.closed && !this.#session.destroyed) {
      return this.#session;
    }
    const session = connect(this.#url, { rejectUnauthorized: false });
    session.on('error', () => undefined); // Told by what becomes of its streams.
    this.#session = session;
    return session;
  }
}
