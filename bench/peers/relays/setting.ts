import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { Protocol } from '../../scenarios.ts';
import type { CapturedAnswer } from '../peer.ts';

/** What a relay is told at start, in a JSON file named by its only argument. */
export interface RelaySetting {
  readonly port: number;
  readonly protocol: Protocol;
  /** Paths of PEM files. */
  readonly certificate: { readonly cert: string; readonly key: string };
  readonly originPort: number;
  readonly isOutage: boolean;
  readonly outageAnswer: CapturedAnswer;
}

/** Reads the file that the benchmark wrote. */
export function readSetting(): RelaySetting {
  const [, , file] = process.argv;
  if (file === undefined) throw new Error('usage: node RELAY.ts SETTING.json');
  return JSON.parse(readFileSync(file, 'utf8')); // Written by node-peers.ts, of the same type.
}

/** Says what Candor says in an outage, with the fewest calls that `node:http` allows. */
export function sendOutage(response: ServerResponse, answer: CapturedAnswer): void {
  if (response.headersSent) return void response.destroy();
  response
    .writeHead(answer.status, answer.reasonPhrase, [...answer.headers])
    .end(answer.body, 'latin1');
}
