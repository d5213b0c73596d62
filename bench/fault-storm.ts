import { mkdirSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Fault, type FaultyUpstream, startFaultyUpstream } from './faulty-upstream.ts';
import { type AskingClient, CLIENTS, dishonestyOf, type GivenAnswer } from './honest-answer.ts';
import { candorCommand } from './peers/candor.ts';
import { accepting, freePort, type Processes } from './processes.ts';

/** How much to ask during a fault. */
export interface Storm {
  readonly fault: Fault;
  readonly requests: number;
  readonly concurrency: number;
}

/** What came of a storm. */
export interface StormResult {
  readonly fault: Fault;
  readonly answered: number;
  /** How many answers of each `STATUS DISPOSITION`. */
  readonly answers: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  /** What was wrong, and how often; empty when all is well. */
  readonly violations: Readonly<Record<string, number>>;
}

const RESPONSE_TIMEOUT = '300ms';

/** Starts Candor in front of an upstream with a fault, and asks as often as the storm says. */
export async function runStorm(storm: Storm, processes: Processes): Promise<StormResult> {
  await using upstream = await startFaultyUpstream(storm.fault);
  const folder = join(processes.folder, storm.fault);
  mkdirSync(folder);
  const port = await freePort();
  const command = candorCommand(
    { folder, port, opsPort: await freePort(), originPort: upstream.port },
    { upstream: [`timeouts: { connect: 500ms, response: ${RESPONSE_TIMEOUT} }`] },
  );
  const running = processes.start(`candor-${storm.fault}`, command, null);
  await accepting(running, port);
  const tally = new Tally();
  await askAll(storm, port, (exchange) => tally.add(exchange, upstream));
  if (!running.isAlive()) tally.violate('the process ended');
  else if (!(await isHealthy(port))) tally.violate('/_candor/healthz does not answer 200');
  await running.stop();
  return { fault: storm.fault, ...tally.result() };
}

/** One request and what came of it. */
interface Exchange {
  readonly client: AskingClient;
  readonly target: string;
  readonly given: GivenAnswer | Error;
  readonly tookMs: number;
}

/** Each of the clients asks again as soon as it has its answer, on a connection that is kept. */
async function askAll(
  storm: Storm,
  port: number,
  heard: (exchange: Exchange) => void,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: storm.concurrency });
  let asked = 0;
  const askOn = async () => {
    while (asked < storm.requests) {
      asked += 1;
      const target = `/fault/${asked}`;
      const client = CLIENTS[asked % CLIENTS.length];
      if (client === undefined) continue; // The remainder is always an index of the list.
      const startedAt = performance.now();
      const given = await ask(port, agent, client, target);
      heard({ client, target, given, tookMs: performance.now() - startedAt });
    }
  };
  await Promise.all(Array.from({ length: storm.concurrency }, askOn));
  agent.destroy();
}

function ask(
  port: number,
  agent: Agent | false,
  { method, headers, body }: Pick<AskingClient, 'method' | 'headers' | 'body'>,
  path: string,
): Promise<GivenAnswer | Error> {
  const { promise, resolve } = Promise.withResolvers<GivenAnswer | Error>();
  const asked = request({ host: '127.0.0.1', port, agent, method, path, headers });
  asked.once('error', resolve);
  asked.once('response', (reply) => {
    text(reply).then(
      (whole) => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: whole }),
      resolve,
    );
  });
  asked.end(body);
  return promise;
}

async function isHealthy(port: number): Promise<boolean> {
  const client = { method: 'GET', headers: {}, body: '' } as const;
  const reply = await ask(port, false, client, '/_candor/healthz');
  return !(reply instanceof Error) && reply.status === 200;
}

class Tally {
  readonly #answers: Record<string, number> = {};
  readonly #violations: Record<string, number> = {};
  #answered = 0;
  #slowestMs = 0;

  add({ client, target, given, tookMs }: Exchange, { received, port }: FaultyUpstream): void {
    this.#slowestMs = Math.max(this.#slowestMs, tookMs);
    if (given instanceof Error) return this.violate(`not answered: ${given.message}`);
    this.#answered += 1;
    const disposition = String(given.headers['candor-disposition']).split(';')[0];
    countUp(this.#answers, `${given.status} ${disposition}`);
    const dishonesty = dishonestyOf(given, client, {
      timesReceived: received.get(target) ?? 0,
      upstreamAddress: `127.0.0.1:${port}`,
    });
    if (dishonesty !== null) this.violate(`${client.name}: ${dishonesty}`);
  }

  violate(what: string): void {
    countUp(this.#violations, what);
  }

  result(): Omit<StormResult, 'fault'> {
    return {
      answered: this.#answered,
      answers: this.#answers,
      slowestMs: this.#slowestMs,
      violations: this.#violations,
    };
  }
}

function countUp(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
