import { createServer } from 'node:http';

/** A notice as whoever is on call got it. `at` is milliseconds since the epoch, of its arrival. */
export interface Call {
  readonly at: number;
  readonly text: string;
}

/** Takes notices as a chat's incoming webhook does, and prints each as a line of JSON. */
export function takeCalls(place: { readonly host: string; readonly port: number }): void {
  const server = createServer(async (request, response) => {
    const at = Date.now();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { text }: { text: string } = JSON.parse(Buffer.concat(chunks).toString());
    console.log(JSON.stringify({ at, text } satisfies Call));
    response.end('ok');
  });
  server.listen(place.port, place.host);
}
