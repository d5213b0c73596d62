import { type Agent, type OutgoingHttpHeaders, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Door } from './engine.ts';

/** A request of a client outside. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string;
  /** A client that keeps its connections has one of its own; without it, each call opens one. */
  readonly agent?: Agent;
}

/** What came back, its body decoded. */
export interface Received {
  readonly status: number;
  readonly statusMessage: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The body as it came: a compressed one is compressed. */
  readonly bytes: Buffer;
}

/** How long a client waits before it calls it a failure. */
const PATIENCE_MS = 10_000;

/** Sends a request through a door. Rejects when no whole reply comes. */
export function call(door: Door, { body, agent, ...head }: Call): Promise<Received> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { ...door, ...head, agent: agent ?? false, signal: AbortSignal.timeout(PATIENCE_MS) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const bytes = Buffer.concat(chunks);
          const isGzip = response.headers['content-encoding'] === 'gzip';
          const body = (isGzip ? gunzipSync(bytes) : bytes).toString('utf8');
          const { statusCode: status = 0, statusMessage = '', headers } = response;
          resolve({ status, statusMessage, headers, body, bytes });
        });
      },
    );
    sent.once('error', (error) => {
      const kept = sent.reusedSocket ? ' on a kept connection' : '';
      reject(new Error(`${error.message}${kept}`, { cause: error }));
    });
    sent.end(body);
  });
}
