import { Agent, type ClientRequest, request as requestPlain } from 'node:http';
import { request as requestSecure, Agent as SecureAgent } from 'node:https';
import { type Asking, type End, type Got, type Line, PATIENCE_MS, Reading } from './asking.ts';
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
    const { promise, resolve } = Promise.withResolvers<Got>();
    const reading = new Reading(asking);
    const asked = this.#request(asking);
    const timers = [setTimeout(() => finish('broken', 'patience is over'), PATIENCE_MS)];
    if (asking.leavesAfterMs !== null) {
      timers.push(setTimeout(() => finish('left', ''), asking.leavesAfterMs));
    }
    const finish = (end: End, code: string) => {
      for (const timer of timers) clearTimeout(timer);
      resolve(reading.end(end, code)); // What comes later changes nothing.
      if (end !== 'whole') asked.destroy();
    };
    asked.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => finish('broken', code));
    asked.once('close', () => finish('broken', 'closed'));
    asked.once('response', (reply) => {
      reading.head(reply.statusCode ?? 0, reply.headers);
      reply.on('data', (chunk: Buffer) => reading.take(chunk));
      reply.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => finish('broken', code));
      reply.once('end', () => finish(reply.complete ? 'whole' : 'broken', 'incomplete'));
    });
    void sendBody(asked, asking.body, (bytes) => reading.sent(bytes)); // Never rejects.
    return promise;
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
