import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isModeMessage, type Mode, type Protocol } from './mode.ts';
import { type OriginServer, startServer } from './origin-server.ts';
import { cutOff, Replier } from './replier.ts';
import { answerUpgrade } from './tunnel-end.ts';

/**
 * One endpoint of an application, as a process of its own: `node origin.ts HOST PORT PROTOCOL LEDGER`.
 *
 * Each write that it processes is a line of the ledger, written before the reply, so that it stands
 * there whenever the process is killed. Modes come as messages of the process that started it, and the
 * endpoint ends with that.
 */
const [, , host = '', port = '', protocol = '', ledger = ''] = process.argv;

let mode: Mode = 'well';
const replier = new Replier(ledger);
const server: OriginServer = await startServer(
  // The command line is written by `OriginProcess` alone.
  { host, port: Number(port), protocol: protocol as Protocol },
  { onRequest, onUpgrade },
);

process.on('message', (message) => {
  if (isModeMessage(message)) void turnTo(message.mode);
});
process.once('disconnect', () => process.exit(0));
process.send?.({ mode });

async function turnTo(next: Mode): Promise<void> {
  if (next === 'refuse') await server.refuse();
  else if (mode === 'refuse') await server.accept();
  mode = next;
  process.send?.({ mode });
}

function onRequest(request: IncomingMessage, response: ServerResponse): void {
  if (mode === 'reset' || mode === 'refuse') return cutOff(request);
  if (mode === 'hang') return void request.resume();
  replier.serve(request, response, mode);
}

function onUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
  answerUpgrade(request, socket, { head, mode });
}
