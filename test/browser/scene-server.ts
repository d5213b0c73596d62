import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answererOf, bodyOf } from '../answer/samples.ts';
import { SCENES } from '../answer/scenes.ts';

/** Serves `/scene/NAME` as the gateway would: status, fields and body of the real answer. */
export async function startSceneServer(): Promise<
  AsyncDisposable & { readonly url: string; readonly requests: string[] }
> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const target = request.url ?? '/';
    requests.push(`${request.method} ${target}`);
    const scene = SCENES.find(({ name }) => `/scene/${name}` === target);
    if (scene === undefined) {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>x</title>');
      return;
    }
    const { state, settings, beliefs, asker, matter } = scene;
    const answer = answererOf({ state, settings, beliefs: () => beliefs }).answer(asker, matter);
    response.writeHead(answer.status, answer.reasonPhrase, [...answer.headers]).end(bodyOf(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address is an object, never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
