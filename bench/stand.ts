import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliDecompressSync } from 'node:zlib';
import { askOnce } from './ask-once.ts';
import { startOrigin, startUploadOrigin } from './origin.ts';
import { candor } from './peers/candor.ts';
import type { CapturedAnswer, Peer } from './peers/peer.ts';
import { accepting, freePort, type Processes, type Running } from './processes.ts';
import { SCENARIOS, type Scenario, type ScenarioKey } from './scenarios.ts';

/** The core of the process under test, and the core of everything else. */
export const TESTED_CORE = availableParallelism() > 1 ? 1 : 0;
export const OTHER_CORE = 0;

/** What the peers of one run have in common. */
export interface Ground {
  readonly processes: Processes;
  readonly originPort: number;
  /** The origin of the scenario in which clients send much. */
  readonly uploadPort: number;
  /** A port that refuses every connection. */
  readonly closedPort: number;
  /** What Candor says in each of the scenarios that are outages. */
  readonly outageAnswers: ReadonlyMap<ScenarioKey, CapturedAnswer>;
}

/** A peer that runs and gives the right reply. */
export interface Stand {
  readonly peer: Peer;
  readonly running: Running;
  readonly port: number;
  readonly scenario: Scenario;
}

const PATIENCE_MS = 15_000;
const NO_ANSWER: CapturedAnswer = { status: 503, reasonPhrase: '', headers: [], body: '' };

/** Starts the origin, and asks Candor for the answers that every peer is to give in an outage. */
export async function prepareGround(processes: Processes): Promise<Ground> {
  const ground = {
    processes,
    originPort: await startOrigin(processes, OTHER_CORE),
    uploadPort: await startUploadOrigin(processes, OTHER_CORE),
    closedPort: await freePort(),
    outageAnswers: new Map<ScenarioKey, CapturedAnswer>(),
  };
  const stand = await startPeer(candor, findScenario('b'), ground);
  for (const scenario of SCENARIOS.filter(({ expects }) => expects === 'outage')) {
    ground.outageAnswers.set(scenario.key, await confirmedAnswer({ ...stand, scenario }));
  }
  await stand.running.stop();
  return ground;
}

/** Starts one peer for one scenario, and fails unless it gives the reply that the scenario wants. */
export async function startPeer(peer: Peer, scenario: Scenario, ground: Ground): Promise<Stand> {
  const name = `${peer.name.replaceAll(/\W+/g, '-')}-${scenario.key}`;
  const folder = join(ground.processes.folder, name);
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const isOutage = scenario.expects === 'outage';
  const outageAnswer = ground.outageAnswers.get(scenario.key) ?? NO_ANSWER;
  const command = peer.prepare({
    folder,
    port,
    protocol: scenario.protocol,
    opsPort: await freePort(),
    originPort: originOf(scenario, ground),
    isOutage,
    outageAnswer,
  });
  const running = ground.processes.start(name, command, TESTED_CORE);
  await accepting(running, port);
  const stand = { peer, running, port, scenario };
  await givesRightReply(stand, outageAnswer);
  return stand;
}

function originOf({ expects, key }: Scenario, ground: Ground): number {
  if (expects === 'outage') return ground.closedPort;
  return key === 'upload' ? ground.uploadPort : ground.originPort;
}

/** The scenario of that name. */
export function findScenario(key: Scenario['key']): Scenario {
  const scenario = SCENARIOS.find((one) => one.key === key);
  if (scenario === undefined) throw new Error(`no scenario ${key}`);
  return scenario;
}

/** HAProxy needs a moment to find its server down; all others are right at once. */
async function givesRightReply(stand: Stand, outageAnswer: CapturedAnswer): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const reply = await askOnce(stand.port, stand.scenario);
    const fault = faultOf(reply, stand.scenario, outageAnswer);
    if (fault === null) return;
    if (Date.now() > until)
      throw new Error(`${stand.peer.name}, (${stand.scenario.key}): ${fault}`);
    await delay(100);
  }
}

function faultOf(reply: CapturedAnswer, scenario: Scenario, answer: CapturedAnswer): string | null {
  const bytes = reply.body.length;
  if (scenario.expects === 'outage') {
    if (reply.status !== 502 && reply.status !== 503) return `status ${reply.status} in an outage`;
    return bytes < answer.body.length * 0.9 ? `a page of ${bytes} bytes only` : null;
  }
  if (reply.status !== 200) return `status ${reply.status}`;
  const isWhole = scenario.replyBytes === null || scenario.replyBytes === bytes;
  return isWhole ? null : `${bytes} bytes in place of ${scenario.replyBytes}`;
}

/** What Candor says once it is sure: the same page twice, half a second apart, compressed where that is asked for. */
async function confirmedAnswer({ port, scenario }: Stand): Promise<CapturedAnswer> {
  const until = Date.now() + PATIENCE_MS;
  let last = await askOnce(port, scenario);
  for (;;) {
    await delay(500);
    const next = await askOnce(port, scenario);
    const isCoded = !('Accept-Encoding' in scenario.headers) || next.headers.includes('br');
    if (isCoded && titleOf(next) === titleOf(last) && /unavailable/i.test(titleOf(next)))
      return next;
    if (Date.now() > until) throw new Error(`Candor's page in an outage is "${titleOf(next)}"`);
    last = next;
  }
}

function titleOf({ headers, body }: CapturedAnswer): string {
  const bytes = Buffer.from(body, 'latin1');
  const page = headers.includes('br') ? brotliDecompressSync(bytes) : bytes;
  return /<title>([^<]*)/.exec(page.toString())?.[1] ?? '';
}
