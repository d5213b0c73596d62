import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';

/** A request as it came to a receiver. */
export interface Taken {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  // What a notice is made of is what tests look at.
  // biome-ignore lint/suspicious/noExplicitAny: each test names the members that it expects
  readonly body: any;
}

/** What a receiver does with a request: answers, with a status and a text, or does something worse. */
export type Behaviour =
  | number
  | 'hang'
  | 'reset'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown };

/** A receiver of notices: a real server whose behaviour can be changed at any time. */
export interface Receiver {
  readonly url: string;
  readonly taken: readonly Taken[];
  behave(next: Behaviour | ((taken: Taken) => Behaviour)): void;
  /** Waits for so many requests. */
  got(count: number, withinMs?: number): Promise<readonly Taken[]>;
}

/** Starts a receiver, which takes whatever comes; it ends with the test. */
export async function startReceiver(): Promise<Receiver> {
  const taken: Taken[] = [];
  let behaviour: (taken: Taken) => Behaviour = () => 202;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url = '', headers } = request;
    const body = text === '' ? null : JSON.parse(text);
    const one = { at: Date.now(), method, path: url, headers, text, body };
    taken.push(one);
    act(behaviour(one), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/in`,
    taken,
    behave: (next) => {
      behaviour = typeof next === 'function' ? next : () => next;
    },
    got: (count, withinMs) =>
      eventually(() => (taken.length >= count ? taken : undefined), withinMs),
  };
}

function act(behaviour: Behaviour, response: ServerResponse): void {
  if (behaviour === 'hang') return;
  if (behaviour === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const {
    status,
    headers = {},
    body,
  } = typeof behaviour === 'number' ? { status: behaviour } : behaviour;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}
