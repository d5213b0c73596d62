import { Agent, type ClientRequest, request as requestPlain } from 'node:http';
import { request as requestSecure, Agent as SecureAgent } from 'node:https';
import { type Asking, endOf, type Got, type Line, Reading } from './asking.ts';
import { sendBody } from './send-body.ts';

/** A client's connections over HTTP/1.1, kept alive: with TLS where the URL says so. */
export class Http1Line implements Line {
  readonly name: string;
  readonly #url: string;
  readonly #agent: Agent;

  constructor(url: string) {
    const isSecure = url.startsWith('https:');
    this.name = isSecure ? 'HTTP/1.1 with TLS' : 'HTTP/1.1';
    this.#url = url;
    this.#agent = isSecure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  }

  ask(asking: Asking): Promise<Got> {
    const reading = new Reading(asking);
    const asked = this.#request(asking);
    const { got, finish } = endOf(asking, reading, () => asked.destroy());
    asked.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => finish('broken', code));
    asked.once('close', () => finish('broken', 'closed'));
    asked.once('response', (reply) => {
      reading.head(reply.statusCode ?? 0, reply.headers);
      reply.on('data', (chunk: Buffer) => reading.take(chunk));
      reply.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => finish('broken', code));
      reply.once('end', () => finish(reply.complete ? 'whole' : 'broken', 'incomplete'));
    });
    void sendBody(asked, asking.body, (bytes) => reading.sent(bytes)); // Never rejects.
    return got;
  }

  close(): void {
    this.#agent.destroy();
  }

  #request({ client, path, body, isChunked }: Asking): ClientRequest {
    const length = body === null || isChunked ? {} : { 'content-length': body.length };
    const request = this.#url.startsWith('https:') ? requestSecure : requestPlain;
    return request(`${this.#url}${path}`, {
      agent: this.#agent,
      method: client.method,
      headers: { ...client.headers, ...length, host: 'soak.example.com' },
      rejectUnauthorized: false,
    });
  }
}
