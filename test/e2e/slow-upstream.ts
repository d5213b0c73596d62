import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { startUpstream, type TestUpstream } from '../support/upstream.ts';

/** Both listeners on ports that the system gives. */
export const ANYWHERE = 'listen: 127.0.0.1:0\nops: 127.0.0.1:0\n';

/** Settings with one upstream, and `more` lines. */
export function settingsFor({ url }: { readonly url: string }, more = ''): string {
  return `${ANYWHERE}upstreams: { app: { endpoints: ["${url}"] } }\n${more}`;
}

/** An upstream that takes a request and replies when it is let go. */
export async function startSlow(): Promise<TestUpstream & { letGo(): void }> {
  const waiting: (() => void)[] = [];
  const slow: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('first');
    waiting.push(() => response.end('later'));
  };
  const upstream = await startUpstream(slow);
  const letGo = () => {
    for (const end of waiting.splice(0)) end();
  };
  return Object.assign(upstream, { letGo });
}

/** Whether nothing accepts connections there. */
export async function isRefused(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once('connect', () => resolve(false)).once('error', () => resolve(true));
  const refused = await promise;
  socket.destroy();
  return refused;
}
